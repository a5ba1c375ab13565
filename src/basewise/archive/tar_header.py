"""One 512-byte header of a tar archive (POSIX.1-2024, pax, "ustar Interchange Format"; GNU tar's variations)."""

from __future__ import annotations

import struct
from functools import lru_cache
from zlib import adler32

import msgspec

from basewise.archive.paths import decode
from basewise.model.errors import UnreadableLayer

BLOCK = 512
FILE, HARD_LINK, SYMLINK, DIRECTORY, SPARSE = b"0", b"1", b"2", b"5", b"S"
_FIELDS = struct.Struct("100s8s16x12s12s8xc100s6s82x155s12x").unpack
"""name, mode, size, mtime, type, linkname, magic, prefix; owner, checksum and device numbers are left out."""
_SIGNED = struct.Struct("148b8x356b").unpack
_ADLER_MODULUS = 65521


class Member(msgspec.Struct, gc=False):
    """One file, link, directory or device of an archive."""

    path: str
    """Below the root, see `paths.clean`; never empty."""
    type: bytes
    """The type flag; `FILE` for all spellings of a regular file."""
    mode: int
    mtime: int
    """Seconds since 1970."""
    size: int
    """Bytes in the archive."""
    link: str
    """Target of a link as written, '' for anything else."""
    data: bytes | None
    """Content, when it was wanted."""


def read_header(block: bytes) -> Member:
    """The fields of one header as they stand in it, checksum verified.

    Adler-32's lower half is one more than the sum of all bytes, modulo 65521 (RFC 1950, section 9): a sum at C's speed.

    Raises:
        UnreadableLayer: the checksum is wrong, or a field that must be a number is none.
    """
    try:
        declared = int(block[148:154], 8)
    except ValueError:
        declared = _odd_checksum(block[148:156])
    total = (declared + sum(block[148:156]) - 8 * 32 + 1) % _ADLER_MODULUS
    if adler32(block) & 0xFFFF != total and _signed_sum(block) != declared:
        raise UnreadableLayer("not a tar archive, or a member header is damaged")
    name, mode, size, mtime, kind, link, magic, prefix = _FIELDS(block)
    path = name[: name.find(0)] if name[99] == 0 else name
    if prefix[0] and magic == b"ustar\0":
        path = prefix.partition(b"\0")[0] + b"/" + path
    return Member(
        decode(path),
        kind,
        _repeated_number(mode) & 0o7777,
        _repeated_number(mtime),
        number(size),
        decode(link.partition(b"\0")[0]) if link[0] else "",
        None,
    )


def number(field: bytes) -> int:
    """A numeric header field: octal digits ended by a space or NUL, or GNU's base-256; an empty field is 0.

    Raises:
        UnreadableLayer: neither.
    """
    try:
        value = int(field[:-1], 8) if field[-1] in b" \0" else -1
    except ValueError:
        value = -1
    return value if value >= 0 else _odd_number(field)


_repeated_number = lru_cache(maxsize=1024)(number)
"""Modes and times of one archive repeat, so a look-up is faster than reading them."""


def _odd_number(field: bytes) -> int:
    if field[0] & 0x80:
        value = int.from_bytes(field, "big") - (1 << 8 * len(field) - 1)
        return 0 if field[0] == 0xFF else value  # a negative number is no size, and a time before 1970 is no rebuild
    digits = field.strip(b" \0")
    if not digits:
        return 0
    if not digits.isdigit() or b"8" in digits or b"9" in digits:
        raise UnreadableLayer("a member header has a field that is no number")
    return int(digits, 8)


def _odd_checksum(field: bytes) -> int:
    try:
        return number(field)
    except UnreadableLayer as error:
        raise UnreadableLayer("not a tar archive, or a member header is damaged") from error


def _signed_sum(block: bytes) -> int:
    """The checksum as archivers wrote it whose `char` was signed."""
    total: int = sum(_SIGNED(block))
    return total + 8 * 32
