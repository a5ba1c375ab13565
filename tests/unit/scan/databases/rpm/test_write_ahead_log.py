import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.databases.rpm.writers import sqlite

from basewise.scan.databases.rpm.write_ahead_log import UnknownLog, apply


def written(folder: Path, *, page_size: int = 4096) -> tuple[bytes, bytes]:
    """A database file and its log, as SQLite leaves them when the program that writes is killed.

    The file holds one row; the log a second one, a removal of the first in a transaction that is not committed, and
    before that a table that made the file grow.
    """
    path = folder / "db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {page_size}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB)")
        connection.execute("INSERT INTO Packages (blob) VALUES (?)", (b"first",))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("INSERT INTO Packages (blob) VALUES (?)", (b"second" * 5000,))
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN")
        connection.execute("UPDATE Packages SET blob = ?", (b"x" * 100_000,))
        return path.read_bytes(), Path(f"{path}-wal").read_bytes()


def rows(data: bytes) -> list[bytes]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(data[:18] + b"\1\1" + data[20:])
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [row[0] for row in connection.execute("SELECT blob FROM Packages ORDER BY hnum")]


@pytest.mark.parametrize("page_size", [512, 4096, 65536])
def test_what_was_committed_is_applied_and_nothing_else(tmp_path: Path, page_size: int) -> None:
    data, log = written(tmp_path, page_size=page_size)
    assert rows(data) == [b"first"]
    assert rows(apply(data, log)) == [b"first", b"second" * 5000]


def test_a_log_that_ends_early_counts_up_to_its_last_commit(tmp_path: Path) -> None:
    data, log = written(tmp_path)
    assert rows(apply(data, log[: 32 + 24 + 4096])) == [b"first"]


def test_frames_from_before_the_log_was_begun_anew_are_left_out(tmp_path: Path) -> None:
    data, log = written(tmp_path)
    stale = bytearray(log)
    stale[32 + 8] ^= 1  # a salt of the first frame
    assert apply(data, bytes(stale)) == data
    changed = bytearray(log)
    changed[32 + 24 + 100] ^= 1  # its page, so that the checksum is another
    assert apply(data, bytes(changed)) == data


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        (slice(0, 4), "of another format"),
        (slice(4, 8), "of another format"),
        (slice(8, 12), "pages of 4294967295 bytes"),
        (slice(16, 20), "does not have its checksum"),
    ],
)
def test_a_log_of_another_kind_is_said(tmp_path: Path, at: slice, problem: str) -> None:
    data, log = written(tmp_path)
    other = bytearray(log)
    other[at] = b"\xff" * 4
    with pytest.raises(UnknownLog, match=problem):
        apply(data, bytes(other))
    with pytest.raises(UnknownLog, match="ends after 31 bytes"):
        apply(data, log[:31])


def test_a_log_of_another_database_is_said(tmp_path: Path) -> None:
    _, log = written(tmp_path, page_size=512)
    with pytest.raises(UnknownLog, match="unlike its database"):
        apply(sqlite([]), log)


@given(st.binary(max_size=100), st.binary(max_size=300))
def test_any_bytes_are_a_log_or_none(data: bytes, log: bytes) -> None:
    with pytest.raises(UnknownLog):
        apply(data, log)
