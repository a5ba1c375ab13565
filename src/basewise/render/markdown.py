"""Pieces of Markdown (CommonMark with GitHub's tables), for pull requests and issues.

Text from images is escaped: it can form no table cell, link, mention, heading or HTML of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from basewise.model.inventory import NotAssessed
from basewise.render import gaps
from basewise.render.printable import printable

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#&!@])")


def text(value: str) -> str:
    """`value` as plain words."""
    return _SPECIAL.sub(r"\\\1", printable(value))


def code(value: str) -> str:
    """`value` as a code span; as escaped words where it holds what a span has no escape for."""
    if "`" in value or "\\" in value or not value.strip():
        return text(value)
    # A table splits its cells before it sees the span, so pipes are escaped even here.
    return "`" + printable(value).replace("|", "\\|") + "`"


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: frozenset[str] = frozenset()) -> list[str]:
    """Lines of a table; the cells are Markdown already, columns named in `numeric` are set flush right."""
    rules = ["---:" if header in numeric else "---" for header in headers]
    return [_line(headers), _line(rules), *(_line(row) for row in rows)]


def not_assessed(entries: Sequence[NotAssessed]) -> Iterator[str]:
    """The section on what was asked for and could not be looked at; nothing when there is none."""
    if not entries:
        return
    yield from ("", f"### {gaps.title(entries)}", "")
    yield from (f"- {sentence}" for sentence in gaps.sentences(entries, words=text, code=code))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
