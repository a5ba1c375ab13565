"""Compressed forms that are known and not read, by their first bytes: so that an error can name them."""

from __future__ import annotations

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xfd7zXZ\x00", "xz"),  # The .xz File Format 1.2.1, section 2.1.1.1
    (b"BZh", "bzip2"),  # bzip2's decompress.c: the signature, then the size of blocks as a digit
    (b"\x04\x22\x4d\x18", "lz4"),  # LZ4 Frame Format 1.6.4, section "General Structure of LZ4 Frame Format"
    (b"\x02\x21\x4c\x18", "lz4"),  # the same, section "Legacy frame"
    (b"PK\x03\x04", "zip"),  # APPNOTE.TXT 6.3.10, section 4.3.7
    (b"PK\x05\x06", "zip"),  # section 4.3.16: an archive without files
    (b"\x5d\x00\x00", "lzma"),  # The .lzma File Format, section 1.1: properties, and a dictionary of 64 KiB or more
)


def unread_compression(first: bytes) -> str:
    """Name of the form that a file with these first bytes has; empty where none of them is known."""
    return next((name for magic, name in _MAGIC if first.startswith(magic)), "")
