"""Development containers: JSON with comments."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image, tagged

_PATHS = (".devcontainer/devcontainer.json", ".devcontainer/python/devcontainer.json", ".devcontainer.json")


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("devcontainer", "dev")
        indent = source.choice(["\t", "  "])
        page.add('// For format details, see "image": "nginx:0"', "{", f'{indent}"name": "image", /* "image": "no" */')
        style = source.randrange(4)
        if style == 0:
            found = image(source)
            page.names(f'{indent}"image": {json.dumps(found.written)}, // "image": "no"', found.canonical)
        elif style == 1:
            name, canonical, tag = tagged(source)
            page.names(f'{indent}"image": "{name}:${{localEnv:VARIANT:{tag}}}",', f"{canonical}:{tag}")
        elif style == 2:
            name, _, _ = tagged(source)
            page.names(f'{indent}"image": "{name}:${{localEnv:VARIANT}}",', f"{name}:${{localEnv:VARIANT}}")
        else:
            page.add(f'{indent}"build": {{"dockerfile": "Dockerfile", "args": {{"image": "nginx:0"}},}},')
        page.add(f'{indent}"features": {{"ghcr.io/devcontainers/features/node:1": {{"image": "x"}}}},')
        page.add(f'{indent}"postCreateCommand": "docker run http://x//y",', "}")
        yield f"v{number}/{source.choice(_PATHS)}", page.content(source), page.expected
