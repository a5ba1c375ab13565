"""A program whose end is missing is said, and no other: what was stripped, packed or made for debuggers is whole."""

import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.executables.elf_files import elf_file

from basewise.demo.layout import Entry, archive
from basewise.model.contents import ImageContents
from basewise.model.digest import sha256_of
from basewise.model.evidence import Status
from basewise.model.image import Descriptor
from basewise.model.limits import DEFAULT_LIMITS
from basewise.scan.executables.cut import CutPrograms, why_cut
from basewise.scan.interface import FileContents
from basewise.scan.layer import read_layer
from basewise.scan.merge import merge

PYTHON = Path(sys.executable).resolve().read_bytes()
FORMS = [(64, "<"), (64, ">"), (32, "<"), (32, ">")]


def test_a_real_program_is_whole_and_every_beginning_of_it_is_not() -> None:
    assert why_cut(PYTHON) == ""
    for length in [*range(5, len(PYTHON), len(PYTHON) // 50), len(PYTHON) - 1]:
        assert why_cut(PYTHON[:length]), length


def test_a_real_go_program_that_ends_before_its_build_information_is_said() -> None:
    umoci = shutil.which("umoci")
    if umoci is None:
        pytest.skip("umoci, a Go program, is not installed")
    data = Path(umoci).read_bytes()
    magic = data.index(b"\xff Go buildinf:\x08")
    assert why_cut(data) == ""
    for length in (magic // 2, magic, magic + 40, len(data) - 1):
        found = image(Entry(path="app", data=data[:length], mode=0o755))
        assert (found.packages, found.status.status) == ([], "partial")
        assert found.status.reason.startswith("app")


def image(*entries: Entry) -> ImageContents:
    data = archive(entries)
    descriptor = Descriptor("application/vnd.oci.image.layer.v1.tar", sha256_of(data), len(data))
    return merge(sha256_of(b""), [read_layer(iter([data]), descriptor, DEFAULT_LIMITS, time.monotonic)])


def test_the_reason_names_the_file() -> None:
    assert CutPrograms().read("usr/bin/app", PYTHON, DEFAULT_LIMITS) == FileContents()
    assert CutPrograms().read("usr/bin/app", PYTHON[:-1], DEFAULT_LIMITS).status == Status(
        "partial", "usr/bin/app is cut off: the table of sections lies outside the file"
    )


@pytest.mark.parametrize("length", [4, 5, 40, 63])
def test_an_image_whose_program_ends_in_its_header_is_partial(length: int) -> None:
    found = image(Entry(path="bin/app", data=PYTHON[:length], mode=0o755))
    assert found.status == Status("partial", "bin/app is cut off: it ends in its header")


@pytest.mark.parametrize(
    "option",
    ["--strip-all", "--only-keep-debug", "--strip-debug", "--compress-debug-sections", "--remove-section=.data"],
)
def test_what_objcopy_leaves_of_a_program_is_whole(option: str, tmp_path: Path) -> None:
    if shutil.which("objcopy") is None:
        pytest.skip("objcopy is not installed")
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(PYTHON)
    subprocess.run(["objcopy", option, source, target], check=True)
    assert why_cut(target.read_bytes()) == ""


@pytest.mark.parametrize(("bits", "order"), FORMS)
@pytest.mark.parametrize("table", [True, False])
def test_with_and_without_a_table_of_sections_the_end_counts(bits: int, order: str, *, table: bool) -> None:
    whole = elf_file({b".text": b"code" * 50, b".data": b"data" * 50}, bits=bits, order=order, table=table)
    end = whole.rindex(b"datadata") + 8
    assert why_cut(whole) == why_cut(whole + b"appended") == ""
    if not table:
        assert why_cut(whole[:end]) == ""
    for length in (end - 1, 80):
        assert why_cut(whole[:length]).endswith("outside the file")


def edited(offset: int, layout: str, value: int) -> bytes:
    file = bytearray(elf_file({b".text": b"code" * 50}))
    struct.pack_into(layout, file, offset, value)
    return bytes(file)


def test_headers_that_point_outside_are_named() -> None:
    assert why_cut(edited(32, "<Q", 1 << 40)) == "the table of segments lies outside the file"
    assert why_cut(edited(40, "<Q", 1 << 40)) == "the table of sections lies outside the file"
    assert why_cut(edited(64 + 32, "<Q", 1 << 40)) == "a segment lies outside the file"
    text = struct.unpack_from("<Q", edited(0, "<B", 0x7F), 40)[0] + 64
    assert why_cut(edited(text + 32, "<Q", 1 << 40) + b"signature") == "a section lies outside the file"


def test_zeros_in_memory_take_no_room_in_the_file() -> None:
    table = struct.unpack_from("<Q", edited(0, "<B", 0x7F), 40)[0]
    file = bytearray(edited(table + 64 + 32, "<Q", 1 << 40))
    struct.pack_into("<I", file, table + 64 + 4, 8)  # SHT_NOBITS
    assert why_cut(bytes(file)) == ""


@pytest.mark.parametrize("offset", [1 << 40, 64])
def test_the_offset_of_a_table_that_a_packer_took_away_is_nothing(offset: int) -> None:
    file = bytearray(elf_file({b".text": b"code" * 50}, table=False))
    struct.pack_into("<Q", file, 40, offset)
    assert why_cut(bytes(file)) == ""


def test_a_file_of_a_class_that_nothing_runs_is_no_program() -> None:
    assert why_cut(b"\x7fELF" + bytes(100)) == ""


@given(st.sampled_from(FORMS), st.integers(4, 600), st.lists(st.tuples(st.integers(4, 400), st.integers(0, 255))))
def test_no_damage_raises(form: tuple[int, str], length: int, damage: list[tuple[int, int]]) -> None:
    file = bytearray(elf_file({b".text": b"code" * 20, b".data": b"data"}, bits=form[0], order=form[1]))
    for at, value in damage:
        file[min(at, len(file) - 1)] = value
    assert isinstance(why_cut(bytes(file[:length])), str)
