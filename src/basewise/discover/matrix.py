"""The combinations of a matrix, which a file of CI is run for."""

from __future__ import annotations

import itertools
import math
import re

import msgspec

from basewise.discover.nodes import Mapping, Node, Scalar, Sequence
from basewise.discover.reading import child, items
from basewise.model.limits import Limits

Row = dict[str, Node]
_CHANGES = ("include", "exclude")
_NUMBER = re.compile(
    r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,2})?|0x[0-9a-fA-F]{1,12}|0o[0-7]{1,15}"
)


def product(axes: dict[str, list[Node]], limits: Limits) -> list[Row]:
    """Every combination of the values of all axes; the row without values when they are more than `matrix_rows`."""
    full = {name: values for name, values in axes.items() if values}
    if math.prod(len(values) for values in full.values()) > limits.matrix_rows:
        return [{}]
    return [dict(zip(full, values, strict=True)) for values in itertools.product(*full.values())]


def lists(node: Node | None) -> dict[str, list[Node]]:
    """The axes of a table: those of its entries that are lists."""
    entries = node.entries.items() if isinstance(node, Mapping) else []
    return {name: items(value) for name, value in entries if isinstance(value, Sequence) and name not in _CHANGES}


def github_rows(matrix: Node | None, limits: Limits) -> list[Row]:
    """The combinations of `strategy.matrix`.

    Follows GitHub's documentation, "Running variations of jobs in a workflow": `exclude` takes combinations away that
    agree with it; each entry of `include` is added to the combinations whose own values it does not change, or becomes
    one of its own.
    """
    axes = lists(matrix)
    excluded = [entry for entry in items(child(matrix, "exclude")) if isinstance(entry, Mapping)]
    rows = [
        row for row in (product(axes, limits) if axes else []) if not any(_agrees(entry, row) for entry in excluded)
    ]
    own = [dict(row) for row in rows]
    for entry in items(child(matrix, "include"))[: limits.matrix_rows]:
        if not isinstance(entry, Mapping):
            continue
        fitting = [n for n, row in enumerate(own) if all(same(row[k], v) for k, v in entry.entries.items() if k in row)]
        for number in fitting:
            rows[number].update(entry.entries)
        if not fitting:
            rows.append(dict(entry.entries))
    return [{name: _as_expressions_say(value) for name, value in row.items()} for row in rows] or [{}]


def _as_expressions_say(node: Node) -> Node:
    """A number as GitHub's expressions print it: of 3.10, which is 3.1, nothing else is left once YAML is read.

    YAML 1.2.2, section 10.3.2, "Tag Resolution"; GitHub's documentation, "Evaluate expressions", "Casting".
    """
    if not isinstance(node, Scalar) or not node.plain or not _NUMBER.fullmatch(node.value):
        return node
    digits = node.value.lower()
    number = int(digits, 0) if digits.startswith(("0x", "0o")) else float(digits)
    return msgspec.structs.replace(node, value=f"{number:.15g}")


def same(one: Node | None, other: Node | None) -> bool:
    """True for equal values; tables and lists are compared entry by entry."""
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return one.value == other.value
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.entries.keys() == other.entries.keys() and all(
            same(value, other.entries[key]) for key, value in one.entries.items()
        )
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        return len(one.items) == len(other.items) and all(map(same, one.items, other.items))
    return False


def _agrees(entry: Mapping, row: Row) -> bool:
    return all(same(row.get(key), value) for key, value in entry.entries.items())
