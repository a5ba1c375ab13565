import sqlite3
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from tests.unit.advisories.records import NOW, affects, compiled, record, write_archive, write_kev

from basewise.advisories.compile import compile_database
from basewise.advisories.database import AdvisoryDatabase
from basewise.advisories.feeds import find_feeds
from basewise.model.advisory import Feed, PackageVersion
from basewise.model.errors import BasewiseError, UsageError
from basewise.model.limits import DEFAULT_LIMITS

CURL = PackageVersion("Debian:12", "curl", "7.1-1")
DEBIAN = record(
    "DEBIAN-CVE-2024-1111", affects("Debian:12", "curl", "introduced=0", "fixed=7.2-1"), upstream=["CVE-2024-1111"]
)
WOLFI = record("CGA-1", affects("Wolfi", "curl", "introduced=0", "fixed=8.0-r1"), upstream=["CVE-2024-2222"])


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "data" / "advisories.sqlite"


def names(target: Path) -> list[str]:
    with AdvisoryDatabase(target) as database:
        return [feed.name for feed in database.feeds]


def found(target: Path, *packages: PackageVersion) -> list[str]:
    with AdvisoryDatabase(target) as database:
        return [match.vulnerability for match in database.match(packages).found]


def test_a_feed_says_what_it_is(tmp_path: Path, target: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN, record("DSA-1-1"), b"{", record("X-1", withdrawn="2026")])
    (feed,) = compiled(tmp_path / "osv", target)
    assert feed == Feed(
        name="OSV Debian",
        date="2026-01-01T00:00:00Z",
        digest=feed.digest,
        location="Debian/all.zip",
        records=4,
        skipped=3,
        reason="1 record: an update notice that names no CVE; 1 record: no OSV record; 1 record: withdrawn",
        ecosystems=["Debian:12"],
    )
    assert feed.digest.startswith("sha256:")


def test_one_bad_statement_does_not_spoil_its_record(tmp_path: Path, target: Path) -> None:
    bad = affects("Debian:12", "wget", "introduced=0", "fixed=not a version")
    write_archive(tmp_path / "osv", "Debian", [record("DSA-1-1", bad, *DEBIAN["affected"], upstream=["CVE-2024-1111"])])
    (feed,) = compiled(tmp_path / "osv", target)
    unread = "a bound that is no version, so its package is not assessed where no other range matches"
    assert (feed.skipped, feed.reason) == (0, f"1 statement: {unread}")
    assert found(target, CURL) == ["CVE-2024-1111"]


def test_importing_one_feed_keeps_the_others(tmp_path: Path, target: Path) -> None:
    write_archive(tmp_path / "one", "Debian", [DEBIAN])
    write_kev(tmp_path / "one" / "kev.json", "CVE-2024-1111")
    write_archive(tmp_path / "two", "Wolfi", [WOLFI])
    compiled(tmp_path / "one", target)
    compiled(tmp_path / "two", target)
    assert names(target) == ["CISA KEV", "OSV Debian", "OSV Wolfi"]
    assert found(target, CURL, PackageVersion("Wolfi", "curl", "8.0-r0")) == ["CVE-2024-1111", "CVE-2024-2222"]
    with AdvisoryDatabase(target) as database:
        assert database.match([CURL]).found[0].kev is not None


def test_the_same_feed_is_replaced(tmp_path: Path, target: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    compiled(tmp_path / "osv", target)
    other = record("DEBIAN-CVE-2025-9999", *DEBIAN["affected"], upstream=["CVE-2025-9999"])
    write_archive(tmp_path / "osv", "Debian", [other])
    compiled(tmp_path / "osv", target)
    assert names(target) == ["OSV Debian"]
    assert found(target, CURL) == ["CVE-2025-9999"]


def test_an_unchanged_feed_is_not_read_again(tmp_path: Path, target: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    first = compiled(tmp_path / "osv", target)
    listener = Listener()
    assert compile_database(target, find_feeds(tmp_path / "osv"), now=NOW, progress=listener) == first
    assert listener.heard == []
    assert found(target, CURL) == ["CVE-2024-1111"]


def test_a_feed_that_breaks_leaves_its_older_self(tmp_path: Path, target: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    compiled(tmp_path / "osv", target)
    (tmp_path / "osv" / "Debian" / "all.zip").write_bytes(b"<html>busy</html>")
    write_archive(tmp_path / "osv", "Wolfi", [WOLFI])
    broken, wolfi = compiled(tmp_path / "osv", target)
    assert (broken.name, broken.records, broken.reason) == ("OSV Debian", 0, "is no zip archive, or a damaged one")
    assert wolfi.records == 1
    assert names(target) == ["OSV Debian", "OSV Wolfi"]
    assert found(target, CURL) == ["CVE-2024-1111"]


def test_a_feed_that_breaks_half_way_leaves_no_trace(tmp_path: Path, target: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN, b"{" + b" " * 2000 + b"}"])
    write_archive(tmp_path / "osv", "Wolfi", [WOLFI])
    limits = msgspec.structs.replace(DEFAULT_LIMITS, feed_inflated_bytes=1500)
    broken, _ = compile_database(target, find_feeds(tmp_path / "osv"), limits, now=NOW)
    assert broken.reason == "inflates to more than 1500 bytes"
    assert found(target, CURL, PackageVersion("Wolfi", "curl", "8.0-r0")) == ["CVE-2024-2222"]


def test_when_no_feed_can_be_read_nothing_is_written(tmp_path: Path, target: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [b"[]"])
    with pytest.raises(UsageError, match=r"Debian/all.zip: none of its 1 records can be used; 1 record: no OSV record"):
        compiled(tmp_path / "osv", target)
    assert not target.exists()


def test_of_two_files_of_one_feed_the_newer_counts(tmp_path: Path, target: Path) -> None:
    write_kev(tmp_path / "kev-1.json", "CVE-2024-1111", released="2026-11-01T00:00:00Z")
    write_kev(tmp_path / "kev-2.json", "CVE-2024-2222", released="2026-11-02T00:00:00Z")
    write_kev(tmp_path / "kev-3.json", "CVE-2024-3333", released="2026-10-01T00:00:00Z")
    feeds = compiled(tmp_path, target)
    assert feeds[2].reason == "kev-2.json holds the same, as new or newer"
    assert sqlite3.connect(target).execute("SELECT vulnerability FROM kev").fetchall() == [("CVE-2024-2222",)]


def test_an_archive_is_named_for_what_was_asked_if_that_is_in_it(tmp_path: Path, target: Path) -> None:
    mixed = [affects("Alpaquita:23", name, "introduced=0") for name in "ab"] + [
        affects("BellSoft:23", "a", "introduced=0")
    ]
    write_archive(tmp_path / "osv", "BellSoft", [record("BELL-CVE-1", *mixed, upstream=["CVE-2024-1111"])])
    write_archive(tmp_path / "osv", "download", [record("BELL-CVE-1", *mixed, upstream=["CVE-2024-1111"])])
    assert [feed.name for feed in compiled(tmp_path / "osv", target)] == ["OSV BellSoft", "OSV Alpaquita"]


def test_dates_in_the_future_are_not_believed(tmp_path: Path, target: Path) -> None:
    dates = {"modified": "2027-07-09T15:54:00Z", "published": "2026-07-23T09:44:32Z"}
    write_archive(tmp_path / "osv", "Debian", [{**DEBIAN, **dates}])
    assert compiled(tmp_path / "osv", target)[0].date == "2026-07-23T09:44:32Z"


@pytest.mark.parametrize("content", [b"", b"my notes", b"SQLite format 3\0 and then nothing of the kind"])
def test_a_file_of_another_kind_is_never_overwritten(tmp_path: Path, target: Path, content: bytes) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    target.parent.mkdir()
    target.write_bytes(content)
    with pytest.raises(UsageError, match=r"database"):
        compiled(tmp_path / "osv", target)
    assert target.read_bytes() == content


def test_somebody_elses_database_is_never_overwritten(tmp_path: Path, target: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    target.parent.mkdir()
    with sqlite3.connect(target) as connection:
        connection.execute("CREATE TABLE mine (x)")
    with pytest.raises(UsageError, match="not of advisories"):
        compiled(tmp_path / "osv", target)


def test_a_database_of_a_newer_version_is_never_overwritten(tmp_path: Path, target: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    compiled(tmp_path / "osv", target)
    with sqlite3.connect(target) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = target.read_bytes()
    with pytest.raises(UsageError, match="a newer version"):
        compiled(tmp_path / "osv", target)
    assert target.read_bytes() == before


def test_a_database_of_an_older_version_is_compiled_anew(tmp_path: Path, target: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    compiled(tmp_path / "osv", target)
    with sqlite3.connect(target) as connection:
        connection.execute("PRAGMA user_version = 1")
        connection.execute("DROP TABLE score")
    compiled(tmp_path / "osv", target)
    assert found(target, CURL) == ["CVE-2024-1111"]


def test_a_reader_of_the_old_file_is_not_disturbed(tmp_path: Path, target: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    compiled(tmp_path / "osv", target)
    with AdvisoryDatabase(target) as before:
        write_archive(tmp_path / "osv", "Debian", [{**DEBIAN, "upstream": ["CVE-2025-9999"]}])
        compiled(tmp_path / "osv", target)
        assert [match.vulnerability for match in before.match([CURL]).found] == ["CVE-2024-1111"]
    assert found(target, CURL) == ["CVE-2025-9999"]


def test_compilers_at_the_same_time_lose_nothing(tmp_path: Path, target: Path) -> None:
    folders = [tmp_path / str(number) for number in range(8)]
    for number, folder in enumerate(folders):
        affected = affects(f"Distribution{number}:1", "curl", "introduced=0")
        write_archive(folder, f"Distribution{number}", [record("X-1", affected, upstream=["CVE-2024-1111"])])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda folder: compiled(folder, target), folders))
    assert names(target) == [f"OSV Distribution{number}" for number in range(8)]
    assert list(target.parent.glob("*.part")) == []


def test_what_a_killed_compiler_left_is_removed(tmp_path: Path, target: Path) -> None:
    target.parent.mkdir()
    left = target.with_name(f".{target.name}.0123456789ab.part")
    left.write_bytes(b"half")
    write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    compiled(tmp_path / "osv", target)
    assert sorted(path.name for path in target.parent.iterdir()) == [target.name, f"{target.name}.lock"]


def test_a_path_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    (tmp_path / "file").write_text("")
    with pytest.raises(BasewiseError, match="could not be written"):
        compiled(tmp_path / "osv", tmp_path / "file" / "advisories.sqlite")


class Listener:
    """Notes what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, int]] = []

    def begin(self, task: str, total: int, unit: str) -> None:
        self.heard.append(("begin", f"{task} {unit}", total))

    def advance(self, task: str, count: int = 1, size: int = 0) -> None:
        self.heard.append(("advance", task, count if size else 0))

    def end(self, task: str) -> None:
        self.heard.append(("end", task, 0))


def test_progress_hears_of_every_record(tmp_path: Path, target: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    listener = Listener()
    compile_database(target, find_feeds(tmp_path / "osv"), now=NOW, progress=listener)
    task = "Debian/all.zip"
    assert listener.heard == [("begin", f"{task} records", 1), ("advance", task, 1), ("end", task, 0)]


def test_a_record_repeated_in_an_archive_counts_once(tmp_path: Path, target: Path) -> None:
    path = write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("again.json", msgspec.json.encode(DEBIAN))
    compiled(tmp_path / "osv", target)
    with AdvisoryDatabase(target) as database:
        (match,) = database.match([CURL]).found
    assert match.records == ["DEBIAN-CVE-2024-1111"]
