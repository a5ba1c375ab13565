"""OSV records: the fields that are used, and which vulnerability a record speaks of.

Field meanings: https://ossf.github.io/osv-schema/ (1.7). Unknown fields are ignored, null stands for an empty list
(some exporters write it), and free-form fields are read only where they hold what is expected.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_GHSA = re.compile(r"GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}")
_RELATED_NAMES_THE_SUBJECT = ("ALSA-", "ALBA-", "ALEA-")
"""AlmaLinux writes the CVEs that an advisory fixes in `related`; elsewhere that field names mere relatives."""
_UPDATE_NOTICES = ("DSA-", "DLA-", "ALBA-", "ALEA-", "RHBA-", "RHEA-", "SUSE-RU-", "SUSE-FU-", "SUSE-OU-")
"""Notices of package updates. One that names no CVE announces a regression, a new version or a bug fix."""


class SeverityEntry(msgspec.Struct, frozen=True):
    """`severity[]`: a vector, or a word where the type is a distribution's own scale."""

    type: str = ""
    score: str = ""


class Package(msgspec.Struct, frozen=True):
    """`affected[].package`."""

    ecosystem: str = ""
    name: str = ""


class Event(msgspec.Struct, frozen=True):
    """`affected[].ranges[].events[]`: exactly one field is set."""

    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class Range(msgspec.Struct, frozen=True):
    """`affected[].ranges[]`."""

    type: str = ""
    events: list[Event] | None = None


class EcosystemSpecific(msgspec.Struct, frozen=True):
    """`affected[].ecosystem_specific`."""

    urgency: Any = None


class DatabaseSpecific(msgspec.Struct, frozen=True):
    """`database_specific` of a record."""

    severity: Any = None


class Affected(msgspec.Struct, frozen=True):
    """`affected[]`: one package, and which of its versions."""

    package: Package | None = None
    severity: list[SeverityEntry] | None = None
    ranges: list[Range] | None = None
    versions: list[str] | None = None
    ecosystem_specific: EcosystemSpecific | None = None


class Record(msgspec.Struct, frozen=True):
    """One OSV record."""

    id: str
    modified: str | None = None
    published: str | None = None
    withdrawn: str | None = None
    aliases: list[str] | None = None
    upstream: list[str] | None = None
    related: list[str] | None = None
    summary: str | None = None
    severity: list[SeverityEntry] | None = None
    affected: list[Affected] | None = None
    database_specific: DatabaseSpecific | None = None


_DECODER = msgspec.json.Decoder(Record)


def decode(data: bytes) -> Record:
    """Reads one record.

    Raises:
        ValueError: it is no JSON, or no OSV record; the message says where.
    """
    try:
        return _DECODER.decode(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def finding_ids(record: Record) -> list[tuple[str, list[str]]]:
    """The vulnerabilities that a record speaks of, each with its other names.

    A CVE wherever one is named, else the GHSA, else the record's own id. `upstream` may name several vulnerabilities,
    and each is a finding of its own; `aliases` are names of one and the same.

    Returns:
        Pairs of id and aliases, in order of the id; empty for an update notice that names no CVE.
    """
    aliases = record.aliases or []
    subjects = list(record.upstream or [])
    if record.id.startswith(_RELATED_NAMES_THE_SUBJECT):
        subjects += record.related or []
    if CVE.fullmatch(record.id):
        return [(record.id, _others(record.id, [*aliases, *subjects]))]
    same = sorted(filter(CVE.fullmatch, aliases))
    if same:
        return [(same[0], _others(same[0], [*aliases, record.id]))]
    named = sorted(set(filter(CVE.fullmatch, subjects)))
    if len(named) == 1:
        return [(named[0], _others(named[0], [*aliases, *subjects]))]
    if named:
        return [(cve, []) for cve in named]  # which other name belongs to which CVE is not said
    if record.id.startswith(_UPDATE_NOTICES):
        return []
    if _GHSA.fullmatch(record.id):
        return [(record.id, _others(record.id, aliases))]
    same = sorted(filter(_GHSA.fullmatch, aliases))
    if same:
        return [(same[0], _others(same[0], [*aliases, record.id]))]
    named = sorted(set(filter(_GHSA.fullmatch, subjects)))
    if named:
        return [(ghsa, []) for ghsa in named]
    return [(record.id, _others(record.id, aliases))]


def _others(chosen: str, names: list[str]) -> list[str]:
    return sorted(set(names) - {chosen})
