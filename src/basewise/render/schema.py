"""JSON Schema of the documents, from the types that are their definition."""

from __future__ import annotations

from typing import Any

import msgspec

from basewise.model.check import Baseline, Check
from basewise.model.configuration import Configuration
from basewise.model.contents import LayerContents
from basewise.model.errors import UsageError
from basewise.model.image_report import ImageReport
from basewise.model.inventory import Inventory
from basewise.model.preview import Preview

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DOCUMENTS: dict[str, type[msgspec.Struct]] = {
    "inventory": Inventory,
    "image-report": ImageReport,
    "preview": Preview,
    "contents": LayerContents,
    "check": Check,
    "baseline": Baseline,
    "configuration": Configuration,
}
"""Every document by the name its schema goes by."""


def purpose(name: str) -> str:
    """What the document is, in one line."""
    return (DOCUMENTS[name].__doc__ or "").partition("\n")[0]


def json_schema(name: str) -> dict[str, Any]:
    """The schema of a document, by JSON Schema 2020-12.

    Raises:
        UsageError: no document has that name.
    """
    if name not in DOCUMENTS:
        raise UsageError(f"There is no document '{name}'", remedy=f"Choose from {', '.join(DOCUMENTS)}.")
    document = DOCUMENTS[name]
    schema = msgspec.json.schema(document)
    envelope = schema["$defs"][document.__name__]["properties"].get("schema")
    if envelope is not None:
        envelope["const"] = envelope["default"]
    return {"$schema": DIALECT, "title": name, **schema}
