"""The preview in every format it can be had in."""

from __future__ import annotations

RENDERERS = {
    "table": "basewise.render.preview.table:PreviewTable",
    "json": "basewise.render.json:Json",
}
"""Format to class; a new format is a new file and one line here."""
