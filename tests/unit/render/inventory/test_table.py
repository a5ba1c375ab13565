from __future__ import annotations

import re

import msgspec
import pytest
from tests import documents

from basewise.model.inventory import Inventory
from basewise.render.interface import Page
from basewise.render.inventory.table import InventoryTable


def render(inventory: Inventory, **page: int | bool) -> str:
    return InventoryTable().render(inventory, Page(**page)).decode()  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    assert max(map(len, render(documents.inventory(), width=width).splitlines())) <= width


@pytest.mark.parametrize("width", [80, 120])
def test_every_figure_survives_at_the_usual_widths(width: int) -> None:
    row = next(line for line in render(documents.inventory(), width=width).splitlines() if line.startswith("1 "))
    assert row.split()[-10:] == ["0", "2", "7", "3", "1", "1", "9", "774", "400", "812.5"]


def test_a_narrow_page_keeps_the_words() -> None:
    text = render(documents.inventory(), width=80)
    assert "debian 11 EOL" in text
    assert "40 workloads (52)" in text


def test_the_unidentified_stand_above_the_ranked_and_builders_below() -> None:
    text = render(documents.inventory())
    places = [
        text.index(part)
        for part in ("unidentified", "python:3.11", "Builder, CI and development bases, not scored", "golang:1.22")
    ]
    assert places == sorted(places)


def test_gaps_are_counted_and_the_rest_can_be_found() -> None:
    text = render(documents.inventory())
    assert "Not assessed, or in part: 13" in text
    assert "image registry.test/tools/missing:10: no source has it" in text
    assert "missing:11" not in text
    assert "and 3 more: see not_assessed with --format json" in text


def test_plain_pages_hold_no_escape_sequences_and_coloured_ones_do() -> None:
    assert "\x1b" not in render(documents.inventory())
    coloured = render(documents.inventory(), colour=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).split() == render(documents.inventory()).split()


def test_an_empty_inventory_says_that_nothing_was_found() -> None:
    empty = Inventory(generated_at=documents.NOW, tool=documents.TOOL)
    assert render(empty) == "No base that anything runs on was found.\n"


def test_markup_and_emoji_codes_in_names_stay_as_written() -> None:
    base = documents.NGINX
    odd = Inventory(
        generated_at=documents.NOW,
        tool=documents.TOOL,
        bases=[type(base)(id="x", reference="[bold]:smile:[/]", inheritors=documents.inheritors(), packages=1)],
    )
    assert "[bold]:smile:[/]" in render(odd)


def test_findings_that_images_brought_themselves_stand_between_drivers_and_builders() -> None:
    lines = render(documents.inventory()).splitlines()
    heading = lines.index("Brought by images themselves, not by a base")
    assert (
        lines.index("What drives them")
        < heading
        < lines.index("Builder, CI and development bases, not scored as production")
    )
    assert lines[heading + 1 : heading + 3] == ["    registry.test/shop/orders:1.4.2: ≥1 critical", ""]


def test_without_own_findings_there_is_no_section_of_them() -> None:
    fleet = msgspec.structs.replace(documents.inventory(), findings=[documents.SSL_FINDING])
    assert "Brought by images themselves" not in render(fleet)


def test_a_narrow_page_names_every_column_that_it_stacks() -> None:
    header = render(documents.inventory(), width=100).splitlines()[0]
    assert header.split() == [
        *("#", "base,", "distro,", "inherited", "by"),
        *("crit", "high", "med", "low", "unkn", "KEV", "fix", "age", "lead", "score"),
    ]


def test_a_wide_page_gives_every_word_its_column() -> None:
    wide = render(documents.inventory(), width=120).splitlines()[0]
    assert wide.split()[:5] == ["#", "base", "distro", "inherited", "by"]


def test_why_a_base_has_no_drivers_is_said() -> None:
    fleet = msgspec.structs.replace(documents.inventory(), bases=[documents.EMPTY], findings=[], not_assessed=[])
    assert render(fleet).splitlines()[-3:] == [
        "1. scratch",
        "    inherited by edge/Deployment/proxy",
        "    no open finding that weighs anything",
    ]
