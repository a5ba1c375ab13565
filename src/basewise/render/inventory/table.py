"""The backlog for people: ranked bases, what drives them, builders, and what could not be assessed."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from basewise.model.inventory import Inventory
from basewise.render.console import grid, heading, indented, lay_out, not_assessed, safe
from basewise.render.interface import Page, Renderer
from basewise.render.inventory.backlog import (
    BUILDERS,
    COLUMNS,
    LEGEND,
    NOTHING_RUNS,
    NUMERIC,
    OWN_FINDINGS,
    Backlog,
    Column,
    Row,
    backlog,
    drivers_title,
    end_of_life_ids,
    explained,
    explanation,
    own_findings,
    title,
)
from basewise.render.words import NONE

_WIDE = 110  # columns from which distribution and inheritors have room of their own
_COLUMN_STYLES = {"crit": "bold red", "high": "red", "KEV": "bold red", "unkn": "magenta", "base": "bold"}


class InventoryTable(Renderer[Inventory]):
    """Text of bounded width, coloured where the page is."""

    def render(self, document: Inventory, page: Page) -> bytes:
        return lay_out(_parts(document, page.width), page)


def _parts(inventory: Inventory, width: int) -> Iterator[RenderableType]:
    rows = backlog(inventory)
    table = _wide if width >= _WIDE else _narrow
    if rows.production:
        yield table(rows.production)
        yield ""
        yield safe(LEGEND, "dim")
        yield from _drivers(inventory, rows)
    else:
        yield safe(NOTHING_RUNS)
    if own := own_findings(inventory):
        yield ""
        yield heading(OWN_FINDINGS)
        yield from map(indented, own)
    if rows.builders:
        yield ""
        yield heading(BUILDERS)
        yield table(rows.builders)
    yield from not_assessed(inventory.not_assessed)


def _wide(rows: list[Row]) -> Table:
    table = grid([column.header for column in COLUMNS], numeric=NUMERIC, gap=1)
    for row in rows:
        cells = ((column, _cell(column, row)) for column in COLUMNS)
        # Words stand two columns apart from their neighbours, numbers one: references need the room.
        table.add_row(*(cell if column.numeric else Padding(cell, (0, 1, 0, 0)) for column, cell in cells))
    return table


def _narrow(rows: list[Row]) -> Table:
    """The same with all words in one column, below each other."""
    columns = [column for column in COLUMNS if column.numeric or column.header == "base"]
    words = [column for column in COLUMNS if not column.numeric]
    stacked_header = ", ".join(column.header for column in words)
    headers = [column.header if column.numeric else stacked_header for column in columns]
    table = grid(headers, numeric=NUMERIC, gap=1)
    for row in rows:
        stacked = Text("\n").join(cell for column in words if (cell := _cell(column, row)).plain != NONE)
        table.add_row(*(_cell(column, row) if column.numeric else stacked for column in columns))
    return table


def _cell(column: Column, row: Row) -> Text:
    text = column.cell(row)
    return safe(text, _style(column.header, text))


def _style(header: str, text: str) -> str:
    if header == "distro":
        return "bold red" if text.endswith(" EOL") else ""
    return _COLUMN_STYLES.get(header, "") if text != "0" else "dim"


def _drivers(inventory: Inventory, rows: Backlog) -> Iterator[RenderableType]:
    end_of_life = end_of_life_ids(inventory)
    yield ""
    yield heading(drivers_title(rows))
    for row in explained(rows):
        name = title(row.base)
        yield safe(name if row.rank is None else f"{row.rank}. {name}", "bold")
        yield from map(indented, explanation(row.base, end_of_life))
