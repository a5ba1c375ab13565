"""Bake files in HCL and JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image, tagged


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("bake", "build")
        if source.random() < 0.3:
            _json(page, source)
            yield f"k{number}/docker-bake.json", page.content(source), page.expected
            continue
        page.add("# docker-image://nginx:0", 'variable "VERSION" {', '  default = "1.22" // image', "}", "/*")
        page.add('target "no" { contexts = { a = "docker-image://nginx:0" } }', "*/")
        page.add('group "default" {', '  targets = ["app0"]', "}")
        for target in range(source.randrange(1, 4)):
            page.add(f'target "app{target}" {{', '  dockerfile = "docker/Dockerfile"', '  tags = ["acme/app:1"]')
            source.choice((_context, _variable, _matrix, _inline, _unknown))(page, source)
            page.add("}")
        yield f"k{number}/docker-bake{source.choice(['', '.override'])}.hcl", page.content(source), page.expected


def _context(page: Page, source: random.Random) -> None:
    found = image(source)
    page.add("  contexts = {")
    page.names(f'    base = "docker-image://{found.written}"', found.canonical)
    page.add('    other = "target:app"', '    image = "./image:1"', "  }")


def _variable(page: Page, source: random.Random) -> None:
    name, canonical, _ = tagged(source)
    page.add('  args = { IMAGE = "nginx:0" }')
    page.names(f'  contexts = {{ base = "docker-image://{name}:${{VERSION}}" }}', f"{canonical}:1.22")


def _matrix(page: Page, source: random.Random) -> None:
    name, canonical, _ = tagged(source)
    page.add('  name = "app-${item.key}"', "  matrix = {")
    page.add('    item = [{ key = "a", tag = "1.1" }, { key = "b", tag = "1.2" }]', "  }")
    references = (f"{canonical}:1.1", f"{canonical}:1.2")
    page.names(f'  contexts = {{ base = "docker-image://{name}:${{item.tag}}" }}', *references)


def _inline(page: Page, source: random.Random) -> None:
    first, second = image(source), image(source)
    page.add("  dockerfile-inline = <<EOT", "# FROM nginx:0")
    page.names(f"FROM {first.written} AS build", first.canonical)
    page.names(f"FROM {second.written}", second.canonical, role="runtime")
    page.add("COPY --from=build /a /b", "EOT")


def _unknown(page: Page, source: random.Random) -> None:
    name, _, _ = tagged(source)
    written = f"{name}:${{OTHER}}"
    page.names(f'  contexts = {{ base = "docker-image://{written}" }}', written)


def _json(page: Page, source: random.Random) -> None:
    page.add("{", '  "variable": {"VERSION": {"default": "1.22"}},', '  "target": {', '    "app": {')
    page.add('      "dockerfile": "Dockerfile",', '      "contexts": {')
    found = image(source)
    name, canonical, _ = tagged(source)
    page.names(f'        "a": {json.dumps("docker-image://" + found.written)},', found.canonical)
    page.names(f'        "b": "docker-image://{name}:${{VERSION}}"', f"{canonical}:1.22")
    page.add("      }", "    }", "  }", "}")
