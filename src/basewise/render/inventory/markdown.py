"""The backlog as Markdown, for a pull request, an issue or a wiki."""

from __future__ import annotations

from collections.abc import Iterator

from basewise.model.inventory import Inventory
from basewise.render.interface import Page, Renderer
from basewise.render.inventory.backlog import (
    COLUMNS,
    LEGEND,
    NUMERIC,
    Row,
    backlog,
    details,
    driver_sentence,
    end_of_life_ids,
    leading_drivers,
    title,
)
from basewise.render.markdown import code, not_assessed, table, text

_TOP_BASES = 10
_TOP_DRIVERS = 3


class InventoryMarkdown(Renderer[Inventory]):
    """Backlog, drivers, builders, what was not assessed."""

    def render(self, document: Inventory, page: Page) -> bytes:  # noqa: ARG002 -- Markdown is laid out by its reader
        return ("\n".join(_lines(document)) + "\n").encode("utf-8", "replace")


def _lines(inventory: Inventory) -> Iterator[str]:
    rows = backlog(inventory)
    yield "## Base images, by CVE blast radius"
    yield ""
    if rows.production:
        yield from _table(rows.production)
        yield ""
        yield text(LEGEND)
        yield from _drivers(inventory, rows.production[:_TOP_BASES])
    else:
        yield "No base that anything runs on was found."
    if rows.builders:
        yield from ("", "### Builder bases, not scored as production", "")
        yield from _table(rows.builders)
    yield from not_assessed(inventory.not_assessed)
    yield ""
    yield text(f"{inventory.tool}, {inventory.generated_at}")


def _table(rows: list[Row]) -> list[str]:
    cells = [[_cell(column.header, column.cell(row)) for column in COLUMNS] for row in rows]
    return table([column.header for column in COLUMNS], cells, numeric=NUMERIC)


def _cell(header: str, value: str) -> str:
    return code(value) if header == "base" else text(value)


def _drivers(inventory: Inventory, rows: list[Row]) -> Iterator[str]:
    end_of_life = end_of_life_ids(inventory)
    yield from ("", "### What drives them", "")
    for row in rows:
        yield f"- {code(title(row.base))}"
        yield from (f"  - {text(detail)}" for detail in details(row.base))
        yield from (f"  - {text(driver_sentence(d, end_of_life))}" for d in leading_drivers(row.base)[:_TOP_DRIVERS])
