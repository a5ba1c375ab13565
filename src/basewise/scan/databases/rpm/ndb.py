"""rpm's own storage, `Packages.db`: slots that say where each header is. SUSE's default.

Described by rpm's source only, lib/backend/ndb/rpmpkg.c: a head of 32 bytes, slots of 16 up to the end of its pages,
then blobs in blocks of 16 bytes, each with a head, a checksum and a tail. All numbers are little-endian.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from basewise.model.limits import Limits
from basewise.scan.databases.rpm.stored import Stored

_HEAD = struct.Struct("<4sIII")  # magic, version, generation, pages of slots
_HEAD_BYTES = 32
_VERSION = 0
_PAGE_BYTES = 4096
_SLOT = struct.Struct("<4sIII")  # magic, number of the package, first block of its blob, blocks
_BLOCK_BYTES = 16
_BLOB_HEAD = struct.Struct("<4sIII")  # magic, number of the package, generation, bytes of the header
_BLOB_TAIL = struct.Struct("<II4s")  # Adler-32 (RFC 1950) of all before it, bytes of the header, magic


def read_ndb(data: bytes, limits: Limits) -> Iterator[Stored]:
    """The headers of the file; a slot or blob that is not what it should be is a problem of its own."""
    if len(data) < _HEAD_BYTES or not data.startswith(b"RpmP"):
        yield Stored(problem="is no database of rpm's own format")
        return
    _, version, _, pages = _HEAD.unpack_from(data)
    if version != _VERSION:
        yield Stored(problem=f"is of version {version} of rpm's own format; {_VERSION} is known")
        return
    end = min(pages * _PAGE_BYTES, len(data) - len(data) % _SLOT.size)
    if end < pages * _PAGE_BYTES:
        yield Stored(problem=f"ends in its slots, after {len(data)} bytes")
    for magic, number, block, blocks in _SLOT.iter_unpack(data[_HEAD_BYTES:end]):
        if magic != b"Slot":
            yield Stored(problem="has a slot that is none")
        elif block:
            yield _blob(data, number, block * _BLOCK_BYTES, blocks * _BLOCK_BYTES, limits)


def _blob(data: bytes, number: int, at: int, size: int, limits: Limits) -> Stored:
    if size > limits.rpm_header_bytes:
        return _broken(number, f"has {size} bytes; rpm_header_bytes is {limits.rpm_header_bytes}", 0)
    tail = at + size - _BLOB_TAIL.size
    if at + size > len(data) or tail < at + _BLOB_HEAD.size:
        return _broken(number, f"is outside the file, at {at}", 0)
    magic, own_number, _, length = _BLOB_HEAD.unpack_from(data, at)
    checksum, length_again, tail_magic = _BLOB_TAIL.unpack_from(data, tail)
    body = at + _BLOB_HEAD.size
    if magic != b"BlbS" or tail_magic != b"BlbE" or own_number != number:
        return _broken(number, "is not where its slot says", size)
    if length != length_again or body + length > tail or checksum != zlib.adler32(memoryview(data)[at:tail]):
        return _broken(number, "does not have its checksum", size)
    return Stored(header=data[body : body + length])


def _broken(number: int, problem: str, claimed_bytes: int) -> Stored:
    return Stored(problem=f"header {number} {problem}", claimed_bytes=claimed_bytes)
