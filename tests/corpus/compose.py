"""Compose files as the Compose specification has them."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image, tagged, yaml

_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.prod.yaml", "compose.test.yml")


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("compose", "runtime")
        if source.random() < 0.3:
            page.add('version: "3.8"  # image: nginx:0')
        anchored = source.random() < 0.3
        if anchored:
            page.add("x-image: not/an-image:1", "x-logging: &logging", "  driver: json-file")
        page.add("services:")
        for name in source.sample(("web", "api", "db", "cache", "worker", "proxy"), source.randrange(1, 5)):
            page.add(f"  {name}:")
            if anchored:
                page.add("    logging: *logging")
            _service(page, source)
        if source.random() < 0.5:
            page.add("volumes:", "  image: {}", "secrets:", "  image:", "    file: ./image:latest")
        yield f"s{number}/{source.choice(_NAMES)}", page.content(source), page.expected


def _service(page: Page, source: random.Random) -> None:
    style = source.randrange(6)
    if style == 0:
        found = image(source)
        page.names(f"    image: {yaml(source, found.written)}", found.canonical)
        page.add("    container_name: redis", "    command: [run, --image, nginx:0]")
    elif style == 1:
        name, canonical, tag = tagged(source)
        page.names(f"    image: {name}:${{TAG:-{tag}}}", f"{canonical}:{tag}")
        page.add("    profiles: [debug]", "    environment:", "      IMAGE: nginx:0")
    elif style == 2:
        name, _, _ = tagged(source)
        page.names(f"    image: {name}:${{UNKNOWN:?say which}}", f"{name}:${{UNKNOWN:?say which}}")
    elif style == 3:
        page.add("    build: .", f"    image: {image(source).written}")
    elif style == 4:
        base, inline = image(source), image(source)
        page.add("    build:", "      context: app", "      dockerfile_inline: |", "        # FROM no/image")
        page.names(f"        FROM {inline.written} AS builder", inline.canonical, role="build")
        page.names(f"        FROM {base.written}", base.canonical)
        page.add("        RUN echo $$HOME")
    else:
        found = image(source)
        page.add("    build:", "      context: .", "      target: prod", "      additional_contexts:")
        page.names(f"        base: docker-image://{found.written}", found.canonical, role="build")
        page.add("        other: ./image:tag")
