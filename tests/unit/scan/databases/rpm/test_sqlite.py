import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.databases.rpm.writers import sqlite

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.databases.rpm.sqlite import read_sqlite

HEADERS = [bytes([number]) * (700 * number) for number in range(1, 60)]
WHOLE = sqlite(HEADERS)


def headers(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[bytes]:
    return [stored.header for stored in read_sqlite(data, limits) if not stored.problem]


def problems(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[str]:
    return [stored.problem for stored in read_sqlite(data, limits) if stored.problem]


def database(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        return connection.serialize()


def test_headers_are_the_rows_of_packages() -> None:
    assert headers(WHOLE) == HEADERS
    assert problems(WHOLE) == []
    assert (headers(sqlite([])), problems(sqlite([]))) == ([], [])


def test_a_file_that_is_marked_to_have_a_log_is_read_without() -> None:
    assert headers(WHOLE[:18] + b"\2\2" + WHOLE[20:]) == HEADERS


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is no SQLite database"),
        (b"SQLite format 3\0", "is no SQLite database"),
        (b"\x8f" * 4096, "is no SQLite database"),
        (WHOLE[:16] + b"\0\0" + WHOLE[18:], "is no SQLite database"),
        (WHOLE[:16] + b"\0\3" + WHOLE[18:], "cannot be read: file is not a database"),
        (WHOLE[:19] + b"\3" + WHOLE[20:], "is of a newer format of SQLite, 3"),
        (WHOLE[:100] + bytes(3996) + WHOLE[4096:], "cannot be read: "),
        (database("CREATE TABLE other (a)"), "has no table Packages as rpm makes it"),
        (sqlite([b"a"], "hnum INTEGER PRIMARY KEY, blob BLOB, more"), "has no table Packages as rpm makes it"),
        (
            database("CREATE TABLE t (a)", "CREATE VIEW Packages AS SELECT rowid AS hnum, zeroblob(9) AS blob FROM t"),
            "has no table Packages as rpm makes it",
        ),
        (
            database("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob AS (zeroblob(900000)))"),
            "has no table Packages as rpm makes it",
        ),
        (
            database("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB) WITHOUT ROWID"),
            "cannot be read in full: no such column: rowid",
        ),
    ],
)
def test_what_is_no_database_of_rpm_is_said(data: bytes, problem: str) -> None:
    assert headers(data) == []
    assert any(each.startswith(problem) for each in problems(data))


def test_half_a_file_gives_what_is_in_that_half() -> None:
    half = WHOLE[: len(WHOLE) // 2 + 1000]
    found = headers(half)
    assert 20 < len(found) < len(HEADERS)
    assert set(found) < set(HEADERS)
    assert problems(half)[0] == f"ends after {len(half) // 4096} of {len(WHOLE) // 4096} pages"
    assert len(problems(half)) > 1


def test_a_page_of_zeros_in_the_middle_hides_neither_end() -> None:
    fewest = len(HEADERS)
    for page in range(2, len(WHOLE) // 4096):
        broken = WHOLE[: page * 4096] + bytes(4096) + WHOLE[(page + 1) * 4096 :]
        found = headers(broken)
        fewest = min(fewest, len(found))
        if len(found) < len(HEADERS):
            assert problems(broken), page
            assert {HEADERS[0], HEADERS[-1]} & set(found), page
    assert fewest < len(HEADERS) - 1  # one of them held several rows


def test_a_header_that_is_too_long_or_no_blob_leaves_the_others() -> None:
    short = Limits(rpm_header_bytes=20_000)
    assert headers(WHOLE, short) == [each for each in HEADERS if len(each) < 20_000]
    assert "string or blob too big" in problems(WHOLE, short)[0]
    mixed = database(
        "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)",
        "INSERT INTO Packages (blob) VALUES (1), (x'00ff')",
    )
    assert (headers(mixed), problems(mixed)) == ([b"\0\xff"], ["header 1 is none"])


def test_reading_stops_after_the_steps_that_are_allowed() -> None:
    many = sqlite([b"a"] * 5000)
    assert len(headers(many)) == 5000
    found = problems(many, Limits(rpm_sqlite_steps=10_000))
    assert "interrupted" in found[0]


@given(st.data())
def test_mutated_databases_give_headers_or_problems(data: st.DataObject) -> None:
    whole = bytearray(WHOLE)
    pages = st.integers(0, len(whole) // 4096 - 1)
    places = (
        st.integers(0, 100)
        | st.integers(100, 4095)
        | pages.map(lambda page: page * 4096)
        | st.integers(0, len(whole) - 1)
    )
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(places)] = data.draw(st.integers(0, 255))
    mutated = bytes(whole[: data.draw(st.integers(0, len(whole)) | st.just(len(whole)))])
    for stored in read_sqlite(mutated, DEFAULT_LIMITS):
        assert stored.problem or len(stored.header) <= DEFAULT_LIMITS.rpm_header_bytes
