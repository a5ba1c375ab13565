"""The database that a run needs: completed where it lacks something, made anew where it is too old to be read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.advisories.bucket import Bucket, Reply
from tests.unit.advisories.records import NOW, affects, compiled, record, write_archive, write_kev

from basewise.engine.advisories import FeedAccess, held_ecosystems, is_usable, obtain, update
from basewise.model.errors import UsageError

DEBIAN = record("DSA-1-1", affects("Debian:12", "curl", "introduced=0"), upstream=["CVE-2024-1111"])


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[Bucket]:
    """A mirror with advisories of Debian and nothing else."""
    archive = write_archive(tmp_path / "mirror", "Debian", [DEBIAN])
    server = Bucket()
    server.replies["/Debian/all.zip"] = [Reply(200, body=archive.read_bytes())]
    yield server
    server.close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "advisories.sqlite"


def database(target: Path, version: int) -> None:
    write_archive(target.parent / "osv", "Debian", [DEBIAN])
    compiled(target.parent / "osv", target)
    with closing(sqlite3.connect(target)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


@pytest.fixture
def older(target: Path) -> Path:
    database(target, 1)
    return target


@pytest.fixture(params=["newer", "foreign", "text"])
def refused(target: Path, request: pytest.FixtureRequest) -> Path:
    if request.param == "newer":
        database(target, 999)
    elif request.param == "foreign":
        with closing(sqlite3.connect(target)) as connection:
            connection.execute("CREATE TABLE mine (x)")
    else:
        target.write_text("notes of a person")
    return target


def test_an_older_database_holds_nothing_usable(older: Path) -> None:
    assert not is_usable(older)
    assert held_ecosystems(older) == set()


def test_an_update_makes_an_older_database_anew(older: Path, bucket: Bucket) -> None:
    problems = update(older, ["Debian"], FeedAccess(mirror=bucket.url), now=NOW)
    assert held_ecosystems(older) == {"Debian"}
    assert [problem.partition(" could")[0].rpartition("/")[2] for problem in problems] == [
        "known_exploited_vulnerabilities.json",
        "epss_scores-current.csv.gz",
    ]


def test_a_run_with_network_makes_an_older_database_anew(older: Path, bucket: Bucket) -> None:
    obtained = obtain(older, ["Debian:12"], FeedAccess(mirror=bucket.url), now=NOW)
    assert obtained.database is not None
    with obtained.database as database:
        assert database.covers("Debian:12")


def test_a_run_without_network_says_the_remedy(older: Path) -> None:
    before = older.read_bytes()
    obtained = obtain(older, ["Debian:12"], FeedAccess(offline=True), now=NOW)
    assert obtained.database is None
    assert "written by an older version of Basewise" in obtained.reason
    assert "run basewise db update" in obtained.problems[0]
    assert older.read_bytes() == before


def test_when_nothing_can_be_fetched_the_run_goes_on_without(older: Path) -> None:
    gone = Bucket()
    gone.close()
    obtained = obtain(older, ["Debian:12"], FeedAccess(mirror=gone.url), now=NOW)
    assert obtained.database is None
    assert obtained.reason.endswith("and they could not be fetched")
    assert len(obtained.problems) == 3


def test_what_is_no_database_or_a_newer_one_is_refused_before_anything_is_fetched(
    refused: Path, bucket: Bucket
) -> None:
    before = refused.read_bytes()
    access = FeedAccess(mirror=bucket.url)
    with pytest.raises(UsageError):
        update(refused, ["Debian"], access, now=NOW)
    with pytest.raises(UsageError):
        obtain(refused, ["Debian:12"], access, now=NOW)
    assert bucket.asked == []
    assert refused.read_bytes() == before


def test_a_database_that_holds_what_is_needed_is_used_as_it_is(target: Path, tmp_path: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [DEBIAN])
    compiled(tmp_path / "osv", target)
    obtained = obtain(target, ["Debian:11"], FeedAccess(offline=True), now=NOW)
    assert (obtained.reason, obtained.problems) == ("", [])
    assert obtained.database is not None
    obtained.database.close()


def served_tables(bucket: Bucket, folder: Path) -> None:
    bucket.replies["/known_exploited_vulnerabilities.json"] = [
        Reply(200, body=write_kev(folder / "kev.json", "CVE-2024-1111").read_bytes())
    ]
    bucket.replies["/epss_scores-current.csv.gz"] = [Reply(200, body=b"cve,epss,percentile\nCVE-2024-1111,0.1,0.2\n")]


def test_what_came_is_kept_when_the_rest_does_not_come_and_is_not_fetched_again(
    target: Path, bucket: Bucket, tmp_path: Path
) -> None:
    served_tables(bucket, tmp_path)
    access = FeedAccess(mirror=bucket.url)
    for _ in range(2):
        obtained = obtain(target, ["Alpine:v3.20"], access, now=NOW)
        assert obtained.database is not None
        with obtained.database as database:
            assert {feed.name for feed in database.feeds} == {"CISA KEV", "FIRST EPSS"}
        (problem,) = obtained.problems
        assert "no such ecosystem" in problem
    tables = ["/known_exploited_vulnerabilities.json", "/epss_scores-current.csv.gz"]
    assert bucket.asked == ["/Alpine/all.zip", *tables, "/Alpine/all.zip"]


def test_a_database_is_completed_by_what_it_lacks_and_refreshed_by_an_update_alone(
    target: Path, bucket: Bucket, tmp_path: Path
) -> None:
    served_tables(bucket, tmp_path)
    access = FeedAccess(mirror=bucket.url)
    assert update(target, [], access, now=NOW) == []
    bucket.asked.clear()
    obtained = obtain(target, ["Debian:12"], access, now=NOW)
    assert obtained.database is not None
    with obtained.database as database:
        assert {feed.name for feed in database.feeds} == {"CISA KEV", "FIRST EPSS", "OSV Debian"}
    assert bucket.asked == ["/Debian/all.zip"]
    assert update(target, ["Debian"], access, now=NOW) == []
    assert len(bucket.asked) == 4
