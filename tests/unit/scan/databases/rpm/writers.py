"""Writes rpm databases for tests: headers, and the storages that no program of Debian writes or that must be broken."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from collections.abc import Sequence
from contextlib import closing

INT32, BINARY, STRING, STRING_ARRAY = 4, 7, 6, 8
PAGE = 4096


class Tag:
    """One value of a header."""

    def __init__(self, tag: int, kind: int, count: int, data: bytes) -> None:
        self.tag, self.kind, self.count, self.data = tag, kind, count, data


def text(tag: int, value: str | bytes) -> Tag:
    return Tag(tag, STRING, 1, (value.encode() if isinstance(value, str) else value) + b"\0")


def texts(tag: int, *values: str) -> Tag:
    return Tag(tag, STRING_ARRAY, len(values), "".join(value + "\0" for value in values).encode())


def numbers(tag: int, *values: int) -> Tag:
    return Tag(tag, INT32, len(values), struct.pack(f">{len(values)}I", *values))


def header(*tags: Tag) -> bytes:
    """Index and store, without the alignment that readers have no use for."""
    index = store = b""
    for each in tags:
        index += struct.pack(">4I", each.tag, each.kind, len(store), each.count)
        store += each.data
    return struct.pack(">2I", len(tags), len(store)) + index + store


def package(name: str, version: str = "1.0", release: str = "1.el9", *more: Tag) -> bytes:
    return header(text(1000, name), text(1001, version), text(1002, release), *more)


def files(*paths: str) -> list[Tag]:
    """The three tags that files are stored in; paths begin with a slash."""
    folders = sorted({path.rpartition("/")[0] + "/" for path in paths})
    return [
        numbers(1116, *(folders.index(path.rpartition("/")[0] + "/") for path in paths)),
        texts(1117, *(path.rpartition("/")[2] for path in paths)),
        texts(1118, *folders),
    ]


def sqlite(
    headers: Sequence[bytes], schema: str = "hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL"
) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE Packages ({schema})")
        connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(each,) for each in headers])
        connection.commit()
        return connection.serialize()


def ndb(headers: Sequence[bytes], version: int = 0) -> bytes:
    """Head, slots and blobs; Trivy reads what this writes, see the integration tests."""
    slots, blobs = b"", b""
    for number, each in enumerate(headers, start=1):
        blob = struct.pack("<4s3I", b"BlbS", number, 1, len(each)) + each
        blob += bytes(-(len(blob) + 12) % 16)
        blob += struct.pack("<2I4s", zlib.adler32(blob), len(each), b"BlbE")
        slots += struct.pack("<4s3I", b"Slot", number, (PAGE + len(blobs)) // 16, len(blob) // 16)
        blobs += blob
    free = struct.pack("<4s3I", b"Slot", 0, 0, 0) * ((PAGE - 32 - len(slots)) // 16)
    head = struct.pack("<4s4I", b"RpmP", version, 1, 1, len(headers) + 1)
    return head.ljust(32, b"\0") + slots + free + blobs


def berkeley(headers: Sequence[bytes], order: str = "<", version: int = 9) -> bytes:
    """A metadata page, one page of keys and values, and the pages on which the values lie."""
    items, overflow = [_inline(0, b"\x09\0\0\0", order)], []
    for number, each in enumerate(headers, start=1):
        first = 2 + len(overflow)
        pieces = [each[at : at + PAGE - 26] for at in range(0, len(each), PAGE - 26)]
        for position, piece in enumerate(pieces, start=1):
            following = first + position if position < len(pieces) else 0
            overflow.append(_page(order, first + position - 1, following, (1, len(piece), 7), piece))
        items.append((struct.pack(f"{order}BI", 1, number), struct.pack(f"{order}B3xII", 3, first, len(each))))
    body, offsets, at = b"", [], PAGE
    for item in (part for pair in items for part in pair):
        at -= len(item)
        offsets.append(at)
        body = item + body
    index = struct.pack(f"{order}{len(offsets)}H", *offsets)
    table = index + bytes(PAGE - 26 - len(index) - len(body)) + body
    meta = struct.pack(
        f"{order}8xIIIIBBBxIIIIII", 0, 0x061561, version, PAGE, 0, 8, 0, 0, 1 + len(overflow), 0, 0, 0, 0
    )
    return meta.ljust(PAGE, b"\0") + _page(order, 1, 0, (len(offsets), at, 13), table) + b"".join(overflow)


def _inline(key: int, value: bytes, order: str) -> tuple[bytes, bytes]:
    return struct.pack(f"{order}BI", 1, key), b"\1" + value


def _page(order: str, number: int, following: int, about: tuple[int, int, int], body: bytes) -> bytes:
    entries, offset, kind = about
    return (struct.pack(f"{order}8xIIIHHBB", number, 0, following, entries, offset, 0, kind) + body).ljust(PAGE, b"\0")
