"""Azure Pipelines."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image, tagged, yaml


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("azure-pipelines", "ci")
        found = image(source)
        page.add("trigger: [main]", "parameters:", "  - name: base", "    type: string", '    default: "3.9"')
        page.add("variables:", '  version: "12"', "  image: nginx:0", "resources:", "  containers:")
        page.add("    - container: own")
        page.names(f"      image: {yaml(source, found.written)}", found.canonical)
        page.add("      options: --image nginx:0", "jobs:")
        for job in range(source.randrange(1, 5)):
            page.add(f"  - job: job{job}", "    pool:", "      vmImage: ubuntu-22.04")
            source.choice((_alias, _plain, _table, _variable, _matrix, _unknown, _services))(page, source)
            page.add("    steps:")
            source.choice((_script, _task))(page, source)
        name = source.choice(["azure-pipelines.yml", "azure-pipelines-release.yaml", ".azure-pipelines/build.yml"])
        yield f"a{number}/{name}", page.content(source), page.expected


def _alias(page: Page, source: random.Random) -> None:
    del source
    page.add("    container: own")


def _plain(page: Page, source: random.Random) -> None:
    found = image(source)
    page.names(f"    container: {yaml(source, found.written)}", found.canonical)


def _table(page: Page, source: random.Random) -> None:
    name, canonical, _ = tagged(source)
    page.add("    container:")
    page.names(f"      image: {name}:${{{{ parameters.base }}}}", f"{canonical}:3.9")
    page.add("      env:", "        image: nginx:0")


def _variable(page: Page, source: random.Random) -> None:
    name, canonical, _ = tagged(source)
    page.names(f"    container: {name}:$(version)", f"{canonical}:12")


def _matrix(page: Page, source: random.Random) -> None:
    first, second = image(source), image(source)
    page.add("    strategy:", "      matrix:", "        a:", f"          box: {first.written}")
    page.add("        b:", f"          box: {second.written}")
    page.names("    container: $[ variables['box'] ]", *dict.fromkeys((first.canonical, second.canonical)))


def _unknown(page: Page, source: random.Random) -> None:
    name, _, _ = tagged(source)
    page.names(f"    container: {name}:$(Build.BuildId)", f"{name}:$(Build.BuildId)")


def _services(page: Page, source: random.Random) -> None:
    found = image(source)
    page.add("    services:", "      shared: own")
    page.names(f"      redis: {yaml(source, found.written)}", found.canonical)


def _script(page: Page, source: random.Random) -> None:
    found = image(source)
    page.add("      - script: |", "          echo docker run nginx:0")
    page.names(f"          docker run --rm {found.written}", found.canonical)


def _task(page: Page, source: random.Random) -> None:
    del source
    page.add("      - task: Docker@2", "        displayName: image", "        inputs:", "          command: build")
    page.add("          repository: acme/app", "          Dockerfile: docker/Dockerfile", "          tags: latest")
