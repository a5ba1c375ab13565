"""The findings of one image as CSV: one row each, header names that stay as they are."""

from __future__ import annotations

from collections.abc import Callable

from basewise.model.image_report import ImageReport
from basewise.render.csv import Cell, render_rows
from basewise.render.image_report.facts import FindingRow, finding_rows
from basewise.render.interface import Page, Renderer


class ImageReportCsv(Renderer[ImageReport]):
    """Findings, worst first. Facts and layers of the image are in the other formats."""

    def render(self, document: ImageReport, page: Page) -> bytes:  # noqa: ARG002 -- data has no width or colour
        digest = document.image.digest
        return render_rows(
            ["image", *_COLUMNS],
            ([digest, *(value(row) for value in _COLUMNS.values())] for row in finding_rows(document)),
        )


_COLUMNS: dict[str, Callable[[FindingRow], Cell]] = {
    "vulnerability": lambda row: row.finding.vulnerability,
    "kind": lambda row: row.finding.kind,
    "severity": lambda row: row.finding.severity.level,
    "severity_source": lambda row: row.finding.severity.source,
    "cvss_score": lambda row: row.finding.cvss.score if row.finding.cvss else None,
    "epss_score": lambda row: row.finding.epss.score if row.finding.epss else None,
    "kev": lambda row: row.finding.kev is not None,
    "ecosystem": lambda row: row.finding.ecosystem,
    "source_package": lambda row: row.finding.source_package,
    "source_version": lambda row: row.finding.source_version,
    "fixed_in": lambda row: row.finding.fixed_in,
    "published": lambda row: row.finding.dates.published.at if row.finding.dates.published else None,
    "origin": lambda row: row.origin,
    "layer": lambda row: row.layer,
    "aliases": lambda row: " ".join(row.finding.aliases),
    "purls": lambda row: " ".join(row.finding.purls),
}
