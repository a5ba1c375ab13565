"""The compiled database, asked: which vulnerabilities affect these package versions."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

import msgspec

from basewise.advisories.builds import concerns
from basewise.advisories.findings import Known, Said, assemble
from basewise.advisories.ranges import affected, begins_later
from basewise.advisories.schema import SCHEMA_VERSION, Statement, StoredRecord, open_read_only, stored_feeds
from basewise.advisories.severity import Score
from basewise.advisories.versions import InvalidVersion, scheme_for
from basewise.catalogue.ecosystems import streams
from basewise.model.advisory import Cvss, Epss, Feed, Kev, Matches, PackageVersion

_RECORDS = "SELECT id, body FROM record WHERE id IN (SELECT value FROM json_each(?))"
_SCORES = (
    "SELECT vulnerability, preference, negative, vector, record FROM score"
    " WHERE vulnerability IN (SELECT value FROM json_each(?)) ORDER BY preference, negative, vector, record"
)
_KEV = "SELECT vulnerability, added, due, ransomware FROM kev WHERE vulnerability IN (SELECT value FROM json_each(?))"
_EPSS = "SELECT vulnerability, score, percentile FROM epss WHERE vulnerability IN (SELECT value FROM json_each(?))"
_STATEMENTS = msgspec.msgpack.Decoder(list[Statement])
_RECORD = msgspec.msgpack.Decoder(StoredRecord)


class _Judged(msgspec.Struct, frozen=True, gc=False):
    """One package version, and the statements about it that matter."""

    package: PackageVersion
    hits: list[Statement]
    later: list[Statement]
    """Do not affect it, but may affect what is named as a fix."""
    unreadable: list[Statement]
    """Do not affect it as far as they can be read."""

    def statements(self) -> Iterator[Statement]:
        return chain(self.hits, self.later, self.unreadable)


class AdvisoryDatabase:
    """A compiled database, open for reading. Safe for use from several threads.

    Args:
        path: file that `compile_database` wrote. It may be replaced meanwhile; this object keeps seeing the old one.

    Raises:
        OlderVersion: it was written by an older version of Basewise.
        UsageError: there is none, it is no advisory database, or one of a newer version of Basewise.
    """

    def __init__(self, path: Path) -> None:
        self._connection = open_read_only(path)
        self._lock = threading.Lock()
        self.feeds: list[Feed] = sorted(stored_feeds(self._connection).values(), key=lambda feed: feed.name)
        """What was compiled, ordered by name."""
        self._ecosystems: dict[str, int] = dict(self._connection.execute("SELECT name, id FROM ecosystem"))
        self._covered = {ecosystem for feed in self.feeds for ecosystem in feed.ecosystems}
        self._streams: dict[str, list[str]] = {}

    @property
    def digest(self) -> str:
        """Identifies the content: equal for databases that give equal answers."""
        parts = [f"schema {SCHEMA_VERSION}", *(f"{feed.name} {feed.digest}" for feed in self.feeds)]
        return f"sha256:{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()}"

    def covers(self, ecosystem: str) -> bool:
        """True when there are statements for this OSV ecosystem with this release (`Debian:11`), or a stream of it."""
        return not self._covered.isdisjoint(self._streams_of(ecosystem))

    def match(self, packages: Iterable[PackageVersion]) -> Matches:
        """Puts the packages to the database, under the names that `catalogue.ecosystems.question` gives.

        A package may be found and not assessed both: found for what is known, not assessed because an advisory for it
        cannot be read.
        """
        not_assessed: dict[PackageVersion, str] = {}
        judged: list[_Judged] = []
        with self._lock:
            for (ecosystem, name), versions in groupby(sorted(set(packages)), key=attrgetter("ecosystem", "name")):
                scheme = scheme_for(ecosystem)
                if scheme is None or not self.covers(ecosystem):
                    not_assessed |= dict.fromkeys(versions, self._why_not(ecosystem))
                    continue
                statements = self._statements(ecosystem, name)
                returning = [item for item in statements if begins_later(item.ranges)]
                unreadable = [item for item in statements if item.ranges.unreadable]
                for package in versions:
                    try:
                        scheme.key(package.version)
                    except InvalidVersion as error:
                        not_assessed[package] = str(error)
                        continue
                    hits = [item for item in statements if affected(package.version, item.ranges, scheme)]
                    hits = _about(package, hits)
                    later = _about(package, _without(hits, returning)) if hits else []
                    judged.append(_Judged(package, hits, later, _about(package, _without(hits, unreadable))))
            records = self._records(sorted({item.record for one in judged for item in one.statements()}))
            known = self._known(sorted({name for record in records.values() for name, _ in record.findings}))
        found = []
        for one in judged:
            matches = assemble(one.package, _said(one.hits, records), _said(one.later, records), known)
            found += matches
            reason = _not_known(_said(one.unreadable, records), {match.vulnerability for match in matches})
            if reason:
                not_assessed[one.package] = reason
        return Matches(found, not_assessed)

    def close(self) -> None:
        """Closes the file. Using the database afterwards is an error."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _why_not(self, ecosystem: str) -> str:
        if not ecosystem:
            return "its distribution is not one that OSV has advisories for"
        if not self.covers(ecosystem):
            return f"{ecosystem} is not in the advisory database"
        return f"versions of {ecosystem} cannot be compared yet"

    def _statements(self, ecosystem: str, name: str) -> list[Statement]:
        """Of all streams of an ecosystem. Of one record, the first stream that speaks of the package decides."""
        found: list[Statement] = []
        for stream in self._streams_of(ecosystem):
            decided = {statement.record for statement in found}
            found += [statement for statement in self._stored(stream, name) if statement.record not in decided]
        return found

    def _streams_of(self, ecosystem: str) -> list[str]:
        if ecosystem not in self._streams:
            self._streams[ecosystem] = streams(ecosystem, self._covered)
        return self._streams[ecosystem]

    def _stored(self, ecosystem: str, name: str) -> list[Statement]:
        rows = self._connection.execute(
            "SELECT body FROM package WHERE ecosystem = ? AND name = ? ORDER BY feed, part",
            (self._ecosystems.get(ecosystem), name),
        )
        return [statement for (body,) in rows for statement in _STATEMENTS.decode(body)]

    def _records(self, numbers: list[int]) -> dict[int, StoredRecord]:
        return {number: _RECORD.decode(body) for number, body in self._look_up(_RECORDS, numbers)}

    def _known(self, vulnerabilities: list[str]) -> Known:
        """What other sources say of these vulnerabilities."""
        scores: dict[str, Cvss] = {}
        for name, *score, record in self._look_up(_SCORES, vulnerabilities):
            scores.setdefault(name, Score(*score).as_cvss(record))  # the best comes first
        kev = {name: Kev(added, due, bool(used)) for name, added, due, used in self._look_up(_KEV, vulnerabilities)}
        epss = {name: Epss(score, rank) for name, score, rank in self._look_up(_EPSS, vulnerabilities)}
        return Known(scores, kev, epss)

    def _look_up(self, query: str, keys: list[int] | list[str]) -> Iterator[Any]:
        """Rows for many keys at once; as JSON, since SQLite bounds the number of parameters."""
        return self._connection.execute(query, (msgspec.json.encode(keys).decode(),))


def _said(statements: Iterable[Statement], records: Mapping[int, StoredRecord]) -> list[Said]:
    return [(statement, records[statement.record]) for statement in statements]


def _about(package: PackageVersion, statements: list[Statement]) -> list[Statement]:
    """Those that concern the package's module stream."""
    return [item for item in statements if concerns(item, package)]


def _without(hits: Sequence[Statement], statements: Iterable[Statement]) -> list[Statement]:
    """Those of `statements` that are not among `hits`."""
    known = {id(item) for item in hits}
    return [item for item in statements if id(item) not in known]


def _not_known(unreadable: Sequence[Said], found: set[str]) -> str:
    """Why it is not known whether a package is affected; empty when it is, or is found to be anyway."""
    open_ones = [said for said in unreadable if any(name not in found for name, _ in said[1].findings)]
    if not open_ones:
        return ""
    statement, record = open_ones[0]
    more = f", and so with {len(open_ones) - 1} more" if len(open_ones) > 1 else ""
    return f"a range of {record.id} cannot be read: {statement.ranges.unreadable}{more}"
