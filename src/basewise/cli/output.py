"""Where a rendered document goes, and what the page there looks like."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from basewise.model.errors import BasewiseError
from basewise.render.interface import Page
from basewise.storage import atomic

_KEPT = "What was there is unchanged; the document is kept in the workspace."
PLAIN_WIDTH = 120
"""Columns when there is no terminal to ask."""


def page(destination: Path | None, environ: Mapping[str, str]) -> Page:
    """The page at `destination` (None is standard output): its width, and whether it takes colour.

    Colour is for terminals only, and for none of those where NO_COLOR is set to anything (https://no-color.org).
    """
    if destination is not None or not sys.stdout.isatty():
        return Page(width=PLAIN_WIDTH)
    plain = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
    return Page(width=shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns, colour=not plain)


def write(data: bytes, destination: Path | None) -> None:
    """Writes a document to a file or, for None, to standard output.

    A file is replaced whole or stays as it was; through a symbolic link its target is. What is no regular file (a pipe,
    a terminal) is written into.

    Raises:
        BasewiseError: the file cannot be written.
        OSError: standard output cannot.
    """
    if destination is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        _replace(destination, data)
    except OSError as error:
        raise BasewiseError(f"{destination} cannot be written: {error.strerror}", remedy=_KEPT) from error


def _replace(destination: Path, data: bytes) -> None:
    target = Path(os.path.realpath(destination))
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return
    atomic.replace(target, data)
