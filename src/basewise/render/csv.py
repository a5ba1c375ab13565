"""Rows as CSV (RFC 4180), safe to open in a spreadsheet.

Names in the cells come from images and manifests, which anybody may have written. A spreadsheet runs a cell that begins
like a formula, so such a cell gets a leading apostrophe, which spreadsheets show as text (OWASP, "CSV Injection").
Control characters, which would steer a terminal that the file is printed on, are replaced.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from basewise.render.printable import printable

Cell = str | int | float | bool | None

NOT_AVAILABLE = "n/a"
"""Stands for a value that could not be determined; readers such as pandas take it as missing, nobody takes it as 0."""
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # and their full-width forms


def render_rows(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Header line and rows, UTF-8, lines ended by CRLF as the RFC has it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(headers)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8", "replace")


def _cell(value: Cell) -> str:
    if value is None:
        return NOT_AVAILABLE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return str(value)
    text = printable(value)
    return "'" + text if text.startswith(_FORMULA) else text
