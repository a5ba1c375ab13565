"""rpm's SQLite storage, `rpmdb.sqlite`, of Fedora, RHEL 9 and all that follow them.

rpm keeps headers in the table Packages, one row each (lib/backend/sqlite.c). The file is given to SQLite as memory, and
SQLite's advice on files from others is followed (https://www.sqlite.org/security.html): no function of the file's own
schema runs, cells are checked, and lengths and steps are bounded.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from basewise.model.limits import Limits
from basewise.scan.databases.rpm.stored import Stored
from basewise.scan.databases.rpm.write_ahead_log import page_size

_MAGIC = b"SQLite format 3\0"
_HEAD_BYTES = 100
_STEPS = 1000
"""Steps of SQLite's virtual machine between two looks at how many there were."""
_COLUMNS = [(b"hnum", 0), (b"blob", 0)]
"""Names of the columns, and 0 for one that is stored, not computed when it is read."""
_ROWS = "SELECT rowid, length(blob) FROM Packages NOT INDEXED ORDER BY rowid {} LIMIT ?"
_HEADER = "SELECT blob FROM Packages NOT INDEXED WHERE rowid = ?"
_NEWEST_READ_VERSION = 2
_NO_LOG = b"\x01\x01"
"""Bytes 18 and 19 of a file that has no write-ahead log; memory can have none."""


def read_sqlite(data: bytes, limits: Limits) -> Iterator[Stored]:
    """The headers of the file; of one that is cut or broken, all that can be reached."""
    page_bytes = page_size(data)
    if len(data) < _HEAD_BYTES or not data.startswith(_MAGIC) or not page_bytes:
        yield Stored(problem="is no SQLite database")
        return
    if data[19] > _NEWEST_READ_VERSION:
        yield Stored(problem=f"is of a newer format of SQLite, {data[19]}")
        return
    pages, claimed = len(data) // page_bytes, int.from_bytes(data[28:32], "big")
    if data[24:28] == data[92:96] and pages < claimed:  # section 1.3.7: only then is the number of pages true
        yield Stored(problem=f"ends after {pages} of {claimed} pages")
        claimed = pages
    data = b"".join((data[:18], _NO_LOG, data[20:28], claimed.to_bytes(4, "big"), memoryview(data)[32:]))
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            _open(connection, data, limits)
            problem = _problem(connection)
        except sqlite3.Error as error:
            problem = f"cannot be read: {error}"
        if problem:
            yield Stored(problem=problem)
            return
        yield from _stored(connection, limits)


def _open(connection: sqlite3.Connection, data: bytes, limits: Limits) -> None:
    connection.text_factory = bytes
    connection.deserialize(data)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.rpm_header_bytes)
    # A writable schema is one whose broken entries do not hide the others: in half a file, indexes begin nowhere.
    for setting in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON", "writable_schema = ON"):
        connection.execute(f"PRAGMA {setting}")
    left = limits.rpm_sqlite_steps // _STEPS

    def is_over() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    connection.set_progress_handler(is_over, _STEPS)


def _problem(connection: sqlite3.Connection) -> str:
    """Why the table Packages is not the one that rpm makes; '' when it is."""
    kind = connection.execute("SELECT type FROM sqlite_master WHERE name = 'Packages' COLLATE NOCASE").fetchone()
    columns = [(row[1], row[6]) for row in connection.execute("PRAGMA table_xinfo(Packages)")]
    if kind != (b"table",) or columns != _COLUMNS:
        return "has no table Packages as rpm makes it"
    return ""


def _stored(connection: sqlite3.Connection, limits: Limits) -> Iterator[Stored]:
    rows, problem = _rows(connection, "ASC", limits)
    if problem:  # what is broken in the middle hides neither end
        yield Stored(problem=f"cannot be read in full: {problem}")
        rows = dict(_rows(connection, "DESC", limits)[0]) | rows
    for number, length in rows.items():
        try:
            found = connection.execute(_HEADER, (number,)).fetchone()
        except (sqlite3.Error, OverflowError, MemoryError) as error:
            yield Stored(problem=f"header {number} cannot be read: {error}", claimed_bytes=length)
            continue
        if found is None or not isinstance(found[0], bytes):
            yield Stored(problem=f"header {number} is none", claimed_bytes=length)
            continue
        yield Stored(header=found[0])


def _rows(connection: sqlite3.Connection, direction: str, limits: Limits) -> tuple[dict[int, int], str]:
    """Number and length of each header from one end on, and why there is no more; '' when that was all."""
    rows: dict[int, int] = {}
    try:
        for number, length in connection.execute(_ROWS.format(direction), (limits.layer_packages + 1,)):
            rows[number] = length if isinstance(length, int) else 0
    except sqlite3.Error as error:
        return rows, str(error)
    return rows, ""
