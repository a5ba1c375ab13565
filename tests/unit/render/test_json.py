from __future__ import annotations

import json

import msgspec
from tests import documents

from basewise.model.image_report import ImageReport
from basewise.model.inventory import Inventory
from basewise.render.interface import Page
from basewise.render.json import Json


def test_a_document_comes_back_as_it_was() -> None:
    data = Json().render(documents.inventory(), Page())
    assert msgspec.json.decode(data, type=Inventory) == documents.inventory()
    report = Json().render(documents.image_report(), Page())
    assert msgspec.json.decode(report, type=ImageReport) == documents.image_report()


def test_it_is_indented_by_two_and_begins_with_its_schema() -> None:
    lines = Json().render(documents.inventory(), Page()).decode().splitlines()
    assert lines[:2] == ["{", '  "schema": "basewise.dev/inventory/v1",']


def test_the_order_in_which_a_mapping_was_filled_does_not_show() -> None:
    class Labels(msgspec.Struct):
        labels: dict[str, str]

    forth, back = Labels({"a": "1", "b": "2"}), Labels({"b": "2", "a": "1"})
    assert Json().render(forth, Page()) == Json().render(back, Page())


def test_control_characters_are_escaped() -> None:
    data = Json().render(documents.inventory(), Page())
    assert b"\x1b" not in data
    assert any(documents.TERMINAL_TITLE in base["reference"] for base in json.loads(data)["bases"])
