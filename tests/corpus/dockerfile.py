"""Dockerfiles as people write them, with stages, arguments, copies from images, and much that looks like an image."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image, tagged

_NAMES = ("Dockerfile", "Containerfile", "Dockerfile.prod", "build.Dockerfile", "Dockerfile-dev", "api.dockerfile")


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("dockerfile", "build")
        if source.random() < 0.4:
            page.add("# syntax=docker/dockerfile:1.7", "# FROM not/an-image:1")
        name, canonical, tag = tagged(source)
        with_argument = source.random() < 0.5
        if with_argument:
            page.add(f"ARG TAG={tag}", 'ARG UNUSED="nginx:0"')
        builders = source.randrange(3)
        for stage in range(builders):
            _builder(page, source, stage)
        final = source.choice(("FROM", "from", "FROM --platform=linux/amd64"))
        if with_argument:
            page.names(f"{final} {name}:${{TAG}}", f"{canonical}:{tag}", role="runtime")
        else:
            base = image(source)
            page.names(f"{final} {base.written} AS final", base.canonical, role="runtime")
        for stage in range(builders):
            page.add(f"COPY --from=build{stage} /out/{stage} /srv/")
        _rest(page, source)
        yield f"d{number}/{source.choice(_NAMES)}", page.content(source), page.expected


def _builder(page: Page, source: random.Random, number: int) -> None:
    if number and source.random() < 0.3:
        page.add(f"FROM build{number - 1} AS build{number}", "RUN make test")
        return
    base = image(source)
    page.names(f"FROM {base.written} AS build{number}", base.canonical)
    page.add("RUN <<EOF", "FROM inside/a-heredoc:1", "docker pull nginx:0", "EOF", "WORKDIR /src")


def _rest(page: Page, source: random.Random) -> None:
    if source.random() < 0.4:
        name, canonical, tag = tagged(source)
        page.names(f"COPY --from={name}:{tag} /a /b", f"{canonical}:{tag}")
    if source.random() < 0.3:
        name, canonical, tag = tagged(source)
        page.names(f"RUN --mount=type=bind,from={name}:{tag},target=/m ls", f"{canonical}:{tag}")
    page.add("RUN echo one \\", "# FROM a/comment:1", "    && echo FROM nginx:0", "COPY --from=0 /x /y")
    page.add("ENV IMAGE=nginx:0", 'CMD ["run", "--image", "redis:7"]')
