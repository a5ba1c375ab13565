import json
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.databases.chisel import MANIFEST, Chisel
from basewise.scan.interface import DatabaseContents

LIBC = {"kind": "package", "name": "libc6", "version": "2.39-0ubuntu8.4", "sha256": "ab", "arch": "amd64"}
SSL = {"kind": "package", "name": "libssl3t64", "version": "3.0.13-0ubuntu3.5", "sha256": "cd", "arch": "amd64"}
ENTRIES = [
    {"kind": "content", "slice": "libc6_libs", "path": "/usr/lib/libc.so.6"},
    {"kind": "content", "slice": "libc6_config", "path": "/etc/"},
    {"kind": "content", "slice": "libssl3t64_libs", "path": "/usr/lib/libssl.so.3"},
    LIBC,
    SSL,
    {"kind": "path", "path": "/usr/lib/libc.so.6", "mode": "0644", "slices": ["libc6_libs"], "size": 4},
    {"kind": "slice", "name": "libc6_libs"},
    {"kind": "of-the-future", "count": 7},
]
NO_SOURCES = f"{MANIFEST} names no source packages, and advisories are by source package"


def wall(entries: list[Any], *, schema: str = "1.0", count: int | None = None) -> bytes:
    head = {"jsonwall": "1.0", "schema": schema, "count": len(entries) + 1 if count is None else count}
    return "".join(json.dumps(entry) + "\n" for entry in [head, *entries]).encode()


def read(inflated: bytes, limits: Limits = DEFAULT_LIMITS) -> DatabaseContents:
    return Chisel().read({MANIFEST: zstandard.compress(inflated)}, limits)


def reason(contents: DatabaseContents) -> str:
    (one,) = contents.databases
    return one.status.reason


def test_packages_and_the_files_of_their_slices_are_read() -> None:
    found = read(wall(ENTRIES))
    assert [(r.type, r.name, r.version, r.architecture) for r in found.records] == [
        ("deb", "libc6", "2.39-0ubuntu8.4", "amd64"),
        ("deb", "libssl3t64", "3.0.13-0ubuntu3.5", "amd64"),
    ]
    assert [(owned.database, owned.package, owned.paths) for owned in found.owned] == [
        (MANIFEST, "libc6", b"usr/lib/libc.so.6\0etc"),
        (MANIFEST, "libssl3t64", b"usr/lib/libssl.so.3"),
    ]


def test_that_it_names_no_source_packages_is_said() -> None:
    assert (read(wall(ENTRIES)).databases[0].status.status, reason(read(wall(ENTRIES)))) == ("partial", NO_SOURCES)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "line 1 is no entry, is no jsonwall"),
        (b"{}\n", "is no jsonwall"),
        (b"[" * 100_000, "line 1 is no entry"),
        (wall(ENTRIES, schema="2.0"), "is of schema 2.0; 1 is known"),
        (wall(ENTRIES, schema=""), "is of schema ; 1 is known"),
    ],
)
def test_another_format_is_not_assessed(data: bytes, problem: str) -> None:
    found = read(data)
    assert (found.records, found.databases[0].status.status) == ([], "not_assessed")
    assert problem in reason(found)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"junk\n", "line 10 is no entry"),
        (b'{"kind":"package","name":7}\n', "line 10 is no entry"),
        (b'{"kind":"package","name":"\xff"}\n', "line 10 is no entry"),
        (b'{"kind":"package","name":"x"}\n', "line 10 has no valid name and version"),
        (b'{"kind":"package","name":"a b","version":"1"}\n', "line 10 has no valid name and version"),
    ],
)
def test_a_broken_line_leaves_the_others(line: bytes, problem: str) -> None:
    found = read(wall(ENTRIES, count=10) + line)
    assert len(found.records) == 2
    assert problem in reason(found)


def test_a_manifest_with_fewer_lines_than_it_says_is_partial() -> None:
    assert f"{MANIFEST}: has 9 lines of 75" in reason(read(wall(ENTRIES, count=75)))


def test_a_manifest_that_was_cut_gives_what_is_left() -> None:
    whole = zstandard.ZstdCompressor(write_content_size=False).compress(wall(ENTRIES * 20_000))
    found = Chisel().read({MANIFEST: whole[: len(whole) // 2]}, DEFAULT_LIMITS)
    assert 2 < len(found.records) < 40_000
    assert "zstd stream ends too early" in reason(found)
    assert Chisel().read({MANIFEST: b"junk"}, DEFAULT_LIMITS).databases[0].status.status == "not_assessed"


@pytest.mark.parametrize("limits", [Limits(kept_file_bytes=300), Limits(layer_packages=1), Limits(layer_entries=3)])
def test_limits_are_kept_and_named(limits: Limits) -> None:
    found = read(wall(ENTRIES), limits)
    assert len(found.records) <= 1
    assert any(name in reason(found) for name in ("kept_file_bytes", "layer_packages", "layer_entries"))


def test_the_manifest_is_replaced_by_itself_only() -> None:
    chisel = Chisel()
    assert chisel.wants(MANIFEST)
    assert chisel.is_database(MANIFEST)
    assert MANIFEST.startswith(chisel.folders)
    assert chisel.merged_away(MANIFEST, [MANIFEST])
    assert not chisel.merged_away(MANIFEST, ["var/lib/dpkg/status"])


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_a_manifest_with_a_status(data: bytes, compressed: bool) -> None:  # noqa: FBT001
    found = read(wall(ENTRIES) + data) if compressed else Chisel().read({MANIFEST: data}, DEFAULT_LIMITS)
    assert not found.databases[0].status.is_ok
