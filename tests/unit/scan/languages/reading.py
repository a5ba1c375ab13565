"""Reading one file the way a layer's files are read: by the kind that wants it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.interface import FileContents
from basewise.scan.languages import PACKAGE_FILES


def read(path: str, data: bytes, limits: Limits = DEFAULT_LIMITS) -> FileContents:
    """What the one kind says that wants `path`; the test fails when none or several do."""
    (kind,) = [kind for kind in PACKAGE_FILES if path.endswith(kind.endings) and kind.wants(path)]
    return kind.read(path, data, limits)


def is_wanted(path: str) -> bool:
    return any(path.endswith(kind.endings) and kind.wants(path) for kind in PACKAGE_FILES)


def packages(found: FileContents) -> list[tuple[str, str, str]]:
    """(name, version, path) of each record."""
    return [(record.name, record.version, record.path) for record in found.records]


def zipped(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive as `zipfile` writes it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()
