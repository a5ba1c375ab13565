"""Extended headers of tar archives: pax records (POSIX.1-2024, pax, "pax Extended Header") and GNU long names."""

from __future__ import annotations

import msgspec

from basewise.archive.paths import decode
from basewise.model.errors import UnreadableLayer

_GNU_SPARSE = b"GNU.sparse."
_SPARSE_NAME = b"GNU.sparse.name"


class Extension(msgspec.Struct, gc=False):
    """What extended headers say about the member that follows them; None leaves the member's own header as it is."""

    long_name: str | None = None
    """Of a GNU `L` member; wins over pax's `path`, as in Go's archive/tar."""
    long_link: str | None = None
    """Of a GNU `K` member."""
    path: str | None = None
    link: str | None = None
    size: int | None = None
    mtime: int | None = None
    sparse: bool = False
    """Stored without its holes: the bytes in the archive are not the file's content."""


def read_records(body: bytes) -> Extension:
    """The pax records of one extended header of type `x`.

    Raises:
        UnreadableLayer: a record's length is wrong, or a size is no number.
    """
    extension = Extension()
    at = 0
    while at < len(body):
        space = body.find(b" ", at, at + 20)  # a length of 19 digits is beyond any archive
        length = body[at:space] if space > 0 else b""
        end = at + int(length) if length.isdigit() else -1
        if end <= space or end > len(body) or body[end - 1 : end] != b"\n":
            raise UnreadableLayer("a pax header has a record of wrong length")
        key, equals, value = body[space + 1 : end - 1].partition(b"=")
        if not equals:
            raise UnreadableLayer("a pax header has a record without a value")
        _apply(extension, key, value)
        at = end
    return extension


def _apply(extension: Extension, key: bytes, value: bytes) -> None:
    if key == b"path":
        extension.path = decode(value) or extension.path
    elif key == b"linkpath":
        extension.link = decode(value) or None
    elif key == b"size" and value:
        if not value.isdigit() or len(value) > 20:
            raise UnreadableLayer("a pax header has a size that is no number")
        extension.size = int(value)
    elif key == b"mtime" and value:
        whole = value.partition(b".")[0]
        extension.mtime = int(whole) if whole.isdigit() and len(whole) <= 20 else 0
    elif key.startswith(_GNU_SPARSE):
        extension.sparse = True
        if key == _SPARSE_NAME:
            extension.path = decode(value) or extension.path


def long_name(body: bytes) -> str:
    """The name in the body of a GNU `L` or `K` member, which ends at its first NUL."""
    return decode(body.partition(b"\0")[0])
