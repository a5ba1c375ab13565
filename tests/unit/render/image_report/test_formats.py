from __future__ import annotations

import csv
import io

import msgspec
import pytest
from markdown_it import MarkdownIt
from tests import documents

from basewise.render import image_report
from basewise.render.interface import Page, load


def render(name: str, width: int = 120) -> str:
    return load(image_report.RENDERERS, name).render(documents.image_report(), Page(width=width)).decode()


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_the_page_and_shows_every_section(width: int) -> None:
    text = render("table", width)
    assert max(map(len, text.splitlines())) <= width
    for part in (
        "registry.test/shop/orders:1.4.2",
        "Layers, base layer first",
        "Libraries and programs",
        "app/shop.jar",
        "node-acorn",
        "1.4 (by its",
        "Findings, worst first",
        "bin/su",
        "8080/tcp",
    ):
        assert part in text
    assert "Not assessed, or in part: 1" in text


def test_a_fix_that_nobody_knows_is_not_an_empty_cell() -> None:
    line = next(line for line in render("table").splitlines() if "CVE-2099-0001" in line)
    assert "none known" in line


def test_csv_has_one_row_per_finding_with_its_layer() -> None:
    rows = list(csv.DictReader(io.StringIO(render("csv"), newline="")))
    assert len(rows) == 5
    exploited = next(row for row in rows if row["vulnerability"] == "CVE-2023-0286")
    assert (exploited["kev"], exploited["layer"], exploited["origin"]) == ("yes", "1", "base")
    assert (exploited["cvss_score"], exploited["epss_score"]) == ("7.4", "0.91")
    assert rows[0]["cvss_score"] == "n/a"


def test_markdown_keeps_a_build_step_with_pipes_and_backticks_in_its_cell() -> None:
    html = MarkdownIt("commonmark").enable("table").render(render("markdown"))
    assert "<td>RUN a | b `c`</td>" in html


def test_an_image_of_a_thousand_findings_shows_them_all() -> None:
    many = [
        msgspec.structs.replace(documents.SSL_FINDING, vulnerability=f"CVE-2026-{number:04}") for number in range(1000)
    ]
    report = msgspec.structs.replace(documents.image_report(), findings=many)
    text = load(image_report.RENDERERS, "table").render(report, Page()).decode()
    assert sum("CVE-2026-" in line for line in text.splitlines()) == 1000
