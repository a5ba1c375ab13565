"""Build configurations of Google Cloud Build, as YAML and JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image, tagged, yaml


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("cloud-build", "ci")
        if source.random() < 0.3:
            _json(page, source)
            yield f"k{number}/cloudbuild.json", page.content(source), page.expected
            continue
        page.add("substitutions:", '  _VERSION: "1.22"', "  _IMAGE: nginx:0", "steps:")
        for step in range(source.randrange(1, 5)):
            page.add(f"  - id: image-{step}")
            source.choice((_plain, _variable, _unknown, _docker, _shell))(page, source)
        page.add("images: [gcr.io/acme/app]", "timeout: 600s")
        yield (
            f"k{number}/{source.choice(['cloudbuild.yaml', 'cloudbuild-test.yml'])}",
            page.content(source),
            page.expected,
        )


def _plain(page: Page, source: random.Random) -> None:
    found = image(source)
    page.names(f"    name: {yaml(source, found.written)}", found.canonical)
    page.add("    args: [run, --image, nginx:0]")


def _variable(page: Page, source: random.Random) -> None:
    name, canonical, _ = tagged(source)
    page.names(f"    name: {name}:${{_VERSION}}", f"{canonical}:1.22")


def _unknown(page: Page, source: random.Random) -> None:
    del source
    page.names("    name: gcr.io/$PROJECT_ID/tool:1", "gcr.io/$PROJECT_ID/tool:1")


def _docker(page: Page, source: random.Random) -> None:
    found = image(source)
    page.names("    name: gcr.io/cloud-builders/docker", "gcr.io/cloud-builders/docker")
    if source.random() < 0.5:
        page.add("    args: [build, -t, gcr.io/acme/app, -f, docker/Dockerfile, .]")
        return
    page.add("    args:", "      - pull")
    page.names(f"      - {yaml(source, found.written)}", found.canonical)


def _shell(page: Page, source: random.Random) -> None:
    found = image(source)
    page.names("    name: ubuntu:24.04", "docker.io/library/ubuntu:24.04")
    page.add("    entrypoint: bash", "    args:", "      - -c", "      - |", "        echo docker run nginx:0")
    page.names(f"        docker run {found.written} make", found.canonical)


def _json(page: Page, source: random.Random) -> None:
    page.add("{", '  "steps": [')
    steps = source.randrange(1, 4)
    for step in range(steps):
        found = image(source)
        page.add("    {")
        page.names(f'      "name": {json.dumps(found.written)},', found.canonical)
        page.add('      "args": ["image", "nginx:0"]', "    }" + ("," if step < steps - 1 else ""))
    page.add("  ],", '  "images": ["gcr.io/acme/app"]', "}")
