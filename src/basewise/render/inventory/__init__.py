"""The inventory in every format it can be had in."""

from __future__ import annotations

RENDERERS = {
    "table": "basewise.render.inventory.table:InventoryTable",
    "json": "basewise.render.json:Json",
    "csv": "basewise.render.inventory.csv:InventoryCsv",
    "markdown": "basewise.render.inventory.markdown:InventoryMarkdown",
}
"""Format to class; a new format is a new file and one line here."""
