from __future__ import annotations

import csv
import io
import json

import msgspec
import pytest
from tests import documents

from basewise.model.errors import UsageError
from basewise.model.inventory import Base
from basewise.render import image_report, inventory
from basewise.render.interface import Page, Renderer, load


@pytest.mark.parametrize("name", inventory.RENDERERS)
def test_every_format_of_the_inventory_renders_the_same_bytes_twice(name: str) -> None:
    first = load(inventory.RENDERERS, name).render(documents.inventory(), Page())
    assert first == load(inventory.RENDERERS, name).render(documents.inventory(), Page())
    assert first.endswith(b"\n")


@pytest.mark.parametrize("name", image_report.RENDERERS)
def test_every_format_of_the_image_report_renders_the_same_bytes_twice(name: str) -> None:
    first = load(image_report.RENDERERS, name).render(documents.image_report(), Page())
    assert first == load(image_report.RENDERERS, name).render(documents.image_report(), Page())
    assert first.endswith(b"\n")


@pytest.mark.parametrize("registry", [inventory, image_report])
def test_every_registered_format_is_a_renderer(registry: object) -> None:
    for name in registry.RENDERERS:  # type: ignore[attr-defined]
        assert isinstance(load(registry.RENDERERS, name), Renderer)  # type: ignore[attr-defined]


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="There is no format 'pdf' here") as caught:
        load(inventory.RENDERERS, "pdf")
    assert caught.value.remedy == "Choose from table, json, csv, markdown."


@pytest.mark.parametrize("name", ["table", "csv", "markdown"])
def test_no_format_lets_an_escape_sequence_through(name: str) -> None:
    data = load(inventory.RENDERERS, name).render(documents.inventory(), Page())
    assert b"owned" in data
    assert b"\x1b" not in data
    assert b"\x07" not in data


FIGURES = ("packages", "severity_counts", "fixable", "kev", "surface", "lead", "score", "days_since_rebuild")


def only(base: Base, name: str) -> str:
    """An inventory of that one base, in that format."""
    document = msgspec.structs.replace(documents.inventory(), bases=[base], findings=[], not_assessed=[])
    return load(inventory.RENDERERS, name).render(document, Page()).decode()


def test_a_base_that_was_not_assessed_has_no_figure_in_json() -> None:
    (row,) = json.loads(only(documents.MISSING, "json"))["bases"]
    assert {name: row[name] for name in FIGURES} == dict.fromkeys(FIGURES)


def test_a_base_that_was_not_assessed_has_no_figure_in_csv() -> None:
    (row,) = csv.DictReader(io.StringIO(only(documents.MISSING, "csv"), newline=""))
    levels = ("critical", "high", "medium", "low", "negligible", "unknown")
    plain = [name for name in FIGURES if name in row]
    assert {row[name] for name in (*levels, *plain, "lead_driver", "size_bytes", "distribution")} == {"n/a"}
    assert {"packages", "fixable", "kev", "lead", "score"} <= set(plain)


@pytest.mark.parametrize("name", ["table", "markdown"])
def test_a_base_that_was_not_assessed_has_no_figure_for_people(name: str) -> None:
    line = next(line for line in only(documents.MISSING, name).splitlines() if "missing:1" in line)
    assert line.replace("|", " ").split()[-10:] == ["?"] * 10


@pytest.mark.parametrize("name", ["table", "markdown"])
def test_an_end_of_life_without_judged_packages_is_a_lower_bound_for_people(name: str) -> None:
    lines = only(documents.ENDED_UNJUDGED, name).splitlines()
    row = next(line for line in lines if "centos 7 EOL" in line)
    assert row.replace("|", " ").split()[-10:] == [*["?"] * 8, "≥20", "≥20"]


def test_an_end_of_life_without_judged_packages_is_scored_in_csv_and_nothing_is_counted() -> None:
    (row,) = csv.DictReader(io.StringIO(only(documents.ENDED_UNJUDGED, "csv"), newline=""))
    assert (row["lead"], row["score"], row["lead_driver"]) == ("20", "20", "centos 7")
    assert {row[name] for name in ("critical", "kev", "fixable", "packages")} == {"n/a"}
    assert row["status"] == "not_assessed"


def test_people_read_familiar_references_and_programs_canonical_ones() -> None:
    canonical, own = "docker.io/library/python:3.12", documents.image_row()
    row = msgspec.structs.replace(own, references=[canonical])
    fleet = msgspec.structs.replace(documents.inventory(), images=[row], findings=[documents.OWN_FINDING])
    for name in inventory.RENDERERS:
        shown = load(inventory.RENDERERS, name).render(fleet, Page()).decode()
        assert (canonical in shown) == (name == "json"), name
    report = msgspec.structs.replace(documents.image_report(), image=row)
    for name in ("table", "markdown"):
        shown = load(image_report.RENDERERS, name).render(report, Page()).decode()
        assert "python:3.12" in shown
        assert "docker.io" not in shown
    assert canonical in load(image_report.RENDERERS, "json").render(report, Page()).decode()
