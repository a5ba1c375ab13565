import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.databases.rpm.writers import Tag, berkeley, files, header, ndb, package, sqlite, text

from basewise.model.contents import OwnedFiles
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.databases.rpm.database import Rpm
from basewise.scan.interface import DatabaseContents

SQLITE, NDB, BERKELEY = "var/lib/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/Packages.db", "var/lib/rpm/Packages"
MANIFEST = "var/lib/rpmmanifest/container-manifest-2"
STORAGES: dict[str, Callable[[Sequence[bytes]], bytes]] = {SQLITE: sqlite, NDB: ndb, BERKELEY: berkeley}
BASH = package("bash", "5.1", "9", *files("/usr/bin/bash", "/etc/skel/.bashrc"))
OPENSSL = package("openssl", "3.0", "1", Tag(1003, 4, 1, b"\0\0\0\1"), text(1022, "x86_64"))
HEADERS = [BASH, package("gpg-pubkey", "8483c65d", "5ccc5b19"), OPENSSL]


def read(contents: dict[str, bytes], limits: Limits = DEFAULT_LIMITS) -> DatabaseContents:
    return Rpm().read(contents, limits)


def named(contents: DatabaseContents) -> list[str]:
    return [f"{record.name}={record.version}" for record in contents.records]


def reason(contents: DatabaseContents) -> str:
    (one,) = contents.databases
    return one.status.reason


@pytest.mark.parametrize("path", STORAGES)
def test_packages_are_those_of_the_headers_in_every_storage(path: str) -> None:
    found = read({path: STORAGES[path](HEADERS)})
    assert named(found) == ["bash=5.1-9", "openssl=1:3.0-1"]
    assert {record.database for record in found.records} == {path}
    assert found.owned == [OwnedFiles(path, "bash", b"usr/bin/bash\0etc/skel/.bashrc")]
    assert found.databases[0].status.is_ok


@pytest.mark.parametrize("path", STORAGES)
def test_a_broken_header_makes_the_database_partial_and_leaves_the_others(path: str) -> None:
    found = read({path: STORAGES[path]([BASH, b"\0\0\0\7\0\0\0\7", header(text(1000, "x")), OPENSSL])})
    assert named(found) == ["bash=5.1-9", "openssl=1:3.0-1"]
    assert found.databases[0].status.status == "partial"
    assert reason(found) == (
        f"{path}: package 2 claims 127 bytes and has 8, package 3 (x) has no valid version and release"
    )


@pytest.mark.parametrize("path", STORAGES)
def test_packages_beyond_the_limit_make_the_database_partial(path: str) -> None:
    found = read({path: STORAGES[path]([BASH] * 5)}, Limits(layer_packages=3))
    assert len(found.records) == 3
    assert "layer_packages" in reason(found)


@pytest.mark.parametrize("path", [*STORAGES, MANIFEST])
def test_a_database_without_packages_is_no_silent_zero(path: str) -> None:
    empty = STORAGES[path]([HEADERS[1]]) if path in STORAGES else b""
    assert read({path: empty}).databases[0].status.status == "partial"
    assert reason(read({path: empty})) == f"{path} records no package"
    garbled = read({path: b"garbage"})
    assert (garbled.records, garbled.databases[0].status.status) == ([], "not_assessed")


def test_lists_of_files_that_do_not_fit_keep_the_package_and_say_so() -> None:
    found = read({SQLITE: sqlite([package("bash", "5", "1", *files("/a", "/b")[1:])])})
    assert named(found) == ["bash=5-1"]
    assert "package 1 (bash) has lists of files that do not fit together" in reason(found)


def test_paths_of_all_packages_together_are_bounded() -> None:
    found = read({SQLITE: sqlite([BASH] * 3)}, Limits(layer_path_bytes=70))
    assert (len(found.records), len(found.owned)) == (3, 2)
    assert "paths beyond layer_path_bytes" in reason(found)


def test_headers_that_lie_on_top_of_each_other_are_not_read_for_ever() -> None:
    data = bytearray(ndb([package("big", "1", "1", text(1011, "x" * 10_000)), *[b""] * 50]))
    for slot in range(1, 50):
        data[32 + 16 * slot : 48 + 16 * slot] = data[32:48]
    found = read({NDB: bytes(data)})
    assert len(found.records) == 1
    assert "has headers that together are longer than itself" in reason(found)


def left_behind(folder: Path) -> tuple[bytes, bytes]:
    """A database and its log, which holds OPENSSL."""
    path = folder / "db"
    path.write_bytes(sqlite([BASH]))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO Packages (blob) VALUES (?)", (OPENSSL,))
        return path.read_bytes(), Path(f"{path}-wal").read_bytes()


def test_what_the_write_ahead_log_holds_is_there(tmp_path: Path) -> None:
    data, log = left_behind(tmp_path)
    assert named(read({SQLITE: data})) == ["bash=5.1-9"]
    both = read({SQLITE + "-wal": log, SQLITE: data})
    assert named(both) == ["bash=5.1-9", "openssl=1:3.0-1"]
    assert both.databases[0].status.is_ok
    assert named(read({SQLITE + "-wal": b"", SQLITE: data})) == ["bash=5.1-9"]


def test_a_log_that_cannot_be_applied_makes_the_database_partial(tmp_path: Path) -> None:
    data, log = left_behind(tmp_path)
    found = read({SQLITE: data, SQLITE + "-wal": b"x" + log[1:]})
    assert named(found) == ["bash=5.1-9"]
    assert reason(found) == f"{SQLITE}: its write-ahead log is of another format than SQLite 3.7 to 3.x write"


def test_a_log_without_its_database_is_said_unless_it_is_empty(tmp_path: Path) -> None:
    _, log = left_behind(tmp_path)
    assert "is not in the same layer" in reason(read({SQLITE + "-wal": log}))
    assert read({SQLITE + "-wal": b""}).databases == []


def test_a_container_manifest_is_a_database_without_files() -> None:
    line = b"zlib\t1.3-1.azl3\t1\t1\tMicrosoft\t2\t9\tx86_64\t2\tzlib-ng-2.1-1.azl3.src.rpm\n"
    found = read({MANIFEST: line + line.replace(b"zlib", b"gpg-pubkey", 1) + b"half\ta li"})
    (zlib,) = found.records
    assert (zlib.name, zlib.version, zlib.source, zlib.source_version) == (
        "zlib", "2:1.3-1.azl3", "zlib-ng", "2.1-1.azl3",
    )  # fmt: skip
    assert (found.databases[0].status.status, reason(found)) == ("partial", f"{MANIFEST}: line 3 has 2 fields of 10")


def test_the_places_of_the_database_are_known() -> None:
    rpm = Rpm()
    for folder in ("var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"):
        for name in ("rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages", "Packages.db"):
            assert rpm.wants(f"{folder}/{name}")
            assert rpm.is_database(f"{folder}/{name}")
            assert f"{folder}/{name}".startswith(rpm.folders)
    assert rpm.is_database(MANIFEST)
    assert MANIFEST.startswith(rpm.folders)
    for path in ("var/lib/rpm/Name", "var/lib/rpm/rpmdb.sqlite-shm", "var/lib/rpm/Packages-wal", "Packages"):
        assert not rpm.wants(path)


def test_a_system_has_one_database_wherever_it_moves() -> None:
    rpm = Rpm()
    assert rpm.merged_away(BERKELEY, [SQLITE])
    assert rpm.merged_away(SQLITE, ["usr/lib/sysimage/rpm/rpmdb.sqlite"])
    assert rpm.merged_away(SQLITE + "-wal", [SQLITE])
    assert not rpm.merged_away(SQLITE, [SQLITE + "-wal"])
    assert not rpm.merged_away(SQLITE, ["var/lib/dpkg/status", MANIFEST])
    assert not rpm.merged_away(MANIFEST, [SQLITE])
    assert rpm.merged_away(MANIFEST, [MANIFEST])


@given(st.sampled_from(list(STORAGES)), st.data())
def test_mutated_databases_are_read_with_a_status(path: str, data: st.DataObject) -> None:
    whole = bytearray(STORAGES[path](HEADERS))
    for _ in range(data.draw(st.integers(1, 12))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = read({path: bytes(whole[: data.draw(st.integers(0, len(whole)) | st.just(len(whole)))])})
    assert found.records or not found.databases[0].status.is_ok


@given(st.lists(st.tuples(st.integers(996, 1125), st.sampled_from([0, 4, 6, 7, 8, 9]), st.integers(0, 9), st.binary())))
def test_any_header_is_a_package_or_a_reason(tags: list[tuple[int, int, int, bytes]]) -> None:
    found = read({SQLITE: sqlite([header(*(Tag(*tag) for tag in tags)), BASH])})
    assert "bash=5.1-9" in named(found)
    assert len(found.records) == 2 or not found.databases[0].status.is_ok
