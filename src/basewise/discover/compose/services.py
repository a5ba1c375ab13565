"""One service with what it extends: its image, and how it is built.

Follows the Compose specification, "extends" and "Build specification". Of a value that several services of a chain
have, the one nearest to the service counts; a path is seen from the project's directory of the file that writes it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from basewise.discover.build_commands import IMAGE_CONTEXT
from basewise.discover.compose.project import ComposeFile, Project
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.places import below
from basewise.discover.reading import child, items, text
from basewise.discover.resolved import Resolved

_LONGEST = 50  # services that extend each other


class Link(msgspec.Struct, frozen=True):
    """A service as one file writes it."""

    service: Mapping
    where: ComposeFile


class Value(msgspec.Struct, frozen=True):
    """A value with the file that its variables and paths belong to."""

    node: Node
    where: ComposeFile

    @property
    def resolved(self) -> Resolved:
        return self.where.read(self.node)


class Chain(msgspec.Struct, frozen=True):
    """A service and those that it extends, itself first."""

    links: list[Link]
    broken: str = ""
    """What it extends and is not there."""

    def value(self, key: str) -> Value | None:
        """A value of the service that is there and not null."""
        return next(self._values((key,)), None)

    def build_value(self, key: str) -> Value | None:
        """A value of its build; a build that is only text is its context."""
        if key == "context":
            return next(self._contexts(), None)
        return next(self._values(("build", key)), None)

    def contexts(self) -> Iterator[tuple[Value, str]]:
        """The named contexts of its build that are images, each with the reference as written."""
        for value in self._values(("build", "additional_contexts")):
            for node, written in _pairs(value.node):
                if written.startswith(IMAGE_CONTEXT):
                    yield Value(node, value.where), written.removeprefix(IMAGE_CONTEXT)

    def arguments(self) -> dict[str, str]:
        """Build arguments whose values are written."""
        found: dict[str, str] = {}
        for value in self._values(("build", "args")):
            for name, node in _named(value.node):
                resolved = value.where.resolve(node)
                if not resolved.problem:
                    found.setdefault(name, resolved.value)
        return found

    def tags(self) -> list[str]:
        """The names that its build adds to the image's own."""
        return [value.where.read(node).value for value in self._values(("build", "tags")) for node in items(value.node)]

    @property
    def is_built(self) -> bool:
        return self.value("build") is not None

    def _values(self, path: tuple[str, ...]) -> Iterator[Value]:
        for link in self.links:
            node = child(link.service, *path)
            if node is not None and not (isinstance(node, Scalar) and not text(node)):
                yield Value(node, link.where)

    def _contexts(self) -> Iterator[Value]:
        for value in self._values(("build",)):
            node = value.node if isinstance(value.node, Scalar) else child(value.node, "context")
            if text(node) and node is not None:
                yield Value(node, value.where)


def chain(name: str, where: ComposeFile, project: Project) -> Chain:
    """A service with those that it extends, in its file or in one that it names."""
    links: list[Link] = []
    seen: set[tuple[str, str]] = set()
    while True:
        service = where.service(name)
        if service is None:
            return Chain(links, name)
        if (where.file.path, name) in seen:
            return Chain(links, f"{name}, which extends itself")
        if len(seen) >= _LONGEST:
            return Chain(links, f"{name} through more than {_LONGEST} others")
        seen.add((where.file.path, name))
        links.append(Link(service, where))
        extended = child(service, "extends")
        if extended is None:
            return Chain(links)
        name = text(extended) or where.read(child(extended, "service")).value
        other = where.read(child(extended, "file"))
        if not other.value:
            continue
        path = None if other.problem else below(where.folder, other.value)
        found = project.open(path) if path else None
        if found is None:
            return Chain(links, f"{name} of {other.value}")
        where = found


def _pairs(node: Node) -> Iterator[tuple[Node, str]]:
    """The values of a table, or of a list of `name=value`, with the node that each stands in."""
    if isinstance(node, Mapping):
        yield from ((value, text(value)) for value in node.entries.values())
    for item in items(node):
        yield item, text(item).partition("=")[2]


def _named(node: Node) -> Iterator[tuple[str, str]]:
    """Names and values of a table, or of a list of `name=value`; a name without a value has none here."""
    if isinstance(node, Mapping):
        yield from (
            (name, value.value) for name, value in node.entries.items() if isinstance(value, Scalar) and text(value)
        )
    for item in items(node):
        name, equals, value = text(item).partition("=")
        if equals:
            yield name, value
