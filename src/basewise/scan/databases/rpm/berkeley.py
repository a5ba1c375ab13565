"""BerkeleyDB's hash format, `Packages`: what rpm wrote until 4.15, on CentOS 7, Amazon Linux 2, UBI 8 and older.

Pages as in Berkeley DB's dbinc/db_page.h (release 5.3), sections "DB page formats", "HASH metadata page layout",
"HASH PAGE LAYOUT", "OVERFLOW PAGE LAYOUT". The byte order is that of the machine which wrote it. Only the keys and
values are looked at, page by page, never the hash function: rpm's key is a number, the value a header.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from basewise.model.limits import Limits
from basewise.scan.databases.rpm.stored import Stored

_MAGIC = 0x061561
_VERSIONS = frozenset({8, 9})
"""Of releases 4.0 to 5.3, all that rpm was built with."""
_META_BYTES = 72
_PAGE_HEAD_BYTES = 26
_PAGE_SIZES = frozenset(1 << bits for bits in range(9, 17))
_FREE, _HASH_UNSORTED, _OVERFLOW, _HASH = 0, 2, 7, 13
_INLINE, _OFF_PAGE = 1, 3
_OFF_PAGE_BYTES = 12
_CHECKSUMMED = 1
_COUNTER = bytes(4)
"""Key 0: not a package, but the number that the next one gets."""


def read_berkeley(data: bytes, limits: Limits) -> Iterator[Stored]:
    """The headers of the file; a page or chain that is not what it should be is a problem of its own."""
    order = next((order for order in "<>" if data[12:16] == struct.pack(f"{order}I", _MAGIC)), "")
    if not order or len(data) < _META_BYTES:
        yield Stored(problem="is no hash database of BerkeleyDB")
        return
    version, page_bytes = struct.unpack_from(f"{order}II", data, 16)
    encrypted, flags = data[24], data[26]
    if version not in _VERSIONS or page_bytes not in _PAGE_SIZES:
        yield Stored(problem=f"is of version {version} of BerkeleyDB's hash format, with pages of {page_bytes} bytes")
        return
    if encrypted or flags & _CHECKSUMMED:
        yield Stored(problem="is encrypted" if encrypted else "has pages with checksums, which rpm never writes")
        return
    yield from _Pages(data, page_bytes, order, limits).stored()


class _Pages:
    """The pages of one file."""

    def __init__(self, data: bytes, page_bytes: int, order: str, limits: Limits) -> None:
        self._data = data
        self._page_bytes = page_bytes
        self._limits = limits
        self._index = struct.Struct(f"{order}I")
        self._head = struct.Struct(f"{order}IHHBB")  # next page, entries, offset of the first free byte, level, type
        self._order = order
        (last,) = self._index.unpack_from(data, 32)
        self._claimed = last + 1
        self._count = min(self._claimed, len(data) // page_bytes)
        self._used: set[int] = set()
        """Overflow pages that belong to a value already: each belongs to one, so a chain is walked once."""

    def stored(self) -> Iterator[Stored]:
        if self._count < self._claimed:
            yield Stored(problem=f"ends after {self._count} of {self._claimed} pages")
        for number in range(1, self._count):
            _, entries, _, _, kind = self._page_head(number)
            if kind in {_HASH, _HASH_UNSORTED}:
                yield from self._hash_page(number, entries)
            elif kind not in {_FREE, _OVERFLOW}:
                yield Stored(problem=f"page {number} is of type {kind}, which no hash database has")

    def _page_head(self, number: int) -> tuple[int, int, int, int, int]:
        found: tuple[int, int, int, int, int] = self._head.unpack_from(self._data, number * self._page_bytes + 16)
        return found

    def _hash_page(self, number: int, entries: int) -> Iterator[Stored]:
        page = self._data[number * self._page_bytes : (number + 1) * self._page_bytes]
        index_end = _PAGE_HEAD_BYTES + 2 * entries
        if entries % 2 or index_end > len(page):
            yield Stored(problem=f"page {number} claims {entries} entries")
            return
        offsets = struct.unpack_from(f"{self._order}{entries}H", page, _PAGE_HEAD_BYTES)
        pairs = list(zip(offsets, (len(page), *offsets), strict=False))  # each item ends where the one before it begins
        if any(not index_end <= start < end for start, end in pairs):
            yield Stored(problem=f"page {number} has an entry outside itself")
            return
        items = [page[start:end] for start, end in pairs]
        for key, value in zip(items[::2], items[1::2], strict=True):
            if key[1:] != _COUNTER:
                yield self._value(number, value)

    def _value(self, number: int, item: bytes) -> Stored:
        if item[0] == _INLINE:
            return Stored(header=item[1:])
        if item[0] != _OFF_PAGE or len(item) < _OFF_PAGE_BYTES:
            return Stored(problem=f"page {number} has a value of type {item[0]}, which rpm never writes")
        (first,), (length,) = self._index.unpack_from(item, 4), self._index.unpack_from(item, 8)
        if length > self._limits.rpm_header_bytes:
            most = self._limits.rpm_header_bytes
            return Stored(problem=f"page {number} has a header of {length} bytes; rpm_header_bytes is {most}")
        return self._chain(first, length)

    def _chain(self, first: int, length: int) -> Stored:
        """A value that lies on pages of its own, each naming the next."""
        parts: list[bytes] = []
        at, left = first, length
        while left > 0:
            if not 0 < at < self._count:
                return Stored(problem=f"the header at page {first} goes on outside the file, at page {at}")
            if at in self._used:
                return Stored(problem=f"the header at page {first} comes back to page {at}")
            following, _, used, _, kind = self._page_head(at)
            if kind != _OVERFLOW or not 0 < used <= self._page_bytes - _PAGE_HEAD_BYTES:
                return Stored(problem=f"the header at page {first} goes on at page {at}, which is no overflow page")
            self._used.add(at)
            start = at * self._page_bytes + _PAGE_HEAD_BYTES
            parts.append(self._data[start : start + used])
            at, left = following, left - used
        if left:
            return Stored(problem=f"the header at page {first} is longer than the {length} bytes it claims")
        return Stored(header=b"".join(parts))
