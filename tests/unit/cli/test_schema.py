from __future__ import annotations

import json

import jsonschema
import pytest
from tests import documents

from basewise.cli.main import main
from basewise.render.interface import Page
from basewise.render.json import Json


def test_without_a_name_the_documents_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "inventory",
        "image-report",
        "preview",
        "contents",
        "check",
        "baseline",
        "configuration",
    ]


def test_a_printed_schema_validates_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "inventory"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.validate(json.loads(Json().render(documents.inventory(), Page())), schema)


def test_an_unknown_name_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "plan"]) == 2
    assert (
        "Choose from inventory, image-report, preview, contents, check, baseline, configuration."
        in capsys.readouterr().err
    )
