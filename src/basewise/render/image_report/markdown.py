"""One image as Markdown, for a pull request, an issue or a wiki."""

from __future__ import annotations

from collections.abc import Iterator

from basewise.model.digest import short
from basewise.model.image_report import ImageReport
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
from basewise.render.markdown import code, not_assessed, table, text


class ImageReportMarkdown(Renderer[ImageReport]):
    """Facts, layers, findings, what was not assessed."""

    def render(self, document: ImageReport, page: Page) -> bytes:  # noqa: ARG002 -- Markdown is laid out by its reader
        return ("\n".join(_lines(document)) + "\n").encode("utf-8", "replace")


def _lines(report: ImageReport) -> Iterator[str]:
    facts = image_facts(report)
    yield f"## {code(facts[0][1])}"
    yield ""
    yield from table(["fact", "value"], ([text(label), text(value)] for label, value in facts[1:]))
    layers = layer_rows(report)
    if layers:
        yield from ("", "### Layers, base layer first", "")
        headers = ["#", "digest", "size", "from", "packages", "made by"]
        yield from table(headers, map(_layer, layers), numeric=frozenset({"#", "size", "packages"}))
    libraries = library_rows(report)
    if libraries:
        yield from ("", "### Libraries and programs, those of the operating system's packages last", "")
        yield from table(["type", "name", "version", "path", "owned by"], map(_library, libraries))
    findings = finding_rows(report)
    if findings:
        yield from ("", "### Findings, worst first", "")
        headers = ["severity", "vulnerability", "source package", "fixed in", "KEV", "from", "layer"]
        yield from table(headers, map(_finding, findings), numeric=frozenset({"layer"}))
    yield from not_assessed(report.not_assessed)
    yield ""
    yield text(f"{report.tool}, {report.generated_at}")


def _layer(row: LayerRow) -> list[str]:
    return [str(row.number), code(short(row.digest)), row.size, row.origin, row.packages, code(row.created_by)]


def _library(row: LibraryRow) -> list[str]:
    return [row.kind, code(row.name), code(version_text(row)), code(row.path), text(row.owned_by)]


def _finding(row: FindingRow) -> list[str]:
    finding = row.finding
    return [
        severity_text(finding),
        text(finding.vulnerability),
        code(package_text(finding)),
        code(finding.fixed_in) if finding.fixed_in else "none known",
        "yes" if finding.kev else "",
        row.origin,
        "" if row.layer is None else str(row.layer),
    ]
