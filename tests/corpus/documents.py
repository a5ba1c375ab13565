"""Writes YAML and JSON in the styles that people use, and remembers in which line each image came to stand."""

from __future__ import annotations

import json
import random as randoms
from typing import Any, NamedTuple

COUNT = 75
"""Files, or small trees of them, that each kind makes in one go."""


class Expected(NamedTuple):
    """One usage that a file is known to hold."""

    reference: str
    """Canonical, or the text as written where it is no reference that can be told."""
    kind: str
    line: int
    role: str


class Image(NamedTuple):
    """A value that names an image: as it is written, and what it is known to mean."""

    written: str
    reference: str


DIGEST = "sha256:" + "4f" * 32
IMAGES = (
    Image("nginx", "docker.io/library/nginx"),
    Image("nginx:1.27", "docker.io/library/nginx:1.27"),
    Image("grafana/grafana:11.2.0", "docker.io/grafana/grafana:11.2.0"),
    Image("docker.io/redis:7-alpine", "docker.io/library/redis:7-alpine"),
    Image("index.docker.io/library/redis:7", "docker.io/library/redis:7"),
    Image("ghcr.io/acme/api:1.2.3", "ghcr.io/acme/api:1.2.3"),
    Image("registry.test:5000/team/app_v2:2024.1", "registry.test:5000/team/app_v2:2024.1"),
    Image("localhost/app:dev", "localhost/app:dev"),
    Image(f"quay.io/org/tool@{DIGEST}", f"quay.io/org/tool@{DIGEST}"),
    Image(f"python:3.12-slim@{DIGEST}", f"docker.io/library/python:3.12-slim@{DIGEST}"),
)
UNKNOWN = (
    Image("registry.test/api:${VERSION}", "registry.test/api:${VERSION}"),
    Image("$IMAGE", "$IMAGE"),
    Image("Registry.test/API:1", "Registry.test/API:1"),
)
_MARK = "@@"
NOISE = ("image: old:0.1", "FROM busybox:1", "was nginx:1.0", "TODO pin image")


def image(random: randoms.Random) -> Image:
    """An image, seldom one that cannot be told."""
    return random.choice(UNKNOWN) if random.random() < 0.08 else random.choice(IMAGES)


class DocumentPage:
    """One file while it is written out of documents."""

    def __init__(self, random: randoms.Random, kind: str, role: str) -> None:
        self._random = random
        self._kind, self._role = kind, role
        self._step = random.choice([2, 2, 4])
        self._lists_indented = random.random() < 0.5
        self._lines: list[str] = []
        self.expected: list[Expected] = []

    def document(self, content: dict[str, Any]) -> None:
        """Adds a document in block style, after a marker where it is not the first."""
        if self._lines or self._random.random() < 0.4:
            self._lines.append("---")
        self._table(content, 0)

    def json(self, content: dict[str, Any]) -> None:
        """The whole file as JSON."""
        images: list[Image] = []
        text = json.dumps(_marked(content, images), indent=self._random.choice([1, 2, 4]))
        for line in text.split("\n"):
            before, mark, number = line.partition(_MARK)
            if not mark:
                self._lines.append(line)
                continue
            number, _, after = number.partition(_MARK)
            self._lines.append(before + json.dumps(images[int(number)].written)[1:-1] + after)
            self._mark(images[int(number)].reference, len(self._lines))

    @property
    def content(self) -> bytes:
        end = "\r\n" if self._random.random() < 0.1 else "\n"
        text = end.join(self._lines) + (end if self._random.random() < 0.9 else "")
        return text.encode("utf-8-sig" if self._random.random() < 0.05 else "utf-8")

    def _mark(self, reference: str, line: int) -> None:
        self.expected.append(Expected(reference, self._kind, line, self._role))

    def _table(self, content: dict[str, Any], indent: int, first: str = "") -> None:
        """Lines of a table; `first` stands before the first of them instead of the indentation."""
        for key, value in content.items():
            self._entry(key, value, indent, first or " " * indent)
            first = ""
            if self._random.random() < 0.05:
                self._lines.append(f"{' ' * self._random.choice([0, indent])}# {self._random.choice(NOISE)}")

    def _entry(self, key: str, value: Any, indent: int, before: str) -> None:
        if isinstance(value, Image) or not isinstance(value, dict | list) or not value:
            self._lines.append(f"{before}{key}: {self._scalar(value)}")
            if isinstance(value, Image):
                self._mark(value.reference, len(self._lines))
        elif isinstance(value, dict):
            if self._random.random() < 0.15 and _is_flat(value):
                self._lines.append(f"{before}{key}: {self._flow(value)}")
                return
            self._lines.append(f"{before}{key}:")
            self._table(value, indent + self._step)
        else:
            self._lines.append(f"{before}{key}:")
            self._list(value, indent + (self._step if self._lists_indented else 0))

    def _list(self, values: list[Any], indent: int) -> None:
        for value in values:
            if isinstance(value, dict) and not (self._random.random() < 0.15 and _is_flat(value)):
                self._table(value, indent + 2, " " * indent + "- ")
            elif isinstance(value, dict):
                self._lines.append(f"{' ' * indent}- {self._flow(value)}")
            else:
                self._lines.append(f"{' ' * indent}- {self._scalar(value)}")

    def _flow(self, value: dict[str, Any]) -> str:
        """A table on one line."""
        for one in value.values():
            if isinstance(one, Image):
                self._mark(one.reference, len(self._lines) + 1)
        return "{" + ", ".join(f"{key}: {self._quoted(one)}" for key, one in value.items()) + "}"

    def _scalar(self, value: Any) -> str:
        if isinstance(value, dict | list):
            return "{}" if isinstance(value, dict) else "[]"
        comment = f"  # {self._random.choice(NOISE)}" if self._random.random() < 0.08 else ""
        return self._quoted(value) + comment

    def _quoted(self, value: Any) -> str:
        if isinstance(value, Image):
            value = value.written
        if not isinstance(value, str):
            return json.dumps(value)
        safe = value and not set(value) & set("{}[]#&*!|>'\"%@`,") and ": " not in value and not value.endswith(":")
        styles = ['"', "'", ""] if safe and not value.startswith(("- ", "$")) else ['"', "'"]
        style = self._random.choice(styles)
        if style == "'":
            value = value.replace("'", "''")
        return json.dumps(value) if style == '"' else f"{style}{value}{style}"


def _is_flat(value: dict[str, Any]) -> bool:
    return all(isinstance(one, str | int | Image) for one in value.values())


def _marked(value: Any, images: list[Image]) -> Any:
    """The structure with a mark for every image, which is added to `images`."""
    if isinstance(value, Image):
        images.append(value)
        return f"{_MARK}{len(images) - 1}{_MARK}"
    if isinstance(value, dict):
        return {key: _marked(one, images) for key, one in value.items()}
    return [_marked(one, images) for one in value] if isinstance(value, list) else value
