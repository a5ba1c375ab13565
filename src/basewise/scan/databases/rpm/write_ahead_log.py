"""Applies SQLite's write-ahead log: changes that a program which died, or an image taken too early, left beside a file.

Follows "Database File Format", section 4, "The Write-Ahead Log" (https://www.sqlite.org/fileformat2.html): frames up
to the last one that commits count, as far as salts and checksums go on.
"""

from __future__ import annotations

import struct
import sys
from array import array

_HEAD = struct.Struct(">8I")  # magic, format, page size, checkpoint, salt 1, salt 2, checksum 1, checksum 2
_FRAME = struct.Struct(">6I")  # page, pages after a commit or 0, salt 1, salt 2, checksum 1, checksum 2
_MAGIC = 0x377F0682
_FORMAT = 3_007_000
_WORD = 0xFFFFFFFF


class UnknownLog(ValueError):
    """The log is none that SQLite would apply to the file; the message says why."""


def page_size(data: bytes) -> int:
    """Bytes of a page by the head of a database file (section 1.3.2), where 1 stands for 65,536."""
    size = int.from_bytes(data[16:18], "big")
    return 65536 if size == 1 else size


def apply(data: bytes, log: bytes) -> bytes:
    """The database file as SQLite would see it together with its log.

    Args:
        data: the file, which begins with its page of at least 512 bytes.
        log: not empty.

    Raises:
        UnknownLog: of another format, or with pages of another size than the file.
    """
    if len(log) < _HEAD.size:
        raise UnknownLog(f"ends after {len(log)} bytes")
    magic, version, page_bytes, _, *salts, first, second = _HEAD.unpack_from(log)
    if magic & ~1 != _MAGIC or version != _FORMAT:
        raise UnknownLog("is of another format than SQLite 3.7 to 3.x write")
    if not page_bytes or page_bytes != page_size(data):
        raise UnknownLog(f"has pages of {page_bytes} bytes, unlike its database")
    order = "big" if magic & 1 else "little"
    sums = _checksum(log[: _HEAD.size - 8], (0, 0), order)
    if sums != (first, second):
        raise UnknownLog("does not have its checksum")
    pages: dict[int, int] = {}
    committed: dict[int, int] = {}
    count = 0
    for at in range(_HEAD.size, len(log) - page_bytes - _FRAME.size + 1, page_bytes + _FRAME.size):
        page, commit, *frame_salts, first, second = _FRAME.unpack_from(log, at)
        body = at + _FRAME.size
        sums = _checksum(log[body : body + page_bytes], _checksum(log[at : at + 8], sums, order), order)
        if frame_salts != salts or sums != (first, second) or not page:
            break  # what follows is left from before the log was begun anew
        pages[page] = body
        if commit:
            committed.update(pages)
            pages.clear()
            count = commit
    return _written(data, log, committed, count, page_bytes) if count else data


def _written(data: bytes, log: bytes, pages: dict[int, int], count: int, page_bytes: int) -> bytes:
    size = count * page_bytes
    if size > len(data) + len(log):
        raise UnknownLog(f"makes {count} pages of a database that cannot have so many")
    out = bytearray(data[:size].ljust(size, b"\0"))
    for page, body in pages.items():
        if page <= count:
            out[(page - 1) * page_bytes : page * page_bytes] = log[body : body + page_bytes]
    return bytes(out)


def _checksum(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    """Section 4.2, "Checksum Algorithm": two sums over pairs of 32-bit words, each taking in the other."""
    words = array("I", data)
    if order != sys.byteorder:
        words.byteswap()
    first, second = sums
    pairs = iter(words)
    for even, odd in zip(pairs, pairs, strict=True):
        first = (first + even + second) & _WORD
        second = (second + odd + first) & _WORD
    return first, second
