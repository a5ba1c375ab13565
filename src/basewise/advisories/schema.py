"""The compiled database: one SQLite file, written once, never changed in place.

A package's statements are one MessagePack value per feed (and part of a large feed), so matching a package costs one
look-up however many advisories it has. Records are apart, since one record speaks of hundreds of packages and only
those that match are read.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

import msgspec

from basewise.advisories.ranges import Ranges
from basewise.model.advisory import Feed, Severity
from basewise.model.errors import UsageError

APPLICATION_ID = 0x42574456  # "BWDV": SQLite's header field that tells whose file it is
SCHEMA_VERSION = 2
"""Raised when a table, a stored value, or the meaning of one changes; a new version scheme changes what is stored."""

TABLES = """
CREATE TABLE feed (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE ecosystem (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE record (id INTEGER PRIMARY KEY, feed INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE package (
    ecosystem INTEGER NOT NULL, name TEXT NOT NULL, feed INTEGER NOT NULL, part INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (ecosystem, name, feed, part)
) WITHOUT ROWID;
CREATE TABLE score (
    vulnerability TEXT NOT NULL, feed INTEGER NOT NULL, preference INTEGER NOT NULL, negative REAL NOT NULL,
    vector TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (vulnerability, feed)
) WITHOUT ROWID;
CREATE TABLE kev (
    vulnerability TEXT PRIMARY KEY, feed INTEGER NOT NULL, added TEXT NOT NULL, due TEXT NOT NULL,
    ransomware INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE epss (
    vulnerability TEXT PRIMARY KEY, feed INTEGER NOT NULL, score REAL NOT NULL, percentile REAL NOT NULL
) WITHOUT ROWID;
"""
FEED_TABLES = ("record", "package", "score", "kev", "epss")
"""Tables whose rows belong to a feed, and go when it is replaced."""

_REMEDY = "Run: basewise db update"
_FEED = msgspec.msgpack.Decoder(Feed)
_LEFT_ALONE = "It is left as it is. Name another file with --db, or move this one away."


class StoredRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a match needs of an advisory record."""

    id: str
    published: str
    findings: list[tuple[str, list[str]]]
    """Vulnerability id and aliases."""
    stated: Severity | None = None
    score: tuple[int, float, str] | None = None
    """Preference, negated score, vector: see `severity.Score`."""


class Statement(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one record says of one package."""

    record: int
    ranges: Ranges
    stated: Severity | None = None
    score: tuple[int, float, str] | None = None
    modules: list[str] = []
    """Module streams that it is of, `nodejs:18`; empty when it is of none or nobody says."""


class OlderVersion(UsageError):
    """An advisory database of an older schema version: to be compiled anew, nothing in it can be kept."""


def read_only_uri(path: Path) -> str:
    """SQLite's name for a file that nobody changes: no locks, no journal looked for."""
    return f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"


def open_read_only(path: Path) -> sqlite3.Connection:
    """Opens a compiled database.

    The file is never changed after it was swapped in, so no lock is taken; one that is replaced meanwhile stays
    readable as it was.

    Raises:
        OlderVersion: it was written by an older version of Basewise.
        UsageError: there is none, it is no advisory database, or one of a newer version of Basewise.
    """
    if not path.exists():
        raise UsageError(f"there is no advisory database at '{path}'", remedy=_REMEDY)
    connection = None
    try:
        connection = sqlite3.connect(read_only_uri(path), uri=True, check_same_thread=False)
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise UsageError(f"'{path}' is no advisory database: {error}", remedy=_LEFT_ALONE) from error
    if application != APPLICATION_ID:
        connection.close()
        raise UsageError(f"'{path}' is a database, but not of advisories", remedy=_LEFT_ALONE)
    if version < SCHEMA_VERSION:
        connection.close()
        raise OlderVersion(f"'{path}' was written by an older version of Basewise", remedy=_REMEDY)
    if version > SCHEMA_VERSION:
        connection.close()
        raise UsageError(f"'{path}' was written by a newer version of Basewise", remedy=_LEFT_ALONE)
    return connection


def stored_feeds(connection: sqlite3.Connection) -> dict[int, Feed]:
    """The feeds of an open database, by number."""
    rows = connection.execute("SELECT id, body FROM feed ORDER BY id")
    return {number: _FEED.decode(body) for number, body in rows}
