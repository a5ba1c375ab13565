"""Pipelines of Drone and Woodpecker."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image, tagged, yaml


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("drone", "ci")
        make = source.choice((_drone, _woodpecker))
        yield f"d{number}/{make(page, source)}", page.content(source), page.expected


def _drone(page: Page, source: random.Random) -> str:
    for pipeline in range(source.randrange(1, 3)):
        page.add("---", "kind: pipeline", "type: docker", f"name: image-{pipeline}", "steps:")
        for step in range(source.randrange(1, 4)):
            page.add(f"  - name: step{step}")
            source.choice((_step, _unknown, _plugin))(page, source)
        if source.random() < 0.5:
            page.add("services:", "  - name: db")
            found = image(source)
            page.names(f"    image: {yaml(source, found.written)}", found.canonical)
    if source.random() < 0.4:
        page.add("---", "kind: pipeline", "type: exec", "name: other", "steps:", "  - name: image")
        page.add("    commands: [docker run nginx:0]")
    page.add("---", "kind: secret", "name: image", "data: nginx")
    return source.choice([".drone.yml", ".drone.yaml"])


def _step(page: Page, source: random.Random) -> None:
    found, run = image(source), image(source)
    page.names(f"    image: {yaml(source, found.written)}", found.canonical)
    page.add("    pull: always", "    environment:", "      image: nginx:0", "    commands:", "      - make image")
    page.names(f"      - docker run {run.written}", run.canonical)


def _unknown(page: Page, source: random.Random) -> None:
    name, _, _ = tagged(source)
    page.names(f"    image: {name}:${{DRONE_TAG}}", f"{name}:${{DRONE_TAG}}")


def _plugin(page: Page, source: random.Random) -> None:
    del source
    page.names("    image: plugins/docker:20", "docker.io/plugins/docker:20")
    page.add("    settings:", "      repo: acme/app", "      dockerfile: docker/Dockerfile", "      tags: [latest]")


def _woodpecker(page: Page, source: random.Random) -> str:
    name, canonical, _ = tagged(source)
    page.add("matrix:", "  VERSION:", '    - "1.22"', '    - "1.23"', "steps:", "  build:")
    page.names(f"    image: {name}:${{VERSION}}", f"{canonical}:1.22", f"{canonical}:1.23")
    page.add("    commands:", "      - make image", "  publish:")
    builder = "woodpeckerci/plugin-docker-buildx"
    page.names(f"    image: {builder}", f"docker.io/{builder}")
    page.add("    settings:", "      repo: acme/app", "      dockerfile: Dockerfile")
    if source.random() < 0.5:
        found = image(source)
        page.add("services:", "  db:")
        page.names(f"    image: {yaml(source, found.written)}", found.canonical)
    return source.choice([".woodpecker.yml", ".woodpecker/test.yaml"])
