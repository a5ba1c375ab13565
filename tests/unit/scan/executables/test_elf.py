"""Sections and segments of ELF files are those that readelf shows, and broken files are refused in one way."""

import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.executables.elf_files import address_of, elf_file

from basewise.scan.executables.elf import BrokenElf, Elf

REAL = Path(sys.executable).resolve()
FORMS = [(64, "<"), (64, ">"), (32, "<"), (32, ">")]


def look(data: bytes) -> object:
    """Everything that is asked of an ELF file."""
    elf = Elf(data)
    return elf.section(b".two"), elf.segments(), elf.at_address(0x400100, 8)


@pytest.mark.parametrize(("bits", "order"), FORMS)
def test_a_section_is_found_by_its_whole_name(bits: int, order: str) -> None:
    elf = Elf(elf_file({b".one": b"first", b".two": b"second", b".two.more": b"third"}, bits=bits, order=order))
    assert [elf.section(name) for name in (b".two", b".two.more", b".tw", b"two")] == [b"second", b"third", None, None]


@pytest.mark.parametrize(("bits", "order"), FORMS)
def test_what_is_loaded_is_found_by_its_address(bits: int, order: str) -> None:
    file = elf_file({b".one": b"first", b".two": b"second"}, bits=bits, order=order, table=False)
    elf = Elf(file)
    assert elf.at_address(address_of(file, b"second"), 6) == b"second"
    assert [file[part.offset : part.offset + part.size] for part in elf.segments()] == [b"first", b"second"]
    assert not elf.has_sections


def test_an_address_outside_every_segment_is_broken() -> None:
    file = elf_file({b".one": b"first"})
    with pytest.raises(BrokenElf, match="lie outside the file"):
        Elf(file).at_address(address_of(file, b"first"), 6)


@pytest.mark.parametrize("length", [4, 63])
def test_a_file_that_ends_in_its_header_is_broken(length: int) -> None:
    with pytest.raises(BrokenElf, match="header is cut"):
        Elf(elf_file({b".one": b"first"})[:length])


def test_sections_of_a_real_program_are_those_that_readelf_shows(tmp_path: Path) -> None:
    if shutil.which("objcopy") is None:
        pytest.skip("objcopy is not installed")
    shown = tmp_path / "section"
    subprocess.run(["objcopy", "-O", "binary", "--only-section=.interp", REAL, shown], check=True)
    assert Elf(REAL.read_bytes()).section(b".interp") == shown.read_bytes()


@given(st.data())
def test_no_damage_raises_anything_else(data: st.DataObject) -> None:
    bits, order = data.draw(st.sampled_from(FORMS))
    file = bytearray(elf_file({b".one": b"first", b".two": b"second"}, bits=bits, order=order))
    for _ in range(data.draw(st.integers(1, 4))):
        file[data.draw(st.integers(6, len(file) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BrokenElf):
        look(bytes(file[: data.draw(st.integers(6, len(file)))]))
