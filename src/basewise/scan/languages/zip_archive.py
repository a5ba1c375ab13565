"""Zip archives in memory: just the members that are asked for, every length checked, nothing trusted.

APPNOTE.TXT (PKWARE, version 6.3.10): 4.3.7 local file header, 4.3.12 central directory, 4.3.14 to 4.3.16 its end, with
Zip64. The standard library's reader makes an object for each member of a directory of any length before it returns.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

import msgspec

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = 20  # bytes of the Zip64 end of central directory locator
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 0xFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x0001
_IN_ZIP64 = 0xFFFFFFFF
_ZIP64_FIELD = 1


class BadArchive(Exception):
    """The archive, or one member of it, cannot be read; the text says why."""


class Entry(msgspec.Struct, frozen=True):
    """One member, as the central directory describes it."""

    name: str
    flags: int
    method: int
    crc: int
    packed_bytes: int
    bytes: int
    at: int
    """Where its local header begins in the data."""


def entries(data: bytes, wants: Callable[[bytes], bool], most: int) -> Iterator[Entry]:
    """Members whose name `wants` approves, in the order of the central directory.

    Raises:
        BadArchive: no zip archive, damaged, or more than `most` members.
    """
    at, end, before = _directory(data)
    count = 0
    while at < end:
        if at + _CENTRAL.size > end:
            raise BadArchive("the directory of the archive is cut off")
        (signature, _, _, flags, method, _, _, crc, packed, size, name, extra, comment, _, _, _, offset) = (
            _CENTRAL.unpack_from(data, at)
        )
        if signature != b"PK\1\2":
            raise BadArchive("the directory of the archive is damaged")
        count += 1
        if count > most:
            raise BadArchive(f"more than {most} entries (archive_entries)")
        start = at + _CENTRAL.size
        text = data[start : start + name]
        at = start + name + extra + comment
        if wants(text):
            if _IN_ZIP64 in (packed, size, offset):
                packed, size, offset = _wide(data[start + name : start + name + extra], packed, size, offset)
            shown = text.decode("utf-8", "backslashreplace")
            yield Entry(shown, flags, method, crc, packed, size, before + offset)


def content(data: bytes, entry: Entry) -> bytes:
    """The whole of one member; the caller has looked at `entry.bytes`.

    Raises:
        BadArchive: encrypted, packed in another way than deflate, or not what the directory says.
    """
    found = _inflated(data, entry, entry.bytes + 1)
    if len(found) != entry.bytes or zlib.crc32(found) != entry.crc:
        raise BadArchive(f"{entry.name} is not what the directory of the archive says")
    return found


def beginning(data: bytes, entry: Entry, most: int) -> bytes:
    """Up to `most` bytes from the start of one member, unchecked.

    Raises:
        BadArchive: encrypted, or packed in another way than deflate.
    """
    return _inflated(data, entry, most)[:most]


def _inflated(data: bytes, entry: Entry, most: int) -> bytes:
    if entry.flags & _ENCRYPTED:
        raise BadArchive(f"{entry.name} is encrypted")
    if entry.method not in {_STORED, _DEFLATED}:
        raise BadArchive(f"{entry.name} is packed by method {entry.method}, which is not read")
    if entry.at < 0 or entry.at + _LOCAL.size > len(data) or data[entry.at : entry.at + 4] != b"PK\3\4":
        raise BadArchive(f"{entry.name} is not where the directory of the archive says")
    *_, name, extra = _LOCAL.unpack_from(data, entry.at)
    start = entry.at + _LOCAL.size + name + extra
    packed = memoryview(data)[start : start + entry.packed_bytes]
    if entry.method == _STORED:
        return bytes(packed[:most])
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
    except zlib.error as error:
        raise BadArchive(f"{entry.name} cannot be inflated") from error


def _directory(data: bytes) -> tuple[int, int, int]:
    """Where the central directory begins and ends, and how many bytes stand before the archive itself."""
    end = len(data)
    lowest = max(0, len(data) - _END.size - _LONGEST_COMMENT)
    while (end := data.rfind(b"PK\5\6", lowest, end)) >= 0:
        if end + _END.size <= len(data):
            *_, size, offset, comment = _END.unpack_from(data, end)
            if end + _END.size + comment <= len(data):
                break
    if end < 0:
        raise BadArchive("no zip archive, or cut off")
    stop = end
    locator, wide = end - _LOCATOR64, end - _LOCATOR64 - _END64.size
    if wide >= 0 and data[locator : locator + 4] == b"PK\6\7" and data[wide : wide + 4] == b"PK\6\6":
        *_, size, offset = _END64.unpack_from(data, wide)
        stop = wide
    start = stop - size
    before = start - offset
    if start < 0 or before < 0:
        raise BadArchive("the directory of the archive is not where its end says")
    return start, stop, before


def _wide(extra: bytes, *fields: int) -> tuple[int, ...]:
    """Sizes and offset with those that did not fit replaced from the extra field (APPNOTE, 4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        body = extra[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == _ZIP64_FIELD:
            numbers = iter(struct.unpack(f"<{len(body) // 8}Q", body[: len(body) // 8 * 8]))
            return tuple(next(numbers, field) if field == _IN_ZIP64 else field for field in fields)
    return fields
