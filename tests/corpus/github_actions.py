"""Workflows of GitHub Actions."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image, tagged, yaml


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("github-actions", "ci")
        page.add("name: container image", "on:", "  push:", "    branches: [main]")
        page.add("  workflow_dispatch:", "    inputs:", "      base:", "        default: debian:12")
        page.add("env:", "  IMAGE: nginx:0", "jobs:")
        for job in range(source.randrange(1, 5)):
            page.add(f"  job{job}:", "    runs-on: ubuntu-24.04  # image: no")
            source.choice((_container, _matrix, _include, _services, _unknown, _input))(page, source)
            page.add("    steps:", "      - uses: actions/checkout@v4")
            source.choice((_docker_step, _script, _build, _plain))(page, source)
        yield f"g{number}/.github/workflows/ci.{source.choice(['yml', 'yaml'])}", page.content(source), page.expected


def _container(page: Page, source: random.Random) -> None:
    found = image(source)
    if source.random() < 0.5:
        page.names(f"    container: {yaml(source, found.written)}", found.canonical)
    else:
        page.add("    container:", "      options: --cpus 1")
        page.names(f"      image: {yaml(source, found.written)}", found.canonical)


def _matrix(page: Page, source: random.Random) -> None:
    name, canonical, _ = tagged(source)
    page.add("    strategy:", "      matrix:", '        version: ["3.11", "3.12"]', "        os: [a, b]")
    page.names(f"    container: {name}:${{{{ matrix.version }}}}", f"{canonical}:3.11", f"{canonical}:3.12")


def _include(page: Page, source: random.Random) -> None:
    first, second = image(source), image(source)
    page.add("    strategy:", "      matrix:", "        include:")
    page.add(f"          - image: {first.written}", "            name: a")
    page.add(f"          - image: {second.written}", "            name: b")
    found = dict.fromkeys((first.canonical, second.canonical))
    page.names("    container: ${{ matrix.image }}", *found)


def _services(page: Page, source: random.Random) -> None:
    first, second = image(source), image(source)
    page.add("    services:", "      db:")
    page.names(f"        image: {yaml(source, first.written)}", first.canonical)
    page.add("        ports: ['5432:5432']", "        env:", "          image: nginx:0", "      cache:")
    page.names(f"        image: {yaml(source, second.written)}", second.canonical)


def _unknown(page: Page, source: random.Random) -> None:
    name, _, _ = tagged(source)
    written = f"{name}:${{{{ needs.x.outputs.tag }}}}"
    page.names(f'    container: "{written}"', written)


def _input(page: Page, source: random.Random) -> None:
    del source
    page.names("    container: ${{ inputs.base || 'debian:11' }}", "docker.io/library/debian:12")


def _docker_step(page: Page, source: random.Random) -> None:
    found = image(source)
    page.add("      - name: image")
    page.names(f"        uses: docker://{found.written}", found.canonical)


def _script(page: Page, source: random.Random) -> None:
    run, pull = image(source), image(source)
    page.add("      - run: |", "          echo image: nginx:0", "          # docker run nginx:0")
    page.names(f"          docker run --rm -v $(pwd):/x -e A=b {run.written} sh -c 'docker run no'", run.canonical)
    page.add("          docker run $IMAGE", "          if true; then \\")
    page.names(f"            docker pull -q {pull.written}; fi", pull.canonical)


def _build(page: Page, source: random.Random) -> None:
    found = image(source)
    page.add("      - uses: docker/build-push-action@v6", "        with:", "          context: .")
    page.add("          tags: acme/built:${{ github.sha }}", "          build-args: BASE=nginx:0")
    page.add("      - run: docker run acme/built:1")
    page.names(f"      - run: podman run -it --rm {found.written}", found.canonical)


def _plain(page: Page, source: random.Random) -> None:
    page.add("      - run: make image", f"        if: matrix.image == '{image(source).written}'")
