"""Configurations of GitLab CI."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image, tagged, yaml


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("gitlab-ci", "ci")
        page.add("stages: [build, test]", "variables:", '  VERSION: "3.12"', "  IMAGE: nginx:0")
        if source.random() < 0.5:
            found = image(source)
            page.add("default:")
            page.names(f"  image: {yaml(source, found.written)}", found.canonical)
        for job in range(source.randrange(1, 6)):
            source.choice((_plain, _table, _services, _variable, _extends, _matrix, _reference, _anchor))(
                page, source, f"job{job}"
            )
        name = source.choice([".gitlab-ci.yml", "ci/build.gitlab-ci.yml"])
        yield f"l{number}/{name}", page.content(source), page.expected


def _script(page: Page, source: random.Random) -> None:
    page.add("  script:", "    - 'echo image: nginx:0'")
    if source.random() < 0.4:
        found = image(source)
        page.names(f"    - docker run --network host {found.written} --image nginx:0", found.canonical)
    if source.random() < 0.3:
        found = image(source)
        page.add("    - |", "      set -e")
        page.names(f"      sudo docker pull {found.written} > /dev/null 2>&1", found.canonical)


def _plain(page: Page, source: random.Random, job: str) -> None:
    found = image(source)
    page.add(f"{job}:", "  stage: build")
    page.names(f"  image: {yaml(source, found.written)}", found.canonical)
    _script(page, source)


def _table(page: Page, source: random.Random, job: str) -> None:
    found = image(source)
    page.add(f"{job}:", "  image:")
    page.names(f"    name: {yaml(source, found.written)}", found.canonical)
    page.add('    entrypoint: [""]')
    _script(page, source)


def _services(page: Page, source: random.Random, job: str) -> None:
    first, second = image(source), image(source)
    page.add(f"{job}:", "  services:")
    page.names(f"    - {yaml(source, first.written)}", first.canonical)
    page.names(f"    - name: {yaml(source, second.written)}", second.canonical)
    page.add("      alias: db")
    _script(page, source)


def _variable(page: Page, source: random.Random, job: str) -> None:
    name, canonical, _ = tagged(source)
    page.add(f"{job}:")
    if source.random() < 0.5:
        page.names(f'  image: "{name}:${{VERSION}}"', f"{canonical}:3.12")
    else:
        page.names(f"  image: {name}:$CI_COMMIT_SHA", f"{name}:$CI_COMMIT_SHA")
    _script(page, source)


def _extends(page: Page, source: random.Random, job: str) -> None:
    name, canonical, tag = tagged(source)
    page.add(f".{job}:")
    page.names(f"  image: {name}:$OWN", f"{canonical}:{tag}")
    page.add(f"{job}:", f"  extends: .{job}", "  variables:", f'    OWN: "{tag}"')
    _script(page, source)


def _matrix(page: Page, source: random.Random, job: str) -> None:
    name, canonical, _ = tagged(source)
    page.add(f"{job}:", "  parallel:", "    matrix:", '      - PART: ["1.1", "1.2"]', "        OTHER: x")
    page.names(f"  image: {name}:$PART", f"{canonical}:1.1", f"{canonical}:1.2")
    _script(page, source)


def _reference(page: Page, source: random.Random, job: str) -> None:
    found = image(source)
    page.add(f".{job}:")
    page.names(f"  image: {yaml(source, found.written)}", found.canonical)
    page.add(f"{job}:", f"  image: !reference [.{job}, image]")
    _script(page, source)


def _anchor(page: Page, source: random.Random, job: str) -> None:
    found = image(source)
    page.add(f".{job}: &{job}")
    page.names(f"  image: {yaml(source, found.written)}", found.canonical)
    page.add(f"{job}:", f"  <<: *{job}", "  tags: [docker]", "  artifacts:", "    paths: [image]")
    _script(page, source)
