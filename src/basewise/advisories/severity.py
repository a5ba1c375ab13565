"""How bad: what the distribution states, else the record's CVSS, else CVSS of any record of the same vulnerability.

Of several vectors of one record the 3.x one is used, then 4.0, then 2.0: most records carry 3.x, so ranks stay
comparable from one vulnerability to the next; scores of 4.0 and 3.x differ for the same flaw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import cvss

from basewise.advisories.osv import Affected, Record, SeverityEntry
from basewise.model.advisory import SEVERITIES, Cvss, Severity, SeverityLevel

_WORDS: dict[str, SeverityLevel] = {
    "critical": "critical",
    "important": "high",
    "high": "high",
    "moderate": "medium",
    "medium": "medium",
    "low": "low",
    "unimportant": "negligible",
    "negligible": "negligible",
}
"""Debian's urgencies, AlmaLinux's ratings, GitHub's and Bitnami's words, Ubuntu's priorities.

`not yet assigned` and `end-of-life` (Debian), `none` and `untriaged` state nothing.
"""
_VECTORS = {"CVSS_V3": cvss.CVSS3, "CVSS_V4": cvss.CVSS4, "CVSS_V2": cvss.CVSS2}
_PREFERENCE = list(_VECTORS)
_LONGEST_VECTOR = 512  # characters; CVSS 4.0 with every metric has some 200


class Score(NamedTuple):
    """A CVSS base score. The first of the order is the one to use."""

    preference: int
    """0 for CVSS 3.x, 1 for 4.0, 2 for 2.0."""
    negative: float
    """The score, negated so that the worst sorts first."""
    vector: str

    @property
    def version(self) -> str:
        """`3.1`, `4.0`, `2.0`."""
        return self.vector[5:8] if self.vector.startswith("CVSS:") else "2.0"

    def as_cvss(self, record: str) -> Cvss:
        return Cvss(-self.negative, self.vector, record)


def score(entries: Iterable[SeverityEntry] | None) -> Score | None:
    """The score to use of a record's or a package's `severity[]`; None when no vector there can be read."""
    return min(filter(None, (_score(entry.type, entry.score) for entry in entries or ())), default=None)


@lru_cache(maxsize=1 << 16)
def _score(kind: str, vector: str) -> Score | None:
    parse = _VECTORS.get(kind)
    if parse is None or len(vector) > _LONGEST_VECTOR:
        return None
    try:
        value = float(parse(vector).base_score)
    except (cvss.CVSSError, ArithmeticError, KeyError, ValueError, TypeError, AttributeError):
        return None  # whatever the library trips over, the vector is not usable
    return Score(_PREFERENCE.index(kind), -value, vector)


def level_of(value: float, version: str = "3.1") -> SeverityLevel:
    """Word for a base score: CVSS 3.1, section 5 (4.0 has the same); NVD's three levels for 2.0, which has no words.

    Args:
        value: base score, 0 to 10.
        version: `2.0`, `3.0`, `3.1` or `4.0`.
    """
    if value >= 9.0 and version != "2.0":
        return "critical"
    if value >= 7.0:
        return "high"
    if value >= 4.0:
        return "medium"
    return "low" if value > 0 else "negligible"


def stated_for_record(record: Record) -> Severity | None:
    """What the record says in words of the vulnerability as a whole, whatever the package."""
    if record.id.startswith("AL") and record.summary:
        return _in_words(record.summary.partition(":")[0], "AlmaLinux summary")
    words = record.database_specific.severity if record.database_specific else None
    return _in_words(words, f"database_specific of {record.id}") or _in_own_scale(record.severity)


def stated_for_package(affected: Affected) -> Severity | None:
    """What the record says in words of the vulnerability in this very package."""
    urgency = affected.ecosystem_specific.urgency if affected.ecosystem_specific else None
    return _in_words(urgency, "Debian urgency") or _in_own_scale(affected.severity)


def decide(
    vulnerability: str, stated: Sequence[Severity], own: Cvss | None, joined: Cvss | None
) -> tuple[Severity, Cvss | None]:
    """Severity of a finding, and the CVSS that is shown with it.

    Args:
        vulnerability: id, for the reason when nothing is known.
        stated: statements in words by the matching records; the worst counts.
        own: CVSS of a matching record.
        joined: CVSS of any record of the same vulnerability.
    """
    number = own or joined
    if stated:
        return min(stated, key=lambda severity: SEVERITIES.index(severity.level)), number
    if number is None:
        return Severity("unknown", f"no record of {vulnerability} states a severity"), None
    version = Score(0, 0.0, number.vector).version
    return Severity(level_of(number.score, version), f"CVSS {version} of {number.source}"), number


def _in_own_scale(entries: Iterable[SeverityEntry] | None) -> Severity | None:
    """OSV lets a distribution use its own scale as the type, with a word as the score (`Ubuntu`)."""
    for entry in entries or ():
        if entry.type and entry.type not in _VECTORS:
            return _in_words(entry.score, f"{entry.type} priority")
    return None


def _in_words(text: object, source: str) -> Severity | None:
    if not isinstance(text, str):
        return None
    level = _WORDS.get(text.strip().rstrip("*").lower())  # the tracker marks automatic urgencies with asterisks
    return Severity(level, source) if level else None
