"""One image for people: facts, layers, findings worst first, what could not be assessed."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table

from basewise.model.digest import short
from basewise.model.image_report import ImageReport
from basewise.render.console import STYLES, grid, heading, lay_out, not_assessed, safe
from basewise.render.image_report.facts import (
    FindingRow,
    LayerRow,
    LibraryRow,
    finding_rows,
    image_facts,
    layer_rows,
    library_rows,
    package_text,
    severity_text,
    version_text,
)
from basewise.render.interface import Page, Renderer


class ImageReportTable(Renderer[ImageReport]):
    """Text of bounded width, coloured where the page is."""

    def render(self, document: ImageReport, page: Page) -> bytes:
        return lay_out(_parts(document), page)


def _parts(report: ImageReport) -> Iterator[RenderableType]:
    yield _facts(image_facts(report))
    layers = layer_rows(report)
    if layers:
        yield ""
        yield heading("Layers, base layer first")
        yield _layers(layers)
    libraries = library_rows(report)
    if libraries:
        yield ""
        yield heading("Libraries and programs, those of the operating system's packages last")
        yield _libraries(libraries)
    findings = finding_rows(report)
    if findings:
        yield ""
        yield heading("Findings, worst first")
        yield _findings(findings)
    yield from not_assessed(report.not_assessed)


def _facts(facts: list[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in facts:
        table.add_row(safe(label, "dim"), safe(value, "bold red" if value.endswith("end of life") else ""))
    return table


def _layers(rows: list[LayerRow]) -> Table:
    table = grid(["#", "digest", "size", "from", "packages", "made by"], numeric=frozenset({"#", "size", "packages"}))
    for row in rows:
        cells = (str(row.number), short(row.digest), row.size, row.origin, row.packages, row.created_by)
        table.add_row(*(safe(cell) for cell in cells))
    return table


def _libraries(rows: list[LibraryRow]) -> Table:
    table = grid(["type", "name", "version", "path", "owned by"])
    for row in rows:
        cells = (row.kind, row.name, version_text(row), row.path, row.owned_by)
        table.add_row(*(safe(cell) for cell in cells))
    return table


def _findings(rows: list[FindingRow]) -> Table:
    headers = ["severity", "vulnerability", "source package", "fixed in", "KEV", "EPSS", "from", "layer"]
    table = grid(headers, numeric=frozenset({"EPSS", "layer"}))
    for row in rows:
        finding = row.finding
        style = STYLES[finding.severity.level]
        table.add_row(
            safe(severity_text(finding), style),
            safe(finding.vulnerability),
            safe(package_text(finding)),
            safe(finding.fixed_in or "none known"),
            safe("yes" if finding.kev else "", "bold red"),
            safe(f"{finding.epss.score:.3f}" if finding.epss else ""),
            safe(row.origin),
            safe("" if row.layer is None else str(row.layer)),
        )
    return table
