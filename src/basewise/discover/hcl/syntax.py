"""What an HCL file consists of.

Names follow the HCL native syntax specification (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from basewise.model.errors import BasewiseError


class UnreadableHcl(BasewiseError):
    """The text is no HCL, or is nested deeper than a limit allows. The message begins with the line."""


class Template(msgspec.Struct, frozen=True):
    """A text in quotes or a heredoc; a part that is none is an interpolation."""

    line: int
    parts: list[str | Expression]
    heredoc: bool = False
    """True when the text begins in the line after."""


class Literal(msgspec.Struct, frozen=True):
    """A number, `true`, `false` or `null`."""

    line: int
    value: str


class Traversal(msgspec.Struct, frozen=True):
    """A name with the attributes and indexes behind it: `var.image`, `local.images["web"]`."""

    line: int
    path: tuple[str, ...]


class Tuple(msgspec.Struct, frozen=True):
    """A list in brackets."""

    line: int
    items: list[Expression]


class Object(msgspec.Struct, frozen=True):
    """A table in braces; keys that are computed are left out."""

    line: int
    entries: dict[str, Expression]


class Call(msgspec.Struct, frozen=True):
    """A function call."""

    line: int
    name: str
    arguments: list[Expression]


class Other(msgspec.Struct, frozen=True):
    """An expression whose value is not read: an operator, a condition, a `for`."""

    line: int
    written: str = ""
    """How it begins."""


Expression: TypeAlias = Template | Literal | Traversal | Tuple | Object | Call | Other


class Block(msgspec.Struct, frozen=True):
    """`type "label" "label" { … }`."""

    type: str
    labels: list[str]
    line: int
    body: Body


class Body(msgspec.Struct, frozen=True):
    """Attributes and blocks; of an attribute that is written twice, which HCL refuses, the first counts."""

    attributes: dict[str, Expression] = {}
    blocks: list[Block] = []

    def of_type(self, name: str) -> Iterator[Block]:
        """The blocks of one type, in order."""
        return (block for block in self.blocks if block.type == name)


def named(node: Body | Expression, name: str) -> Iterator[Expression]:
    """Every attribute of a name, however deep in blocks, tables, lists and arguments; no deeper than they were read."""
    if isinstance(node, Body):
        for key, value in node.attributes.items():
            yield from _named_entry(key, value, name)
        for block in node.blocks:
            yield from named(block.body, name)
    elif isinstance(node, Object):
        for key, value in node.entries.items():
            yield from _named_entry(key, value, name)
    elif isinstance(node, Tuple | Call):
        for item in node.items if isinstance(node, Tuple) else node.arguments:
            yield from named(item, name)


def _named_entry(key: str, value: Expression, name: str) -> Iterator[Expression]:
    if key == name:
        yield value
    else:
        yield from named(value, name)
