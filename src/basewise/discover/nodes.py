"""YAML and JSON as nodes that know their line, within bounds.

Built from the parser's events, because composing and constructing recurse in C: a few hundred thousand opening brackets
end the process. No tag is ever resolved to an object, so a file can only become mappings, sequences and text.
Follows YAML 1.1 as Kubernetes' own reader does, with its merge key (https://yaml.org/type/merge.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NoReturn, TypeAlias

import msgspec
import yaml

from basewise.model.errors import BasewiseError
from basewise.model.limits import Limits

_MERGE_KEY = "<<"
_SHOWN = 80  # characters of a name in a message
_DOCUMENT_START = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_PROLOGUE = re.compile(r"(?:%.*\n|[ \t]*#.*\n|[ \t]*\r?\n)*")
"""Directives, comments and empty lines before a document marker."""


class UnreadableYaml(BasewiseError):
    """The text is no YAML, or is larger than a limit allows. The message begins with the line."""


class Scalar(msgspec.Struct, frozen=True):
    """A value as written, without its quotes."""

    value: str
    line: int
    """From 1, in the file."""
    plain: bool = True
    """False when quotes or a block style make it text whatever it looks like."""
    column: int = 0
    """Where it begins, with its quotes, tag or anchor; from 1, in characters."""

    @property
    def size(self) -> int:
        return 1

    @property
    def templated(self) -> bool:
        return False


class Sequence(msgspec.Struct):
    """A list."""

    line: int
    items: list[Node] = []
    size: int = 1
    """Nodes in it, itself included, aliases counted at their full size."""
    templated: bool = False
    """True when a mapping in it has a mapping for a key, which is how `{{ .Values.x }}` without quotes reads."""
    column: int = 0


class Mapping(msgspec.Struct):
    """A table; keys that are no plain values (YAML allows mappings as keys) are left out."""

    line: int
    entries: dict[str, Node] = {}
    size: int = 1
    templated: bool = False
    column: int = 0
    keys: list[Scalar] = []
    """Its keys as they stand there: one that is repeated is in here twice, one that was merged is not."""


Node: TypeAlias = Scalar | Sequence | Mapping


class Document(msgspec.Struct, frozen=True):
    """One document of a file: its content, or why there is none."""

    root: Node | None = None
    problem: str = ""


def documents(text: str, limits: Limits) -> Iterator[Document]:
    """The documents of a file, in order. One that cannot be read comes with its problem; the rest are read.

    The text is cut at the lines that begin with `---`, which can be nothing but document markers (YAML 1.2.2, section
    9.1.2), so that a broken document hides no other.

    Args:
        text: the file, decoded.
        limits: `yaml_documents`, `yaml_nodes` and `yaml_depth` hold for the file as a whole.
    """
    composer = _Composer(limits)
    starts = [0, *(match.start() for match in _DOCUMENT_START.finditer(text) if match.start() > 0), len(text)]
    line = 1
    for number, (start, end) in enumerate(pairwise(starts)):
        if number >= limits.yaml_documents:
            yield Document(problem=f"line {line}: more documents than yaml_documents = {limits.yaml_documents}")
            return
        chunk = text[start:end]
        if _PROLOGUE.fullmatch(chunk):
            line += chunk.count("\n")
            continue
        try:
            for root in composer.compose(chunk, line):
                yield Document(root)
        except UnreadableYaml as error:
            yield Document(problem=error.message)
        if composer.exhausted:
            return
        line += chunk.count("\n")


class _Frame:
    """A container that is being filled."""

    __slots__ = ("anchor", "key", "merges", "node", "wants_key")

    def __init__(self, node: Sequence | Mapping, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.key: str | None = None
        self.wants_key = isinstance(node, Mapping)
        self.merges: list[Node] = []

    def place(self, child: Node) -> None:
        self.node.size += child.size
        self.node.templated |= child.templated or (self.wants_key and isinstance(child, Mapping))
        if isinstance(self.node, Sequence):
            self.node.items.append(child)
        elif self.wants_key:
            self.key = None
            if isinstance(child, Scalar):
                self.key = child.value
                self.node.keys.append(child)
            self.wants_key = False
        else:
            self.wants_key = True
            if self.key == _MERGE_KEY:
                self.merges.append(child)
            elif self.key is not None:
                self.node.entries[self.key] = child


class _Composer:
    """Turns events into nodes and counts the nodes of a whole file."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._nodes = 0
        self._line = 1
        self._column = 1
        self._anchors: dict[str, Node] = {}
        self._stack: list[_Frame] = []

    @property
    def exhausted(self) -> bool:
        """True when the file has used up its nodes."""
        return self._nodes > self._limits.yaml_nodes

    def compose(self, chunk: str, first_line: int) -> Iterator[Node]:
        """Roots of the documents in `chunk`, whose first line is line `first_line` of the file.

        Raises:
            UnreadableYaml: with the line.
        """
        self._stack.clear()
        self._anchors.clear()
        self._line = first_line
        if chunk.count("%TAG") > self._limits.yaml_directives:
            self._refuse(f"more directives than yaml_directives = {self._limits.yaml_directives}")
        try:
            for event in yaml.parse(chunk, Loader=yaml.CSafeLoader):
                self._line = first_line + (event.start_mark.line if event.start_mark else 0)
                self._column = event.start_mark.column + 1 if event.start_mark else 0
                root = self._take(event)
                if root is not None:
                    self._anchors.clear()
                    yield root
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._line = first_line + (mark.line if mark else 0)
            self._refuse(error.problem or error.context or "this is no YAML")
        except yaml.YAMLError:  # the reader's complaint about a character comes without a position
            self._refuse("after this line stands a character that YAML does not allow")

    def _take(self, event: yaml.Event) -> Node | None:
        """Adds what an event brings; returns the root when it is complete."""
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.MappingStartEvent):
            self._begin(Mapping(self._line, column=self._column), event.anchor)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin(Sequence(self._line, column=self._column), event.anchor)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            return self._end()
        elif isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor))
        return None

    def _scalar(self, event: yaml.ScalarEvent) -> Node | None:
        node = Scalar(event.value, self._line, _is_plain(event), self._column)
        self._count(1)
        if event.anchor:
            self._anchors[event.anchor] = node
        return self._place(node)

    def _begin(self, node: Sequence | Mapping, anchor: str | None) -> None:
        if len(self._stack) >= self._limits.yaml_depth:
            self._refuse(f"nested deeper than yaml_depth = {self._limits.yaml_depth}")
        self._count(1)
        if anchor:
            self._anchors.pop(anchor, None)  # the name stands for nothing until its end: no node can hold itself
        self._stack.append(_Frame(node, anchor))

    def _end(self) -> Node | None:
        frame = self._stack.pop()
        if isinstance(frame.node, Mapping):
            for source in frame.merges:
                self._merge(frame.node, source)
        if frame.anchor:
            self._anchors[frame.anchor] = frame.node
        return self._place(frame.node)

    def _alias(self, anchor: str) -> Node | None:
        node = self._anchors.get(anchor)
        if node is None:
            self._refuse(f"*{anchor[:_SHOWN]} stands for nothing that is complete here")
        self._count(node.size)
        if isinstance(node, Scalar):
            node = Scalar(node.value, self._line, node.plain, self._column)  # its place is where it is used
        return self._place(node)

    def _merge(self, target: Mapping, source: Node) -> None:
        """Adds the entries of merged mappings that `target` has not; of several, the first wins."""
        mappings = source.items if isinstance(source, Sequence) else [source]
        for mapping in mappings:
            if not isinstance(mapping, Mapping):
                continue
            self._count(len(mapping.entries))
            for key, value in mapping.entries.items():
                target.entries.setdefault(key, value)

    def _place(self, node: Node) -> Node | None:
        if not self._stack:
            return node
        self._stack[-1].place(node)
        return None

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self.exhausted:
            self._refuse(f"more nodes than yaml_nodes = {self._limits.yaml_nodes}")

    def _refuse(self, problem: str) -> NoReturn:
        raise UnreadableYaml(f"line {self._line}: {problem}")


def _is_plain(event: yaml.ScalarEvent) -> bool:
    """True for a value that means what it looks like; a tag of some program's own (`!reset null`) changes nothing."""
    own_tag = bool(event.tag) and str(event.tag).startswith("!")
    return bool(event.implicit[0]) or (own_tag and not event.style)
