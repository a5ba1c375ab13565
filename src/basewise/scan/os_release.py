"""Reads os-release files (os-release(5)): which distribution an image says it is."""

from __future__ import annotations

import re

from basewise.model.contents import OsRelease

PATHS = ("etc/os-release", "usr/lib/os-release")
"""In the order in which they are believed."""
LARGEST_BYTES = 64 * 1024
"""More than any distribution's file; a larger one is no os-release."""
_FIELDS = frozenset({"ID", "VERSION_ID", "VERSION_CODENAME", "PRETTY_NAME", "ID_LIKE", "NAME", "VARIANT_ID"})
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_ESCAPE = re.compile(r"\\(.)")


def read_os_release(path: str, data: bytes) -> OsRelease:
    """The identifying fields of the file; a field that occurs twice counts as written last, as in a shell.

    Lines that are no assignment are passed over. Bytes that are not UTF-8 become U+FFFD.
    """
    fields: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        match = _ASSIGNMENT.fullmatch(line.strip())
        if match and match[1] in _FIELDS:
            fields[match[1].lower()] = _unquoted(match[2].strip())
    return OsRelease(path=path, **fields)


def _unquoted(value: str) -> str:
    """The value as a shell would take it, without expansions, which os-release(5) leaves out."""
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1]
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1]
    return _ESCAPE.sub(r"\1", value)
