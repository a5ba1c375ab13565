"""Any document as JSON: the form that is stored, signed, compared and read by other programs."""

from __future__ import annotations

import msgspec

from basewise.render.interface import Page, Renderer


class Json(Renderer[msgspec.Struct]):
    """RFC 8259, two spaces of indentation, fields in the order of the schema, keys of free mappings sorted."""

    def render(self, document: msgspec.Struct, page: Page) -> bytes:  # noqa: ARG002 -- data has no width or colour
        encoded = msgspec.json.encode(document, order="deterministic")
        return msgspec.json.format(encoded, indent=2) + b"\n"
