"""The few fields of an ELF file that lead to a section or to a loaded address. No symbols, no relocations.

Specification: System V Application Binary Interface, gABI 4.1, "ELF Header", "Section Header" and "Program Header".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

HEADER_BYTES = 64
"""Of an ELF64 header; that of ELF32 has 52, and no program ends behind it."""
_NULL, _NOBITS = 0, 8
_LOADED, _EXECUTED = 2, 4
_LOAD = 1
_WRITE = 2
_EXTENDED_INDEX = 0xFFFF
"""SHN_XINDEX: the index is in `sh_link` of section 0."""


class BrokenElf(Exception):
    """A table or a section lies outside the file, or the file is of no known class. The message says which."""


class Segment(NamedTuple):
    """One part of the file that is loaded into memory; offsets and sizes in bytes."""

    offset: int
    address: int
    size: int
    """Bytes that come from the file."""
    writable: bool


class Section(NamedTuple):
    """One part of the file as linkers and debuggers see it; offset and size in bytes."""

    offset: int
    size: int
    in_file: bool
    """False for what is zeros in memory, or in another file: its size takes no room in this one."""
    executed: bool
    loaded: bool
    """False for what debuggers and linkers alone look at."""


class _Table(NamedTuple):
    """Where a table of headers lies, and how large one of them is, in bytes."""

    offset: int
    entry: int
    number: int


class Elf:
    """The tables of one ELF file.

    Args:
        data: the whole file.

    Raises:
        BrokenElf: the header is cut, or says an unknown class or byte order.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < HEADER_BYTES or data[4] not in {1, 2} or data[5] not in {1, 2}:
            raise BrokenElf("the ELF header is cut or of an unknown class")
        self._data = data
        self.order = "<" if data[5] == 1 else ">"
        """Byte order, as `struct` writes it."""
        self._wide = data[4] == 2
        layout, at = ("QQIHHHHHH", 32) if self._wide else ("IIIHHHHHH", 28)
        fields = struct.unpack_from(self.order + layout, data, at)
        program, section, _, _, program_entry, programs, section_entry, sections, self._names_index = fields
        self._programs = _Table(program, program_entry, programs)
        self._sections = _Table(section, section_entry, sections)
        self._entry = struct.Struct(self.order + ("IIQQQQIIQQ" if self._wide else "IIIIIIIIII"))

    @property
    def has_sections(self) -> bool:
        """False when the table of sections was taken away, as some programs for stripping do."""
        return self._sections.offset > 0

    def section(self, name: bytes) -> bytes | None:
        """Content of the first section of that name; None when there is none.

        Raises:
            BrokenElf: the table, the names or the section lie outside the file.
        """
        if not self.has_sections:
            return None
        index = self._names_index
        first = self._header(0)
        if index == _EXTENDED_INDEX:
            index = first[6]
        count = self._sections.number or first[5]
        names = self._content(self._header(index))
        if b"\0" + name + b"\0" not in names:
            return None
        for number in range(min(count, self._room())):
            header = self._header(number)
            if names.startswith(name + b"\0", header[0]):
                return self._content(header)
        return None

    def sections(self) -> Iterator[Section]:
        """Everything that the table of sections names, in its order; nothing when there is no table.

        Raises:
            BrokenElf: the table lies outside the file.
        """
        offset, entry, count = self._sections
        if not self.has_sections:
            return
        count = count or self._extended_count()
        if count and (entry < self._entry.size or offset + entry * count > len(self._data)):
            raise BrokenElf("the table of sections lies outside the file")
        for at in range(offset, offset + entry * count, entry):
            _, kind, flags, _, start, size, *_ = self._entry.unpack_from(self._data, at)
            if kind != _NULL:
                yield Section(start, size, kind != _NOBITS, bool(flags & _EXECUTED), bool(flags & _LOADED))

    @property
    def ends_in_sections(self) -> bool:
        """True when the table of sections is the end of the file, where most linkers put it: nothing is missing."""
        offset, entry, count = self._sections
        return count > 0 and entry >= self._entry.size and offset + entry * count == len(self._data)

    def constants(self) -> bytes:
        """What is loaded and never executed, where texts are; the whole file where no table of sections tells.

        Raises:
            BrokenElf: the table lies outside the file.
        """
        if not self.has_sections:
            return self._data
        found = [s for s in self.sections() if s.loaded and s.in_file and not s.executed]
        return b"\0".join(self._data[s.offset : s.offset + s.size] for s in found)

    def segments(self) -> list[Segment]:
        """Everything that is loaded, in the order of the table.

        Raises:
            BrokenElf: the table lies outside the file.
        """
        offset, entry, count = self._programs
        layout = struct.Struct(self.order + ("IIQQQQ" if self._wide else "IIIIIII"))
        if count and (entry < layout.size or offset + entry * count > len(self._data)):
            raise BrokenElf("the table of segments lies outside the file")
        found = []
        for number in range(count):
            fields = layout.unpack_from(self._data, offset + number * entry)
            if self._wide:
                kind, flags, start, address, _, size = fields
            else:
                kind, start, address, _, size, _, flags = fields
            if kind == _LOAD:
                found.append(Segment(start, address, size, bool(flags & _WRITE)))
        return found

    def at_address(self, address: int, size: int) -> bytes:
        """`size` bytes that are loaded to `address`.

        Raises:
            BrokenElf: no segment of the file has all of them.
        """
        for segment in self.segments():
            start = address - segment.address
            if start >= 0 and start + size <= segment.size and segment.offset + start + size <= len(self._data):
                return self._data[segment.offset + start : segment.offset + start + size]
        raise BrokenElf(f"{size} bytes at address {address:#x} lie outside the file")

    def _extended_count(self) -> int:
        """Number of sections where the header says 0: the size of the first, else an empty one (gABI, `e_shnum`).

        Returns:
            0 where there is no such section: some ways to pack a program leave the offset of a table that is gone.
        """
        try:
            first = self._header(0)
        except BrokenElf:
            return 0
        return 0 if first[1] != _NULL or first[4] else first[5]

    def _room(self) -> int:
        return (len(self._data) - self._sections.offset) // max(self._sections.entry, 1)

    def _header(self, number: int) -> tuple[int, ...]:
        at = self._sections.offset + number * self._sections.entry
        if self._sections.entry < self._entry.size or at + self._entry.size > len(self._data):
            raise BrokenElf("the table of sections lies outside the file")
        return self._entry.unpack_from(self._data, at)

    def _content(self, header: tuple[int, ...]) -> bytes:
        kind, offset, size = header[1], header[4], header[5]
        if kind == _NOBITS:
            return b""
        if offset + size > len(self._data):
            raise BrokenElf("a section lies outside the file")
        return self._data[offset : offset + size]
