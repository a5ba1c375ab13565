"""Reads `basewise.yaml`. A mistake in it is an error with its place, never a rule that is silently not there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from basewise.cli.configuration_errors import explained
from basewise.cli.configuration_values import Path_, mistakes
from basewise.discover.nodes import Document, Mapping, Node, Scalar, Sequence, documents
from basewise.model.configuration import CONFIGURATION_NAME, Configuration
from basewise.model.errors import UsageError
from basewise.model.limits import Limits

_CONFIGURATIONS = msgspec.json.Decoder(Configuration)
_NULL = {"", "~", "null", "Null", "NULL"}
_LINE = re.compile(r"line ([0-9]+): (.*)", re.DOTALL)


class ReadConfiguration(msgspec.Struct, frozen=True, kw_only=True):
    """A configuration and where it came from."""

    configuration: Configuration = Configuration()
    file: Path | None = None
    """None for the defaults."""
    exception_lines: list[int] = []
    """Where each exception of `check` begins."""


def find_configuration(folders: Iterable[Path]) -> Path | None:
    """The nearest `basewise.yaml` of some directories, nearest first."""
    candidates = (folder / CONFIGURATION_NAME for folder in folders)
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def read_configuration(file: Path, limits: Limits) -> ReadConfiguration:
    """Reads a file; an empty one is the defaults.

    Raises:
        UsageError: it cannot be read, is no YAML, or holds something that is no configuration; with its place.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(limits.configuration_bytes + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    if len(data) > limits.configuration_bytes:
        raise UsageError(f"{file} is larger than configuration_bytes = {limits.configuration_bytes}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not text in UTF-8", remedy="Save it as UTF-8.") from error
    return _Reading(file).read(_root(file, text, limits))


def _root(file: Path, text: str, limits: Limits) -> Node | None:
    """The content of the one document.

    Raises:
        UsageError: there are several, or it cannot be read.
    """
    bounds = msgspec.structs.replace(limits, yaml_nodes=limits.configuration_nodes)
    found: list[Document] = list(documents(text, bounds))
    for document in found:
        if document.problem:
            place = _LINE.fullmatch(document.problem)
            where = f"{file}:{place[1]}: {place[2]}" if place else f"{file}: {document.problem}"
            raise UsageError(where, remedy="Correct the YAML there; quote values that hold special characters.")
    if len(found) > 1:
        line = found[1].root.line if found[1].root else 1
        raise UsageError(f"{file}:{line}: a second document", remedy="Write one document without ---.")
    return found[0].root if found else None


class _Reading:
    """One file while it is read."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self, root: Node | None) -> ReadConfiguration:
        if root is None or _is_null(root):
            return ReadConfiguration(file=self._file)
        for node, message, remedy in _malformed(root):
            self._refuse(node, message, remedy)
        try:
            configuration = _CONFIGURATIONS.decode(msgspec.json.encode(_plain(root)))
        except msgspec.ValidationError as error:
            found = explained(str(error))
            self._refuse(_place(root, found.path, found.key), found.message, found.remedy)
        for mistake in mistakes(configuration):
            self._refuse(_place(root, mistake.path), mistake.message, mistake.remedy)
        exceptions = [_place(root, ("check", "exceptions", i)) for i in range(len(configuration.check.exceptions))]
        return ReadConfiguration(
            configuration=configuration, file=self._file, exception_lines=[node.line for node in exceptions]
        )

    def _refuse(self, node: Node, message: str, remedy: str) -> NoReturn:
        raise UsageError(f"{self._file}:{node.line}:{node.column}: {message}", remedy=remedy)


def _malformed(node: Node) -> Iterator[tuple[Node, str, str]]:
    """What a table may be in YAML and not here: a key that is there twice, or one that is no text."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _malformed(item)
    if isinstance(node, Mapping):
        seen: set[str] = set()
        for key in node.keys:
            if key.value in seen:
                yield key, f"the key '{key.value}' is there twice", "Keep one of them."
            seen.add(key.value)
        for value in node.entries.values():
            yield from _malformed(value)
        if node.templated:
            yield node, "a table stands in the place of a key", "Quote values that hold braces."


def _plain(node: Node) -> Any:
    """The node as data: tables, lists, and text that the types convert."""
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return None if _is_null(node) else node.value


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and node.value in _NULL


def _place(root: Node, path: Path_, key: str = "") -> Node:
    """The node at a path, as far as it leads; its key where it is no single value, or the key `key` of it."""
    node, stands_at = root, root
    for step in path:
        below: Node | None = None
        if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            below = stands_at = node.items[step]
        elif isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
            below = stands_at = node.entries[step]
            if not isinstance(below, Scalar):
                stands_at = _key(node, step) or below
        if below is None:
            break
        node = below
    return _key(node, key) or stands_at if key and isinstance(node, Mapping) else stands_at


def _key(table: Mapping, name: str) -> Scalar | None:
    """A key as it stands in a table; None for one that was merged into it."""
    return next((key for key in table.keys if key.value == name), None)
