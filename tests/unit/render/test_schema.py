from __future__ import annotations

import json

import jsonschema
import pytest
from tests import documents

from basewise.model.errors import UsageError
from basewise.render.interface import Page
from basewise.render.json import Json
from basewise.render.schema import DOCUMENTS, json_schema, purpose


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_schema_is_valid_json_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema(name))
    assert purpose(name).endswith(".")


@pytest.mark.parametrize(
    ("name", "document"), [("inventory", documents.inventory()), ("image-report", documents.image_report())]
)
def test_rendered_documents_obey_their_schema(name: str, document: object) -> None:
    rendered = json.loads(Json().render(document, Page()))  # type: ignore[arg-type]
    validator = jsonschema.Draft202012Validator(json_schema(name))
    validator.validate(rendered)
    rendered["schema"] = "basewise.dev/something-else/v1"
    assert not validator.is_valid(rendered)


def test_a_wrong_severity_breaks_the_schema() -> None:
    rendered = json.loads(Json().render(documents.inventory(), Page()))
    rendered["findings"][0]["severity"]["level"] = "harmless"
    assert not jsonschema.Draft202012Validator(json_schema("inventory")).is_valid(rendered)


def test_an_unknown_document_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="There is no document 'plan'") as caught:
        json_schema("plan")
    assert (
        caught.value.remedy == "Choose from inventory, image-report, preview, contents, check, baseline, configuration."
    )
