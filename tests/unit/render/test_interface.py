from __future__ import annotations

import pytest
from tests import documents

from basewise.model.errors import UsageError
from basewise.render import image_report, inventory
from basewise.render.interface import Page, Renderer


@pytest.mark.parametrize("name", inventory.RENDERERS)
def test_every_format_of_the_inventory_renders_the_same_bytes_twice(name: str) -> None:
    first = inventory.renderer(name).render(documents.inventory(), Page())
    assert first == inventory.renderer(name).render(documents.inventory(), Page())
    assert first.endswith(b"\n")


@pytest.mark.parametrize("name", image_report.RENDERERS)
def test_every_format_of_the_image_report_renders_the_same_bytes_twice(name: str) -> None:
    first = image_report.renderer(name).render(documents.image_report(), Page())
    assert first == image_report.renderer(name).render(documents.image_report(), Page())
    assert first.endswith(b"\n")


@pytest.mark.parametrize("registry", [inventory, image_report])
def test_every_registered_format_is_a_renderer(registry: object) -> None:
    for name in registry.RENDERERS:  # type: ignore[attr-defined]
        assert isinstance(registry.renderer(name), Renderer)  # type: ignore[attr-defined]


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="There is no format 'pdf' here") as caught:
        inventory.renderer("pdf")
    assert caught.value.remedy == "Choose from table, json, csv, markdown."


@pytest.mark.parametrize("name", ["table", "csv", "markdown"])
def test_no_format_lets_an_escape_sequence_through(name: str) -> None:
    data = inventory.renderer(name).render(documents.inventory(), Page())
    assert b"owned" in data
    assert b"\x1b" not in data
    assert b"\x07" not in data
