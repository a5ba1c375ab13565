"""Fixtures to the published format of cargo-auditable (PARSING.md)."""

import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.executables.elf_files import elf_file

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.executables.rust import RustPrograms
from basewise.scan.interface import FileContents

CRATES = [
    {"name": "app", "version": "0.1.0", "source": "local", "dependencies": [1, 2], "root": True},
    {"name": "serde", "version": "1.0.200", "source": "crates.io"},
    {"name": "cc", "version": "1.0.90", "source": "crates.io", "kind": "build"},
    {"name": "syn", "version": "1.0.0", "source": "crates.io"},
    {"name": "syn", "version": "2.0.0", "source": "crates.io", "kind": "runtime"},
]


def section(crates: Any) -> bytes:
    return zlib.compress(json.dumps({"packages": crates}).encode())


def read(stored: bytes, limits: Limits = DEFAULT_LIMITS) -> FileContents:
    return RustPrograms().read("usr/local/bin/app", elf_file({b".text": b"x", b".dep-v0": stored}), limits)


def test_crates_are_packages_but_for_those_that_only_built() -> None:
    found = read(section(CRATES))
    assert [(record.type, record.name, record.version, record.path) for record in found.records] == [
        ("cargo", "app", "0.1.0", "usr/local/bin/app"),
        ("cargo", "serde", "1.0.200", "usr/local/bin/app"),
        ("cargo", "syn", "1.0.0", "usr/local/bin/app"),
        ("cargo", "syn", "2.0.0", "usr/local/bin/app"),
    ]
    assert found.status.is_ok


def test_a_program_without_the_section_says_nothing() -> None:
    assert RustPrograms().read("app", elf_file({b".dep-v0x": section(CRATES)}), DEFAULT_LIMITS) == FileContents()


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        (b"no zlib", "incorrect header check"),
        (section(CRATES)[:-5], "it ends too early"),
        (zlib.compress(b"[]"), "Expected `object`"),
        (section([{"name": "app"}]), "missing required field `version`"),
        (zlib.compress(b"\xff"), "malformed"),
    ],
)
def test_a_broken_list_is_partial_with_the_reason(stored: bytes, reason: str) -> None:
    found = read(stored)
    assert (found.records, found.status.status) == ([], "partial")
    assert reason in found.status.reason


@pytest.mark.parametrize(
    ("odd", "named"), [({"name": "odd", "version": 1}, "odd"), ({"version": "1"}, "entry 2"), (None, "entry 2")]
)
def test_one_odd_crate_takes_no_other_with_it(odd: Any, named: str) -> None:
    found = read(section([CRATES[0], odd, CRATES[1]]))
    assert [record.name for record in found.records] == ["app", "serde"]
    assert found.status.status == "partial"
    assert f"usr/local/bin/app: {named} cannot be read" in found.status.reason


def test_many_odd_crates_are_counted() -> None:
    found = read(section([CRATES[1]] + [None] * 100))
    assert len(found.records) == 1
    assert found.status.reason.endswith(" and 97 more")


def test_a_bomb_stops_at_its_limit() -> None:
    found = read(zlib.compress(b" " * 1_000_000), Limits(crate_list_bytes=1000))
    assert "more than 1000 bytes (crate_list_bytes)" in found.status.reason


@given(st.binary(max_size=100), st.integers(0, 150))
def test_no_damage_raises(damage: bytes, at: int) -> None:
    good = section(CRATES)
    found = read(good[:at] + damage + good[at + len(damage) :])
    assert found.status.is_ok or found.status.reason
