"""Writes files line by line and keeps book of what they name: answers come from the writer, not from a reader."""

from __future__ import annotations

import random
from typing import NamedTuple

COUNT = 25
"""Files that each kind makes in one go."""

_OFFICIAL = ("nginx", "redis", "postgres", "alpine", "debian", "node", "python", "golang", "busybox", "rabbitmq")
_PEOPLE = ("bitnami/kafka", "acme/orders", "grafana/grafana", "hashicorp/vault", "cimg/base", "acme/team/api_v2")
_HOSTS = ("registry.example.com", "ghcr.io", "localhost:5000", "eu.gcr.io", "123.dkr.ecr.eu-west-1.amazonaws.com")
_TAGS = ("1", "1.27", "3.12-slim", "16-alpine", "latest", "v1.2.3-rc.1", "20240101_1", "stable")


class Expected(NamedTuple):
    """One usage that a reader has to find."""

    reference: str
    kind: str
    line: int
    role: str


class Image(NamedTuple):
    """An image under one of its names."""

    written: str
    canonical: str

    def changed(self, old: str, new: str) -> Image:
        """With a part of the written name replaced, as by a variable."""
        return Image(self.written.replace(old, new), self.canonical)


def image(source: random.Random, *, tag: str = "") -> Image:
    """Some image; with that tag when one is given."""
    style = source.randrange(4)
    if style == 0:
        name = source.choice(_OFFICIAL)
        written, canonical = name, f"docker.io/library/{name}"
    elif style == 1:
        written = source.choice(_PEOPLE)
        canonical = f"docker.io/{written}"
    elif style == 2:
        name = source.choice(_OFFICIAL)
        written = source.choice(["docker.io/", "index.docker.io/library/", "docker.io/library/"]) + name
        canonical = f"docker.io/library/{name}"
    else:
        written = canonical = f"{source.choice(_HOSTS)}/{source.choice(_PEOPLE)}"
    tag = tag or source.choice(("", *_TAGS))
    digest = f"@sha256:{source.randrange(16**64):064x}" if source.random() < 0.15 else ""
    rest = (f":{tag}" if tag else "") + digest
    return Image(written + rest, canonical + rest)


def tagged(source: random.Random) -> tuple[str, str, str]:
    """A name as written without tag, its canonical form, and a tag."""
    found = image(source, tag="TAG")
    tag = source.choice(_TAGS)
    return found.written.partition(":TAG")[0], found.canonical.partition(":TAG")[0], tag


def yaml(source: random.Random, text: str) -> str:
    """A text in one of the styles of YAML that hold it on one line."""
    needs_quotes = text[0] in "*&!%@`{[<$#" or ": " in text or " #" in text or "{" in text
    style = source.randrange(1 if needs_quotes else 0, 3)
    quoted = (text, f'"{text}"', f"'{text}'")[style]
    return quoted + (source.choice(["", "", "  # not nginx:0"]))


class Page:
    """A file while it is written."""

    def __init__(self, kind: str, role: str) -> None:
        self._kind = kind
        self._role = role
        self._lines: list[str] = []
        self.expected: list[Expected] = []

    def add(self, *lines: str) -> None:
        """Adds lines that name nothing."""
        for line in lines:
            self._lines += line.split("\n")

    def names(self, line: str, *references: str, role: str = "") -> None:
        """Adds a line that names images."""
        self._lines.append(line)
        self.expected += [Expected(ref, self._kind, len(self._lines), role or self._role) for ref in references]

    def content(self, source: random.Random) -> bytes:
        """The file, with either kind of line ends."""
        ending = "\r\n" if source.random() < 0.15 else "\n"
        return ending.join([*self._lines, ""]).encode()
