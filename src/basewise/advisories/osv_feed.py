"""One OSV archive turned into rows: every record decoded once, nothing kept that is not written."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import msgspec

from basewise.advisories.archive import RecordArchive
from basewise.advisories.builds import earliest_fixes, modules
from basewise.advisories.osv import Record, decode, finding_ids
from basewise.advisories.ranges import prepare
from basewise.advisories.schema import Statement, StoredRecord
from basewise.advisories.severity import Score, score, stated_for_package, stated_for_record
from basewise.advisories.timestamps import Newest
from basewise.advisories.versions import VersionScheme, scheme_for
from basewise.catalogue.ecosystems import name_in
from basewise.model.moments import instant

_ROWS_HELD = 200_000  # statements in memory before they are written: some 40 MB
_FEED_SHIFT = 32  # records of a feed are numbered from its own number times 2**32, so no feed renumbers another's
_UNREADABLE = "a bound that is no version, so its package is not assessed where no other range matches"
_ENCODE = msgspec.msgpack.Encoder().encode


class OsvRows:
    """Writes the rows of one feed into an open database.

    Args:
        connection: database with the tables of `schema`, in a transaction.
        feed: number of the feed.
        now: nothing later is believed as a date.
    """

    def __init__(self, connection: sqlite3.Connection, feed: int, now: datetime) -> None:
        self._connection = connection
        self._feed = feed
        self._next_record = feed << _FEED_SHIFT
        self._part = 0
        self._held = 0
        self._statements: dict[tuple[str, str], list[bytes]] = {}
        self._records: list[tuple[int, int, bytes]] = []
        self._scores: dict[str, tuple[Score, str]] = {}
        self._schemes: dict[str, VersionScheme | None] = {}
        self.newest = Newest(now)
        self.skipped: Counter[str] = Counter()
        """Reasons, with the number of records that were not used because of each."""
        self.unreadable: Counter[str] = Counter()
        """Reasons, with the number of statements of used records that were left out, or could be read in part only."""
        self.ecosystems: Counter[str] = Counter()
        """Statements by ecosystem with release."""

    def write(self, archive: RecordArchive, advance: Callable[[int], None]) -> None:
        """Writes all records. `advance` hears the size of each in bytes.

        Raises:
            BrokenFeed: the archive turns out unusable.
        """
        for data in archive:
            advance(len(data))
            reason = data if isinstance(data, str) else self._record(data)
            if reason:
                self.skipped[reason] += 1
        self._flush()
        rows = [(name, self._feed, *found, record) for name, (found, record) in self._scores.items()]
        self._connection.executemany("INSERT INTO score VALUES (?, ?, ?, ?, ?, ?)", sorted(rows))

    def _record(self, data: bytes) -> str:
        """Takes one record in; why it could not be used, or nothing."""
        try:
            record = decode(data)
        except ValueError:  # includes msgspec's errors and bad UTF-8
            return "no OSV record"
        self.newest.see(record.modified)
        self.newest.see(record.published)
        if record.withdrawn:
            return "withdrawn"
        findings = finding_ids(record)
        if not findings:
            return "an update notice that names no CVE"
        statements, problems = self._statements_of(record)
        if not statements:
            return next(iter(problems), "no affected package")
        self.unreadable.update(problems)
        found = score(record.severity)
        published = record.published if record.published and instant(record.published) else ""
        stored = StoredRecord(record.id, published, findings, stated_for_record(record), found)
        self._records.append((self._next_record, self._feed, _ENCODE(stored)))
        self._next_record += 1
        for key, statement in statements:
            self._statements.setdefault(key, []).append(_ENCODE(statement))
            self.ecosystems[key[0]] += 1
            if statement.score is not None:
                found = min(found or Score(*statement.score), Score(*statement.score))
        if found is not None and len(findings) == 1:  # the vector of a notice about several is not that of each
            self._keep_score(findings[0][0], found, record.id)
        self._held += len(statements)
        if self._held >= _ROWS_HELD:
            self._flush()
        return ""

    def _statements_of(self, record: Record) -> tuple[list[tuple[tuple[str, str], Statement]], list[str]]:
        """The usable statements of a record by ecosystem and package name, and what is wrong with these or others."""
        statements, problems = [], []
        for entry in record.affected or ():
            package = entry.package
            if package is None or not package.ecosystem or not package.name:
                problems.append("no package named")
                continue
            ranges = prepare(entry, self._scheme(package.ecosystem))
            if ranges.unreadable:
                problems.append(_UNREADABLE)
            if not ranges:
                problems.append("no range or version of packages, only commits")
                continue
            statement = Statement(
                self._next_record,
                ranges,
                stated_for_package(entry),
                score(entry.severity),
                modules(ranges, record.summary),
            )
            statements.append(((package.ecosystem, name_in(package.ecosystem, package.name)), statement))
        return earliest_fixes(statements), problems

    def _scheme(self, ecosystem: str) -> VersionScheme | None:
        if ecosystem not in self._schemes:
            self._schemes[ecosystem] = scheme_for(ecosystem)
        return self._schemes[ecosystem]

    def _keep_score(self, vulnerability: str, found: Score, record: str) -> None:
        best = self._scores.get(vulnerability)
        if best is None or (found, record) < best:
            self._scores[vulnerability] = (found, record)

    def _flush(self) -> None:
        """Writes what is held. The same package may come again: a later flush is the next part."""
        self._connection.executemany("INSERT INTO record VALUES (?, ?, ?)", self._records)
        numbers = _ecosystem_numbers(self._connection, {ecosystem for ecosystem, _ in self._statements})
        rows = [
            (numbers[ecosystem], name, self._feed, self._part, _ENCODE([msgspec.Raw(item) for item in items]))
            for (ecosystem, name), items in sorted(self._statements.items())
        ]
        self._connection.executemany("INSERT INTO package VALUES (?, ?, ?, ?, ?)", rows)
        self._records.clear()
        self._statements.clear()
        self._held = 0
        self._part += 1


def _ecosystem_numbers(connection: sqlite3.Connection, names: set[str]) -> dict[str, int]:
    connection.executemany("INSERT OR IGNORE INTO ecosystem (name) VALUES (?)", [(name,) for name in sorted(names)])
    return dict(connection.execute("SELECT name, id FROM ecosystem"))
