"""HCL in its JSON syntax.

Follows the HCL JSON syntax specification (https://github.com/hashicorp/hcl/blob/main/json/spec.md): texts are
templates, and a block type is a table under its name, one level for each label.
"""

from __future__ import annotations

from collections.abc import Mapping as Table

from basewise.discover.hcl.parser import parse_template
from basewise.discover.hcl.syntax import Block, Body, Expression, Literal, Object, Tuple
from basewise.discover.nodes import Mapping, Node, Scalar, Sequence
from basewise.discover.reading import items


def body_of(root: Mapping, labels: Table[str, int], depth: int) -> Body:
    """The file as a body.

    Args:
        root: its outermost table.
        labels: the block types at that level, each with the number of its labels.
        depth: how deep templates may be nested.

    Raises:
        UnreadableHcl: with the line.
    """
    blocks: list[Block] = []
    attributes: dict[str, Expression] = {}
    for name, node in root.entries.items():
        if name in labels:
            blocks += _blocks(name, [], node, labels[name], depth)
        else:
            attributes[name] = expression_of(node, depth)
    return Body(attributes, blocks)


def expression_of(node: Node, depth: int) -> Expression:
    """A value; tables in it may be blocks as well, which makes no difference to who looks for a name in them."""
    if isinstance(node, Scalar):
        return Literal(node.line, node.value) if node.plain else parse_template(node.value, node.line, depth)
    if isinstance(node, Sequence):
        return Tuple(node.line, [expression_of(item, depth) for item in node.items])
    return Object(node.line, {key: expression_of(value, depth) for key, value in node.entries.items()})


def _blocks(name: str, labels: list[str], node: Node, more: int, depth: int) -> list[Block]:
    """The blocks of one type; each level may be a list of tables."""
    found: list[Block] = []
    for table in items(node) or [node]:
        if not isinstance(table, Mapping):
            continue
        if more:
            for label, inner in table.entries.items():
                found += _blocks(name, [*labels, label], inner, more - 1, depth)
        else:
            body = Body({key: expression_of(value, depth) for key, value in table.entries.items()}, [])
            found.append(Block(name, labels, table.line, body))
    return found
