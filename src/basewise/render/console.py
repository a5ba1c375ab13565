"""Plain or coloured text of a given width, laid out by rich.

Nothing in here interprets markup, emoji codes or control characters in the values it lays out: image content decides
neither colour nor cursor.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from basewise.model.inventory import NotAssessed
from basewise.render import gaps
from basewise.render.interface import Page
from basewise.render.printable import printable

_NARROWEST = 40  # columns; a table in less is a heap of single letters

STYLES = {
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "",
    "negligible": "dim",
    "unknown": "magenta",
}
"""Colour of a severity; the words carry the meaning, colour only repeats it."""


def safe(text: str, style: str = "") -> Text:
    """`text` as it is, styled as a whole."""
    return Text(printable(text), style=style)


def heading(text: str) -> Text:
    """A line that begins a section."""
    return safe(text, "bold")


def grid(headers: Sequence[str], *, numeric: frozenset[str] = frozenset(), gap: int = 2) -> Table:
    """An empty table, columns `gap` apart; those named in `numeric` are set flush right and never broken."""
    padding = (0, gap - 1, 0, 0)  # one more column is the box's own
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=padding, header_style="bold", show_edge=False)
    for header in headers:
        right = header in numeric
        table.add_column(header, justify="right" if right else "left", no_wrap=right, overflow="fold")
    return table


def indented(text: str) -> Padding:
    """A line that belongs to the one above it."""
    return Padding(safe(text), (0, 0, 0, 4))


def not_assessed(entries: Sequence[NotAssessed]) -> Iterator[RenderableType]:
    """The section on what was asked for and could not be looked at; nothing when there is none."""
    if not entries:
        return
    yield ""
    yield heading(gaps.title(entries))
    yield from map(indented, gaps.sentences(entries))


def lay_out(parts: Iterable[RenderableType], page: Page) -> bytes:
    """The parts below each other, wrapped at the page's width; spaces at line ends removed."""
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=max(page.width, _NARROWEST),
        force_terminal=page.colour,
        color_system="standard" if page.colour else None,
        no_color=not page.colour,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    for part in parts:
        console.print(part)
    lines = (line.rstrip() for line in buffer.getvalue().splitlines())
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")
