from __future__ import annotations

import msgspec
from markdown_it import MarkdownIt
from tests import documents

from basewise.model.inventory import Inventory
from basewise.render.interface import Page
from basewise.render.inventory.backlog import COLUMNS
from basewise.render.inventory.markdown import InventoryMarkdown


def render(inventory: Inventory) -> str:
    return InventoryMarkdown().render(inventory, Page()).decode()


def test_a_pipe_in_a_name_adds_no_cell() -> None:
    html = MarkdownIt("commonmark").enable("table").render(render(documents.inventory()))
    rows = [part.split("</tr>")[0] for part in html.split("<tr>")[1:]]
    assert len(rows) == 5 + 1 + 2  # production bases, the builder, two headers
    assert {row.count("<t") for row in rows} == {len(COLUMNS)}


def test_mentions_are_escaped() -> None:
    assert "\\@everyone" in render(documents.inventory())


def test_drivers_builders_and_gaps_have_their_sections() -> None:
    text = render(documents.inventory())
    assert "  - openssl 1.1.1n-0+deb11u3: high, KEV, 40 inheritors" in text
    assert "### Builder, CI and development bases, not scored as production" in text
    assert "### Brought by images themselves, not by a base\n\n- registry.test/shop/orders:1.4.2: ≥1 critical\n" in text
    assert "### Not assessed, or in part: 13" in text


def test_an_empty_inventory_says_that_nothing_was_found() -> None:
    assert "No base that anything runs on was found." in render(
        Inventory(generated_at=documents.NOW, tool=documents.TOOL)
    )


def test_without_own_findings_there_is_no_section_of_them() -> None:
    fleet = msgspec.structs.replace(documents.inventory(), findings=[documents.SSL_FINDING])
    assert "Brought by images themselves" not in render(fleet)


def test_why_a_base_has_no_drivers_is_said() -> None:
    fleet = msgspec.structs.replace(documents.inventory(), bases=[documents.EMPTY])
    assert "- `scratch`\n  - inherited by edge/Deployment/proxy\n  - no open finding that weighs" in render(fleet)
