from __future__ import annotations

import csv
import io

from tests import documents

from basewise.render.interface import Page
from basewise.render.inventory.csv import InventoryCsv


def rows() -> list[dict[str, str]]:
    data = InventoryCsv().render(documents.inventory(), Page()).decode()
    return list(csv.DictReader(io.StringIO(data, newline="")))


def test_there_is_one_row_per_base_in_order_with_builders_last() -> None:
    assert [(row["rank"], row["role"]) for row in rows()] == [
        ("n/a", "runtime"),
        ("1", "runtime"),
        ("2", "runtime"),
        ("3", "runtime"),
        ("4", "runtime"),
        ("n/a", "build"),
    ]


def test_figures_are_plain_numbers() -> None:
    python = rows()[1]
    assert (python["inheritors"], python["high"], python["score"]) == ("40", "2", "812.5")
    assert (python["end_of_life"], python["lead_driver"]) == ("yes", "openssl 1.1.1n-0+deb11u3")


def test_a_base_that_could_not_be_read_has_no_figures_and_a_reason() -> None:
    missing = rows()[4]
    assert {missing[name] for name in ("critical", "high", "medium", "kev", "fixable", "lead", "score")} == {"n/a"}
    assert (missing["status"], missing["reason"]) == ("not_assessed", "no source has it")


def test_a_name_that_is_a_formula_is_text() -> None:
    hostile = rows()[3]
    assert hostile["id"] == "'" + documents.HOSTILE


def test_headers_stay_as_they_are() -> None:
    """Scripts read these columns by name: adding one is fine, renaming one is not."""
    assert set(rows()[0]) >= {
        *("rank", "id", "reference", "registry", "role", "origin", "distribution", "distribution_version"),
        *("end_of_life", "end_of_life_date", "images", "inheritors", "inheritors_kind", "inheritors_confidence"),
        *("inheritors_total", "parents", "critical", "high", "medium", "low", "negligible", "unknown", "kev"),
        *("fixable", "packages", "size_bytes", "days_since_rebuild", "last_rebuilt", "last_rebuilt_method", "lead"),
        *("score", "lead_driver", "digests", "status", "reason"),
    }
