"""Writes small ELF files: one loaded segment per section, in either width and byte order."""

import struct
from collections.abc import Mapping

BASE = 0x400000
PROGBITS, STRTAB = 1, 3
LOADED, EXECUTED = 2, 4
HEADER = {64: 64, 32: 52}


def elf_file(sections: Mapping[bytes, bytes], *, bits: int = 64, order: str = "<", table: bool = True) -> bytes:
    """An ELF file with these sections, each loaded at `address_of` and writable; without section table if so asked."""
    wide = bits == 64
    word = "Q" if wide else "I"
    names = b"\0" + b"".join(name + b"\0" for name in [*sections, b".shstrtab"])
    contents = [*sections.values(), names]
    program_size, header_size = (56, 64) if wide else (32, 40)
    start = HEADER[bits] + program_size * len(sections)
    offsets = [start + sum(map(len, contents[:number])) for number in range(len(contents))]
    end = start + sum(map(len, contents))
    identity = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    count = len(contents) + 1 if table else 0
    header = struct.pack(
        f"{order}HHI{word * 3}IHHHHHH",
        *(2, 62, 1, BASE, HEADER[bits], end if table else 0, 0, HEADER[bits], program_size, len(sections)),
        *(header_size, count, count - 1 if table else 0),
    )
    programs = [
        struct.pack(f"{order}IIQQQQQQ", 1, 6, at, BASE + at, BASE + at, len(data), len(data), 1)
        if wide
        else struct.pack(f"{order}IIIIIIII", 1, at, BASE + at, BASE + at, len(data), len(data), 6, 1)
        for at, data in zip(offsets, sections.values(), strict=False)
    ]
    headers = [bytes(header_size)]
    for name, at, data in zip([*sections, b".shstrtab"], offsets, contents, strict=True):
        index = names.index(b"\0" + name + b"\0") + 1
        layout = f"{order}II{word * 4}II{word * 2}"
        kind = PROGBITS if name in sections else STRTAB
        flags = LOADED | (EXECUTED if name == b".text" else 0) if name in sections else 0
        headers.append(struct.pack(layout, index, kind, flags, BASE + at, at, len(data), 0, 0, 1, 0))
    return identity + header + b"".join(programs) + b"".join(contents) + (b"".join(headers) if table else b"")


def address_of(file: bytes, content: bytes) -> int:
    """Where content of a section is loaded."""
    return BASE + file.index(content)
