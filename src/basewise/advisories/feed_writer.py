"""Writes one advisory file of any kind into a database under construction; a broken file leaves no trace there."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from basewise.advisories.archive import BrokenFeed, open_archive
from basewise.advisories.feeds import FEED_NAMES, FeedFile
from basewise.advisories.osv_feed import OsvRows
from basewise.advisories.schema import FEED_TABLES, stored_feeds
from basewise.advisories.scores import read_epss, read_kev
from basewise.model.advisory import Feed
from basewise.model.limits import Limits
from basewise.model.progress import Progress


class FeedWriter:
    """Reads advisory files within `limits`, believes no date after `now`, tells `progress` of every record."""

    def __init__(self, limits: Limits, now: datetime, progress: Progress) -> None:
        self._limits = limits
        self._now = now
        self._progress = progress

    def write(self, connection: sqlite3.Connection, file: FeedFile, old: Mapping[int, Feed]) -> Feed:
        """Writes the rows of one file, numbered after those of `old`.

        Args:
            old: feeds of the database that this one succeeds, by number. A file that is one of them, byte for byte, is
                not read again.

        Returns:
            The feed. One that could not be read has no records and a reason.
        """
        connection.execute("SAVEPOINT feed")
        try:
            digest = _digest(file.path)
            for feed in old.values():
                if feed.digest == digest:
                    return feed
            if file.kind == "osv":
                return self._osv(connection, file, digest, old)
            return self._table(connection, file, digest, old)
        except BrokenFeed as error:
            connection.execute("ROLLBACK TO feed")
            name = FEED_NAMES.get(file.kind) or f"OSV {file.hint}".strip()
            return Feed(name=name, date="", digest="", location=file.location, reason=str(error))
        finally:
            connection.execute("RELEASE feed")

    def _osv(self, connection: sqlite3.Connection, file: FeedFile, digest: str, old: Mapping[int, Feed]) -> Feed:
        number = _next_number(connection, old)
        with open_archive(file.path, self._limits) as archive:
            rows = OsvRows(connection, number, self._now)
            task = file.location
            self._progress.begin(task, len(archive), "records")
            try:
                rows.write(archive, lambda size: self._progress.advance(task, 1, size))
            finally:
                self._progress.end(task)
            total = len(archive)
        reason = _in_words(rows.skipped, "record") + _in_words(rows.unreadable, "statement")
        if not rows.ecosystems:
            raise BrokenFeed("; ".join([f"none of its {total} records can be used", *reason]))
        feed = Feed(
            name=f"OSV {_ecosystem(file.hint, rows.ecosystems)}",
            date=rows.newest.text,
            digest=digest,
            location=file.location,
            records=total,
            skipped=rows.skipped.total(),
            reason="; ".join(reason),
            ecosystems=sorted(rows.ecosystems),
        )
        _admit(connection, feed, number)
        return feed

    def _table(self, connection: sqlite3.Connection, file: FeedFile, digest: str, old: Mapping[int, Feed]) -> Feed:
        number = _next_number(connection, old)
        read = read_kev if file.kind == "kev" else read_epss
        table = read(file.path, self._limits, self._now)
        feed = Feed(
            name=FEED_NAMES[file.kind],
            date=table.date,
            digest=digest,
            location=file.location,
            records=len(table.rows) + table.skipped,
            skipped=table.skipped,
            reason=f"{table.skipped} entries say nothing usable" if table.skipped else "",
        )
        _admit(connection, feed, number)
        statement = f"INSERT INTO {file.kind} VALUES (?, ?{', ?' * len(next(iter(table.rows.values())))})"  # noqa: S608 - `kev` or `epss`
        connection.executemany(statement, [(cve, number, *row) for cve, row in sorted(table.rows.items())])
        return feed


def _admit(connection: sqlite3.Connection, feed: Feed, number: int) -> None:
    """Enters a feed. Of two of the same name in one run the newer one counts.

    Raises:
        BrokenFeed: one that is as new was read before.
    """
    for earlier, other in stored_feeds(connection).items():
        if other.name != feed.name:
            continue
        if other.date >= feed.date:
            raise BrokenFeed(f"{other.location} holds the same, as new or newer")
        connection.execute("DELETE FROM feed WHERE id = ?", (earlier,))
        for table in FEED_TABLES:
            connection.execute(f"DELETE FROM {table} WHERE feed = ?", (earlier,))  # noqa: S608 - names are our own
    connection.execute("INSERT INTO feed VALUES (?, ?, ?)", (number, feed.name, msgspec.msgpack.encode(feed)))


def _next_number(connection: sqlite3.Connection, old: Mapping[int, Feed]) -> int:
    return max([0, *old, *stored_feeds(connection)]) + 1


def _ecosystem(hint: str, found: Counter[str]) -> str:
    """The ecosystem that an archive is of: the one asked for if it is in there, else the one it says most of.

    BellSoft's archive says more of Alpaquita than of its own images, so the contents alone do not decide.
    """
    bases: Counter[str] = Counter()
    for ecosystem, count in sorted(found.items()):
        bases[ecosystem.partition(":")[0]] += count
    return hint if hint in bases else bases.most_common(1)[0][0]


def _in_words(reasons: Counter[str], noun: str) -> list[str]:
    return [f"{count} {noun}{'' if count == 1 else 's'}: {reason}" for reason, count in sorted(reasons.items())]


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError as error:
        raise BrokenFeed(f"cannot be read: {error.strerror or error}") from error
