"""The image report in every format it can be had in."""

from __future__ import annotations

RENDERERS = {
    "table": "basewise.render.image_report.table:ImageReportTable",
    "json": "basewise.render.json:Json",
    "csv": "basewise.render.image_report.csv:ImageReportCsv",
    "markdown": "basewise.render.image_report.markdown:ImageReportMarkdown",
}
"""Format to class; a new format is a new file and one line here."""
