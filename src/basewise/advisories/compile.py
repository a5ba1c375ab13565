"""Feeds compiled into the database: read beside the old file, swapped in whole, or not at all.

Feeds that are not in a run are carried over from the existing database, and so are those that cannot be read now or
have not changed. Compilers of the same database wait for each other; readers of the old file are not disturbed.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from basewise.advisories.feed_writer import FeedWriter
from basewise.advisories.feeds import FeedFile
from basewise.advisories.schema import (
    APPLICATION_ID,
    FEED_TABLES,
    SCHEMA_VERSION,
    TABLES,
    OlderVersion,
    open_read_only,
    read_only_uri,
    stored_feeds,
)
from basewise.model.advisory import Feed
from basewise.model.errors import BasewiseError, UsageError
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.progress import Progress, Silent
from basewise.storage import atomic


def compile_database(
    target: Path,
    feeds: Iterable[FeedFile],
    limits: Limits = DEFAULT_LIMITS,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> list[Feed]:
    """Compiles `feeds` into the database at `target`, beside what it holds already.

    Args:
        target: the database; made, with its directory, when there is none. One of an older version of Basewise is
            compiled anew from `feeds` alone.
        now: the present, with time zone; later dates in a feed are not believed.
        progress: hears of each feed, by its location, in records.

    Returns:
        The feeds of this run in the given order. One that could not be read has no records and a reason, and what the
        database already held of it stays.

    Raises:
        UsageError: `target` is something else or of a newer version, or none of the feeds could be read.
        BasewiseError: the database could not be written; the old one is untouched.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target):
            return _compile(target, list(feeds), FeedWriter(limits, now, progress or Silent()))
    except (OSError, sqlite3.Error) as error:
        raise BasewiseError(
            f"the advisory database '{target}' could not be written: {error}",
            remedy="What it held before is untouched. Check free space and permissions.",
        ) from error


def _compile(target: Path, files: list[FeedFile], writer: FeedWriter) -> list[Feed]:
    old = _feeds_of(target)
    for left in atomic.leftovers(target):  # of killed compilers: the lock is ours
        left.unlink(missing_ok=True)
    with atomic.beside(target) as temporary:
        with closing(_create(temporary)) as connection:
            if old:
                connection.execute("ATTACH ? AS old", (read_only_uri(target),))
            connection.execute("BEGIN")
            if old:
                connection.execute("INSERT INTO ecosystem SELECT * FROM old.ecosystem")
            done = [writer.write(connection, file, old) for file in files]
            if files and not any(feed.records for feed in done):
                reasons = "; ".join(f"{feed.location}: {feed.reason}" for feed in done)
                raise UsageError(f"no advisories could be read: {reasons}")
            _carry_over(connection, [feed.name for feed in old.values()])
            connection.execute("COMMIT")
        atomic.flush(temporary)
    atomic.flush(target.parent)
    return done


def _feeds_of(target: Path) -> dict[int, Feed]:
    """Feeds to carry over from `target`, by number; none when there is no database, or one of an older version.

    Raises:
        UsageError: it is a file of another kind or of a newer version, which is never overwritten.
    """
    if not target.exists():
        return {}
    try:
        connection = open_read_only(target)
    except OlderVersion:
        return {}
    with closing(connection):
        return stored_feeds(connection)


def _create(path: Path) -> sqlite3.Connection:
    """A new database with empty tables. The journal, for feeds that break half-way, is kept in memory."""
    connection = sqlite3.connect(path, isolation_level=None, uri=True)
    connection.executescript(
        f"PRAGMA page_size = 8192; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}; {TABLES}"
    )
    return connection


def _carry_over(connection: sqlite3.Connection, names: list[str]) -> None:
    """Copies the feeds of the old database that the new one has no successor of; their numbers stay."""
    written = {feed.name for feed in stored_feeds(connection).values()}
    for name in sorted(set(names) - written):
        connection.execute("INSERT INTO feed SELECT * FROM old.feed WHERE name = ?", (name,))
        for table in FEED_TABLES:
            connection.execute(
                f"INSERT INTO {table} SELECT t.* FROM old.{table} t JOIN old.feed f ON f.id = t.feed WHERE f.name = ?",  # noqa: S608 - the tables are our own constants
                (name,),
            )


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Holds the lock of all compilers of `target`; the lock file stays, as removing it would let two in."""
    with target.with_name(f"{target.name}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
