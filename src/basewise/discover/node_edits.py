"""Changed copies of nodes. Nothing is changed in place: one base stands under many overlays."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from basewise.discover.images import PlacedScalar
from basewise.discover.nodes import Mapping, Node, Scalar, Sequence
from basewise.model.workload import UsageKind

_LISTS_OF_CONTAINERS = frozenset({"containers", "initContainers"})


def with_entries(node: Mapping, entries: dict[str, Node]) -> Mapping:
    """A table of the same place with other entries."""
    return msgspec.structs.replace(node, entries=entries)


def with_items(node: Sequence, items: list[Node]) -> Sequence:
    """A list of the same place with other elements."""
    return msgspec.structs.replace(node, items=items)


def with_value(node: Mapping, path: tuple[str, ...], value: Node) -> Mapping:
    """The table with one value set, tables on the way to it made where there are none."""
    key, *rest = path
    if rest:
        below = node.entries.get(key)
        value = with_value(below if isinstance(below, Mapping) else Mapping(value.line), tuple(rest), value)
    return with_entries(node, {**node.entries, key: value})


def placed(node: Node, file: str, kind: UsageKind, above: int = 0) -> Node:
    """The node with the file written into every value that may name an image, because it goes into others' objects.

    Args:
        above: lines of the file that stand above the text which the node was read from.
    """

    def change(value: Scalar) -> Scalar:
        return PlacedScalar(value.value, value.line + above, value.plain, file=file, kind=kind)

    return change(node) if isinstance(node, Scalar) else _changed(node, change, within=None)


def with_images(node: Node, change: Callable[[Scalar], Scalar]) -> Node:
    """The node with the image of every container changed, in lists called as a PodSpec's are, wherever they stand."""
    return _changed(node, change, within=_LISTS_OF_CONTAINERS)


def _changed(node: Node, change: Callable[[Scalar], Scalar], within: frozenset[str] | None, key: str = "") -> Node:
    """The node with values of keys `image` changed; the node itself when there are none.

    Args:
        within: lists whose elements' images are meant; None for all, wherever they stand.
        key: under which the node stands. As deep as `yaml_depth` allows, so that this recursion ends.
    """
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Sequence):
        items = [_changed(item, change, within, key) for item in node.items]
        return node if all(new is old for new, old in zip(items, node.items, strict=True)) else with_items(node, items)
    entries: dict[str, Node] = {}
    for name, value in node.entries.items():
        if name == "image" and isinstance(value, Scalar):
            entries[name] = change(value) if within is None or key in within else value
        else:
            entries[name] = _changed(value, change, within, name)
    same = all(value is node.entries[name] for name, value in entries.items())
    return node if same else with_entries(node, entries)
