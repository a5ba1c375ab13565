"""The header of a package as rpm's database stores it: an index of tags and a store of their values.

Follows the rpm manual, "RPM V4 Package format", section "Header" (magic number and version are not stored in a
database), with the numbers of tags and types of its "Header tags". All numbers are big-endian.
"""

from __future__ import annotations

import struct

from basewise.model.limits import Limits

NAME, VERSION, RELEASE, EPOCH = 1000, 1001, 1002, 1003
VENDOR, ARCH, SOURCE_RPM, MODULARITY_LABEL = 1011, 1022, 1044, 5096
DIR_INDEXES, BASE_NAMES, DIR_NAMES = 1116, 1117, 1118
_WANTED = frozenset(
    {
        *(NAME, VERSION, RELEASE, EPOCH, VENDOR, ARCH, SOURCE_RPM, MODULARITY_LABEL),
        *(DIR_INDEXES, BASE_NAMES, DIR_NAMES),
    }
)
_INT32, _STRING, _STRING_ARRAY, _I18N_STRING = 4, 6, 8, 9
_TEXTS = frozenset({_STRING, _STRING_ARRAY, _I18N_STRING})
_INTRO = struct.Struct(">II")
_ENTRY = struct.Struct(">IIII")


class BrokenHeader(ValueError):
    """The header, or one value in it, is not what the format says; the message says what is wrong."""


class Header:
    """The values of one header.

    Raises:
        BrokenHeader: the index does not fit into the bytes. Methods raise it for a value outside the store or of
            another type than the tag has.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        if len(data) < _INTRO.size:
            raise BrokenHeader(f"ends after {len(data)} bytes")
        entries, store_bytes = _INTRO.unpack_from(data)
        if entries > limits.rpm_header_tags:
            raise BrokenHeader(f"claims {entries} tags; rpm_header_tags is {limits.rpm_header_tags}")
        store = _INTRO.size + _ENTRY.size * entries
        if store + store_bytes > len(data):
            raise BrokenHeader(f"claims {store + store_bytes} bytes and has {len(data)}")
        self._store = data[store : store + store_bytes]
        self._most = limits.layer_entries
        self._values = {
            # Tags that were added after the package was signed follow those that were, and replace them.
            tag: (kind, offset, count)
            for tag, kind, offset, count in _ENTRY.iter_unpack(data[_INTRO.size : store])
            if tag in _WANTED
        }

    def has(self, tag: int) -> bool:
        return tag in self._values

    def text(self, tag: int) -> bytes:
        """The value of a tag that holds one string; empty when the header has no such tag."""
        if tag not in self._values:
            return b""
        kind, offset, _ = self._values[tag]
        if kind not in _TEXTS:
            raise BrokenHeader(f"has tag {tag} of type {kind}, which is no string")
        end = self._store.find(b"\0", offset)
        if offset >= len(self._store) or end < 0:
            raise BrokenHeader(f"has tag {tag} outside its store")
        return self._store[offset:end]

    def texts(self, tag: int) -> list[bytes]:
        """The strings of a tag that holds many; none when the header has no such tag."""
        if tag not in self._values:
            return []
        kind, offset, count = self._values[tag]
        self._check_count(tag, count)
        if kind not in _TEXTS:
            raise BrokenHeader(f"has tag {tag} of type {kind}, which is no list of strings")
        found = self._store[offset:].split(b"\0", count)
        if len(found) <= count:
            raise BrokenHeader(f"has tag {tag} outside its store")
        return found[:count]

    def numbers(self, tag: int) -> tuple[int, ...]:
        """The 32-bit numbers of a tag; none when the header has no such tag."""
        if tag not in self._values:
            return ()
        kind, offset, count = self._values[tag]
        self._check_count(tag, count)
        if kind != _INT32:
            raise BrokenHeader(f"has tag {tag} of type {kind}, which is no list of 32-bit numbers")
        if offset + 4 * count > len(self._store):
            raise BrokenHeader(f"has tag {tag} outside its store")
        return struct.unpack_from(f">{count}I", self._store, offset)

    def _check_count(self, tag: int, count: int) -> None:
        if count > self._most:
            raise BrokenHeader(f"has {count} values of tag {tag}; layer_entries is {self._most}")
