"""The backlog as Markdown, for a pull request, an issue or a wiki."""

from __future__ import annotations

from collections.abc import Iterator

from basewise.model.inventory import Inventory
from basewise.render.interface import Page, Renderer
from basewise.render.inventory.backlog import (
    BUILDERS,
    COLUMNS,
    LEGEND,
    NOTHING_RUNS,
    NUMERIC,
    OWN_FINDINGS,
    Backlog,
    Row,
    backlog,
    drivers_title,
    end_of_life_ids,
    explained,
    explanation,
    own_findings,
    title,
)
from basewise.render.markdown import code, not_assessed, table, text


class InventoryMarkdown(Renderer[Inventory]):
    """Backlog, drivers, images' own findings, builders, what was not assessed."""

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
        yield from _drivers(inventory, rows)
    else:
        yield NOTHING_RUNS
    if own := own_findings(inventory):
        yield from ("", f"### {OWN_FINDINGS}", "")
        yield from (f"- {text(line)}" for line in own)
    if rows.builders:
        yield from ("", f"### {BUILDERS}", "")
        yield from _table(rows.builders)
    yield from not_assessed(inventory.not_assessed)
    yield ""
    yield text(f"{inventory.tool}, {inventory.generated_at}")


def _table(rows: list[Row]) -> list[str]:
    cells = [[_cell(column.header, column.cell(row)) for column in COLUMNS] for row in rows]
    return table([column.header for column in COLUMNS], cells, numeric=NUMERIC)


def _cell(header: str, value: str) -> str:
    return code(value) if header == "base" else text(value)


def _drivers(inventory: Inventory, rows: Backlog) -> Iterator[str]:
    end_of_life = end_of_life_ids(inventory)
    yield from ("", f"### {drivers_title(rows)}", "")
    for row in explained(rows):
        yield f"- {code(title(row.base))}"
        yield from (f"  - {text(sentence)}" for sentence in explanation(row.base, end_of_life))
