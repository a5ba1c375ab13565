"""Go build information in both of its forms, as debug/buildinfo documents them; real programs: tests/integration."""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.scan.executables.elf_files import address_of, elf_file

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.executables.build_info import read_build_info, toolchain_version
from basewise.scan.executables.go import GoPrograms
from basewise.scan.interface import FileContents

MAGIC = b"\xff Go buildinf:"
FRAME = bytes.fromhex("3077af0c9274080241e1c107e6d618e6"), bytes.fromhex("f932433186182072008242104116d8f2")
MODULES = """\
path\texample.test/app/cmd
mod\texample.test/app\tv1.2.3\th1:abc=
dep\tgolang.org/x/net\tv0.10.0\th1:abc=
dep\tgithub.com/old/name\tv1.0.0
=>\tgithub.com/new/name\tv1.0.1\th1:abc=
dep\tgithub.com/own/part\tv0.0.0
=>\t./part\t(devel)
dep\tgithub.com/untagged\tv0.0.0-20200101000000-abcdefabcdef\th1:abc=
build\t-compiler=gc
"""


def framed(modules: str) -> bytes:
    return FRAME[0] + modules.encode() + FRAME[1] if modules else b""


def varint(number: int) -> bytes:
    low, high = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(high) if high else bytes([low])


def inline(version: str, modules: str = MODULES) -> bytes:
    text = framed(modules)
    head = MAGIC + bytes([0, 2]) + bytes(16)
    return head + varint(len(version)) + version.encode() + varint(len(text)) + text


def program(version: str, modules: str = MODULES, *, table: bool = True) -> bytes:
    return elf_file({b".go.buildinfo": inline(version, modules)}, table=table)


def by_address(version: bytes, modules: bytes, bits: int, order: str) -> bytes:
    """A program before Go 1.18: the addresses of two Go strings, which are an address and a length each."""
    word = "Q" if bits == 64 else "I"
    size = 2 * bits // 8
    sections = {
        b".go.buildinfo": bytes(16 + size).ljust(32, b"\0"),
        b".data": b"\x11" * size + b"\x22" * size,
        b".rodata": b"#" + version + modules,
    }
    plain = elf_file(sections, bits=bits, order=order)
    data, text = address_of(plain, b"\x11" * size), address_of(plain, b"#" + version) + 1
    strings = struct.pack(f"{order}{word * 4}", text, len(version), text + len(version), len(modules))
    head = MAGIC + bytes([bits // 8, order == ">"]) + struct.pack(f"{order}{word * 2}", data, data + size)
    sections |= {b".go.buildinfo": head.ljust(32, b"\0"), b".data": strings}
    return elf_file(sections, bits=bits, order=order)


def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> FileContents:
    return GoPrograms().read("usr/local/bin/app", data, limits)


def packages(found: FileContents) -> list[str]:
    return [f"{record.name} {record.version}" for record in found.records]


EXPECTED = [
    "stdlib 1.22.1",
    "example.test/app v1.2.3",
    "golang.org/x/net v0.10.0",
    "github.com/new/name v1.0.1",
    "github.com/untagged v0.0.0-20200101000000-abcdefabcdef",
]


@pytest.mark.parametrize("table", [True, False])
def test_toolchain_main_module_and_dependencies_are_packages(*, table: bool) -> None:
    found = read(program("go1.22.1", table=table))
    assert packages(found) == EXPECTED
    assert found.status.is_ok
    assert {(record.type, record.database, record.path) for record in found.records} == {
        ("golang", "usr/local/bin/app", "usr/local/bin/app")
    }


@pytest.mark.parametrize("bits", [64, 32])
@pytest.mark.parametrize("order", ["<", ">"])
def test_the_older_form_says_the_same(bits: int, order: str) -> None:
    assert packages(read(by_address(b"go1.22.1", framed(MODULES), bits, order))) == EXPECTED


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("go1.22.1", "1.22.1"),
        ("go1.20", "1.20.0"),
        ("go1.22rc1", "1.22.0-rc.1"),
        ("go1.9beta2", "1.9.0-beta.2"),
        ("go1.9.2rc2", "1.9.2-rc.2"),
        ("go1.22.1 X:boringcrypto", "1.22.1"),
        ("go1.20.5-vendor", "1.20.5"),
        ("devel go1.23-f2b3c4 Thu Jan 1 00:00:00 2026", ""),
        ("go1.24-devel_f2b3c4", ""),
        ("go1.x", ""),
        ("", ""),
    ],
)
def test_the_toolchain_has_the_semantic_version_of_its_release(said: str, version: str) -> None:
    assert toolchain_version(said) == version


def test_a_development_toolchain_is_said() -> None:
    found = read(program("devel go1.23-f2b3c4"))
    assert packages(found) == EXPECTED[1:]
    assert (found.status.status, "no release of Go" in found.status.reason) == ("partial", True)


@pytest.mark.parametrize("version", ["(devel)", "v0.0.0-20240101000000-abcdefabcdef", ""])
def test_a_main_module_without_a_real_version_is_left_out(version: str) -> None:
    found = read(program("go1.22.1", f"path\texample.test/app\nmod\texample.test/app\t{version}\n"))
    assert (packages(found), found.status.is_ok) == (["stdlib 1.22.1"], True)


def test_the_programs_of_go_itself_are_the_toolchain() -> None:
    found = read(program("go1.22.1", "path\tcmd/go\nbuild\t-compiler=gc\n"))
    assert (packages(found), found.status.is_ok) == (["stdlib 1.22.1", "toolchain 1.22.1"], True)


@pytest.mark.parametrize("modules", ["", "path\tgithub.com/some/program\nbuild\t-compiler=gc\n"])
def test_a_program_built_without_modules_is_partial(modules: str) -> None:
    found = read(program("go1.22.1", modules))
    assert packages(found) == ["stdlib 1.22.1"]
    assert found.status.reason.endswith("a Go program built without modules, which does not say what it is made of")


def test_the_magic_alone_makes_no_go_program() -> None:
    """Go's own tools carry it as data."""
    assert read(elf_file({b".rodata": inline("go1.22.1"), b".data": b"x"})) == FileContents()


def test_a_section_for_build_information_that_holds_none_is_said() -> None:
    found = read(elf_file({b".go.buildinfo": b"\0" + inline("go1.22.1")}))
    assert (found.records, found.status.status) == ([], "partial")
    assert found.status.reason.endswith("Go build information cannot be read: its section holds none")


def damaged(**changes: bytes) -> bytes:
    file = program("go1.22.1")
    at = file.index(MAGIC)
    for field, value in changes.items():
        offset = at + int(field.removeprefix("at"))
        file = file[:offset] + value + file[offset + len(value) :]
    return file


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (damaged(at32=b"\xff\xff\xff\x7f"), "build_info_bytes"),
        (damaged(at32=b"\xff\xff\x7f"), "ends outside its section"),
        (damaged(at32=b"\xff" * 10), "length of a string is cut"),
        (damaged(at14=b"\x08\0", at16=b"\xff" * 8), "outside the file"),
        (damaged(at14=b"\x03\0"), "addresses of 3 bytes"),
        (elf_file({b".go.buildinfo": MAGIC}), "header is cut"),
    ],
)
def test_build_information_outside_the_file_is_partial_with_the_reason(data: bytes, reason: str) -> None:
    found = read(data)
    assert (found.records, found.status.status) == ([], "partial")
    assert found.status.reason.startswith("usr/local/bin/app: Go build information cannot be read: ")
    assert reason in found.status.reason


def test_a_broken_section_table_of_a_go_program_is_said() -> None:
    cut = program("go1.22.1")[:-1]
    assert read(cut).status.status == "partial"
    assert read(elf_file({b".text": b"x"})[:-1]) == FileContents()


@given(st.binary(max_size=64), st.integers(0, 400))
@example(b"", 0)
def test_no_damage_raises(damage: bytes, offset: int) -> None:
    file = program("go1.22.1")
    at = min(6 + offset, len(file))
    found = read(file[:at] + damage + file[at + len(damage) :])
    assert found.status.is_ok or found.status.reason


@given(st.binary(max_size=200))
def test_modules_in_any_encoding_are_text(raw: bytes) -> None:
    head = MAGIC + bytes([0, 2]) + bytes(16)
    text = FRAME[0] + b"mod\t" + raw + b"\tv1\n" + FRAME[1]
    info = read_build_info(
        elf_file({b".go.buildinfo": head + varint(8) + b"go1.22.1" + varint(len(text)) + text}), DEFAULT_LIMITS
    )
    assert info is not None
    assert info.modules.startswith("mod\t")
