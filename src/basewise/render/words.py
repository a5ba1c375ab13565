"""How values are said to people: the one place that decides what *unknown* looks like.

A number that could not be determined is `?`; one that was only partly determined is a lower bound and says so with `≥`.
Neither is ever 0.
"""

from __future__ import annotations

from basewise.model.errors import InvalidReference
from basewise.model.evidence import Outcome
from basewise.model.reference import Reference

UNKNOWN = "?"
NONE = "none"
"""Looked for, and not there."""


def number(value: float) -> str:
    """`1,250` or `0.5`: at most one decimal, none when it says nothing; what is small but not zero stays visible."""
    if 0 < value < 0.05:  # one decimal would print it as 0
        return "<0.1"
    text = f"{value:,.1f}"
    return text.removesuffix(".0")


def measured(value: float | None, status: Outcome) -> str:
    """A number counted over something that may not have been read to its end."""
    if value is None or status == "not_assessed":
        return UNKNOWN
    return f"≥{number(value)}" if status == "partial" else number(value)


def plural(count: int, noun: str) -> str:
    """`1 layer`, `2 layers`; `noun` is the singular of a regular noun."""
    if count == 1:
        return f"1 {noun}"
    many = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{count:,} {many}"


def size(count: int | None) -> str:
    """Bytes in binary units, `48.2 MiB`."""
    if count is None:
        return UNKNOWN
    amount = float(count)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"


def familiar(reference: str) -> str:
    """A canonical reference as people write it, `python:3.12-slim`; any other text as it is."""
    try:
        return Reference.parse(reference).familiar
    except InvalidReference:
        return reference


def shortened(text: str, length: int) -> str:
    """`text` cut to `length` characters, with an ellipsis where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
