"""Pipelines of Buildkite."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image, tagged, yaml


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("buildkite", "ci")
        page.add("env:", '  VERSION: "20"', "  IMAGE: nginx:0", "steps:")
        for _ in range(source.randrange(1, 5)):
            source.choice((_plugin, _long_name, _compose, _pod, _image, _matrix, _group, _command))(page, source)
            if source.random() < 0.3:
                page.add("  - wait")
        name = source.choice([".buildkite/pipeline.yml", ".buildkite/release/docker.yaml", "buildkite.yml"])
        yield f"b{number}/{name}", page.content(source), page.expected


def _plugin(page: Page, source: random.Random) -> None:
    found = image(source)
    page.add('  - label: ":docker: image"', "    command: make image", "    plugins:", "      - docker#v5.11.0:")
    page.names(f"          image: {yaml(source, found.written)}", found.canonical)
    page.add("          workdir: /image", "          environment: [IMAGE=nginx:0]")


def _long_name(page: Page, source: random.Random) -> None:
    name, canonical, _ = tagged(source)
    plugin = "https://github.com/buildkite-plugins/docker-buildkite-plugin.git#v5.11.0"
    page.add("  - command: make", "    plugins:", f"      - {plugin}:")
    page.names(f"          image: {name}:$VERSION", f"{canonical}:20")


def _compose(page: Page, source: random.Random) -> None:
    del source
    page.add("  - command: make", "    plugins:", "      - docker-compose#v5.3.0:")
    page.add("          run: app", "          image-repository: acme/cache", "      - docker-login#v3:")
    page.add("          username: image")


def _pod(page: Page, source: random.Random) -> None:
    first, second = image(source), image(source)
    page.add(
        "  - command: make", "    plugins:", "      - kubernetes:", "          podSpec:", "            containers:"
    )
    page.names(f"              - image: {yaml(source, first.written)}", first.canonical)
    page.add("                command: [image]", "              - name: b")
    page.names(f"                image: {yaml(source, second.written)}", second.canonical)


def _image(page: Page, source: random.Random) -> None:
    found = image(source)
    page.add("  - command: make")
    page.names(f"    image: {yaml(source, found.written)}", found.canonical)


def _matrix(page: Page, source: random.Random) -> None:
    name, canonical, _ = tagged(source)
    page.add("  - command: make", "    matrix:", '      - "1.1"', '      - "1.2"', "    plugins:")
    page.add("      - docker#v5.11.0:")
    page.names(f'          image: "{name}:{{{{matrix}}}}"', f"{canonical}:1.1", f"{canonical}:1.2")


def _group(page: Page, source: random.Random) -> None:
    name, _, _ = tagged(source)
    page.add("  - group: image", "    steps:", "      - command: make", "        plugins:")
    page.add("          - docker#v5.11.0:")
    page.names(f"              image: {name}:$BUILDKITE_COMMIT", f"{name}:$BUILDKITE_COMMIT")


def _command(page: Page, source: random.Random) -> None:
    found = image(source)
    page.add("  - commands:", "      - echo docker run nginx:0")
    page.names(f"      - docker run -v /a:/b {found.written}", found.canonical)
