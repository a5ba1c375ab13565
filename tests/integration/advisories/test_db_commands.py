"""`basewise db`, run as a person does, against a mirror on the loopback."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.advisories.bucket import Bucket, Reply
from tests.unit.advisories.records import affects, record, write_archive, write_kev

READABLE = affects("Debian:12", "curl", "introduced=0")
UNREADABLE = affects("Debian:12", "wget", "introduced=0", "fixed=1 or so")


def db(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "BASEWISE_"))}
    command = [sys.executable, "-m", "basewise.cli.main", "db", *map(str, arguments)]
    options = ["--db", str(home / "advisories.sqlite")]
    return subprocess.run(
        [*command, *options], capture_output=True, text=True, timeout=60, check=False, env=environment
    )


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Bucket]:
    archive = write_archive(tmp_path / "mirror", "Debian", [record("DSA-1-1", READABLE, upstream=["CVE-2024-1111"])])
    server = Bucket()
    server.replies["/Debian/all.zip"] = [Reply(200, body=archive.read_bytes())]
    kev = write_kev(tmp_path / "kev.json", "CVE-2024-1111").read_bytes()
    server.replies["/known_exploited_vulnerabilities.json"] = [Reply(200, body=kev)]
    server.replies["/epss_scores-current.csv.gz"] = [Reply(200, body=b"cve,epss,percentile\nCVE-2024-1111,0.1,0.2\n")]
    yield server
    server.close()


def age(home: Path, version: int) -> None:
    with closing(sqlite3.connect(home / "advisories.sqlite")) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


def test_an_update_makes_a_database_of_an_older_version_anew(tmp_path: Path, mirror: Bucket) -> None:
    update = ("update", "Debian", "--feeds-url", mirror.url)
    assert db(tmp_path, *update).returncode == 0
    age(tmp_path, 1)
    stale = db(tmp_path, "status")
    assert (stale.returncode, "Run: basewise db update" in stale.stderr) == (2, True)
    done = db(tmp_path, *update)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 feeds" in done.stdout
    assert db(tmp_path, "status").returncode == 0


def test_an_update_that_fails_says_why_and_leaves_the_older_database(tmp_path: Path, mirror: Bucket) -> None:
    assert db(tmp_path, "update", "Debian", "--feeds-url", mirror.url).returncode == 0
    age(tmp_path, 1)
    mirror.replies.clear()
    done = db(tmp_path, "update", "Debian", "--feeds-url", mirror.url)
    assert done.returncode == 3
    assert "not updated: OSV publishes no such ecosystem" in done.stderr


def test_a_newer_database_is_left_alone(tmp_path: Path, mirror: Bucket) -> None:
    assert db(tmp_path, "update", "Debian", "--feeds-url", mirror.url).returncode == 0
    age(tmp_path, 999)
    done = db(tmp_path, "update", "Debian", "--feeds-url", mirror.url)
    assert done.returncode == 2
    assert "a newer version of Basewise" in done.stderr


def test_the_reason_of_a_feed_is_shown_though_no_record_was_left_out(tmp_path: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [record("DSA-1-1", READABLE, UNREADABLE, upstream=["CVE-2024-1111"])])
    done = db(tmp_path, "import", tmp_path / "osv")
    assert done.returncode == 0
    assert "(1 statement: a bound that is no version" in done.stdout
    assert "left out" not in done.stdout
