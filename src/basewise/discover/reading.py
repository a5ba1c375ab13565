"""Picks values out of nodes; what is missing or of another shape is simply not there."""

from __future__ import annotations

from basewise.discover.nodes import Mapping, Node, Scalar, Sequence

_NULL = {"", "~", "null", "Null", "NULL"}
_INTEGER_DIGITS = 9  # far above any replica count or port, far below where int() of text gets slow


def child(node: Node | None, *path: str) -> Node | None:
    """The node below `node` at a path of keys."""
    for key in path:
        if not isinstance(node, Mapping):
            return None
        node = node.entries.get(key)
    return node


def items(node: Node | None) -> list[Node]:
    """The elements of a sequence."""
    return node.items if isinstance(node, Sequence) else []


def text(node: Node | None) -> str:
    """The text of a value; empty for null and for anything that is no value."""
    if not isinstance(node, Scalar) or (node.plain and node.value in _NULL):
        return ""
    return node.value


def texts(node: Node | None) -> list[str]:
    """The values of a sequence, as text."""
    return [item.value for item in items(node) if isinstance(item, Scalar)]


def scalars(node: Node | None) -> list[Scalar]:
    """The values of a sequence; a single value is one of one."""
    return [item for item in ([node] if isinstance(node, Scalar) else items(node)) if isinstance(item, Scalar)]


def integer(node: Node | None) -> int | None:
    """A whole number, not negative."""
    digits = text(node)
    if not digits.isascii() or not digits.isdigit() or len(digits) > _INTEGER_DIGITS:
        return None
    return int(digits)
