"""Patches of Kubernetes objects, applied to nodes: strategic merge patches and JSON patches (RFC 6902).

A strategic merge joins lists of containers by name and replaces what it has no rule for; objects whose schema nobody
here knows get a JSON merge patch (RFC 7386), which replaces every list. `kubectl kustomize` does the same.
"""

from __future__ import annotations

from basewise.discover.node_edits import with_entries, with_items
from basewise.discover.nodes import Mapping, Node, Scalar, Sequence
from basewise.discover.reading import child, items, text
from basewise.model.errors import BasewiseError

_MERGE_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "ports": "containerPort",
}
"""`patchMergeKey` of the lists that say what runs (Kubernetes API, PodSpec and Container)."""
_DIRECTIVE = "$patch"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_LONGEST_POINTER = 100  # tokens


class InapplicablePatch(BasewiseError):
    """The patch does not fit the object, or does what is not applied here."""


def merged(base: Node | None, patch: Node, *, with_schema: bool, key: str = "") -> Node | None:
    """The node with a patch merged in; None when the patch deletes it.

    Args:
        with_schema: True for kinds of Kubernetes itself, whose lists have merge keys.
        key: under which the node stands.
    """
    if isinstance(patch, Mapping):
        directive = text(child(patch, _DIRECTIVE))
        if directive == "delete":
            return None
        bare = with_entries(patch, {name: value for name, value in patch.entries.items() if name != _DIRECTIVE})
        if directive == "replace" or not isinstance(base, Mapping):
            return _without_nulls(bare)
        return _merged_table(base, bare, with_schema=with_schema)
    if isinstance(patch, Sequence) and isinstance(base, Sequence) and with_schema and key in _MERGE_KEYS:
        return _merged_list(base, patch, _MERGE_KEYS[key])
    return patch


def _merged_table(base: Mapping, patch: Mapping, *, with_schema: bool) -> Mapping:
    entries = dict(base.entries)
    for name, value in patch.entries.items():
        if _is_null(value):
            entries.pop(name, None)
            continue
        result = merged(entries.get(name), value, with_schema=with_schema, key=name)
        if result is None:
            entries.pop(name, None)
        else:
            entries[name] = result
    return with_entries(base, entries)


def _without_nulls(node: Mapping) -> Mapping:
    return with_entries(node, {name: value for name, value in node.entries.items() if not _is_null(value)})


def _merged_list(base: Sequence, patch: Sequence, merge_key: str) -> Sequence:
    """Elements with the same merge key merged, the others of the patch added."""
    if any(text(child(item, _DIRECTIVE)) == "replace" for item in patch.items):
        return with_items(patch, [item for item in patch.items if child(item, _DIRECTIVE) is None])
    result: list[Node | None] = list(base.items)
    places = {text(child(item, merge_key)): place for place, item in enumerate(base.items)}
    for item in patch.items:
        place = places.get(text(child(item, merge_key)))
        new = merged(None if place is None else result[place], item, with_schema=True)
        if place is None:
            result.append(new)
        else:
            result[place] = new
    return with_items(base, [item for item in result if item is not None])


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and node.value in _NULLS


def json_patched(node: Mapping, operations: Sequence) -> Mapping:
    """The object with the operations of a JSON patch carried out, one after the other.

    Raises:
        InapplicablePatch: naming the operation and its path.
    """
    for operation in items(operations):
        name, pointer = text(child(operation, "op")), text(child(operation, "path"))
        if name == "test":
            continue  # a build in which a test fails deploys nothing at all
        if name not in {"add", "replace", "remove"}:
            raise InapplicablePatch(f"line {operation.line}: '{name[:20]}' is an operation that is not applied")
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
        if not tokens or len(tokens) > _LONGEST_POINTER:
            raise InapplicablePatch(f"line {operation.line}: '{pointer[:80]}' is no path inside the object")
        value = child(operation, "value")
        if value is None and name != "remove":
            raise InapplicablePatch(f"line {operation.line}: the operation has no value")
        edited = _edited(node, tokens, name, value)
        if not isinstance(edited, Mapping):
            raise InapplicablePatch(f"line {operation.line}: '{pointer[:80]}' is not in the object")
        node = edited
    return node


def _edited(node: Node | None, tokens: list[str], operation: str, value: Node | None) -> Node | None:
    """The node with one value added, replaced or removed below it; None where the path leads nowhere."""
    step, *rest = tokens
    if isinstance(node, Mapping):
        entries = dict(node.entries)
        if rest:
            value = _edited(entries.get(step), rest, operation, value)
        elif operation != "add" and step not in entries:
            return None
        elif operation == "remove":
            del entries[step]
            return with_entries(node, entries)
        if value is None:
            return None
        entries[step] = value
        return with_entries(node, entries)
    if isinstance(node, Sequence):
        return _edited_list(node, step, rest, operation, value)
    return None


def _edited_list(node: Sequence, step: str, rest: list[str], operation: str, value: Node | None) -> Node | None:
    elements = list(node.items)
    place = _place(step, len(elements))
    if place is None or (place == len(elements) and (rest or operation != "add")):
        return None
    if rest:
        value = _edited(elements[place], rest, operation, value)
    elif operation == "remove":
        return with_items(node, elements[:place] + elements[place + 1 :])
    elif operation == "add" and value is not None:
        return with_items(node, [*elements[:place], value, *elements[place:]])
    if value is None:
        return None
    elements[place] = value
    return with_items(node, elements)


def _place(step: str, length: int) -> int | None:
    """The index that a step of a path means; the length for the place behind the last."""
    if step == "-":
        return length
    if not step.isascii() or not step.isdigit() or len(step) > 9 or int(step) > length:
        return None
    return int(step)
