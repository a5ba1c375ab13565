"""Blast radius: the severity of the worst open finding of a package, times the inheritors that carry it.

Per source package, never per CVE: a kernel header package with 500 CVEs counts once. A base is ranked by its largest
blast (lead), then by the sum over its packages (score).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from basewise.model.advisory import SEVERITIES, Match
from basewise.model.inventory import Driver, SeverityCounts, Weights
from basewise.phases.audit.findings import Occurrence
from basewise.phases.audit.inheritors import Inheritor

NAMED_VULNERABILITIES = 10
"""How many vulnerabilities a driver names."""


def drivers(
    found: Iterable[Occurrence],
    inheritors: Sequence[Inheritor],
    carried: Mapping[str, frozenset[str]],
    weights: Weights,
) -> list[Driver]:
    """One driver per source package of a base, largest blast first.

    Args:
        found: what the base brings, over all its digests.
        carried: for each key of `Inheritor.contents`, the source packages with a finding that come from the base.
    """
    by_package: dict[str, dict[str, Occurrence]] = {}
    for occurrence in found:
        by_package.setdefault(occurrence.source.name, {}).setdefault(occurrence.match.vulnerability, occurrence)
    result = []
    for name, occurrences in by_package.items():
        count = sum(any(name in carried.get(key, ()) for key in inheritor.contents) for inheritor in inheritors)
        result.append(_driver(list(occurrences.values()), count, weights))
    return sorted(result, key=lambda d: (-d.blast, -d.weight, -d.vulnerability_count, d.source_package))


def _driver(occurrences: list[Occurrence], inheritors: int, weights: Weights) -> Driver:
    worst_first = sorted(occurrences, key=lambda occurrence: _badness(occurrence.match, weights))
    worst, source = worst_first[0].match, worst_first[0].source
    weight = _weight(worst, weights)
    return Driver(
        source_package=source.name,
        source_version=source.version,
        ecosystem=source.ecosystem,
        blast=round(weight * inheritors, 6),
        weight=weight,
        inheritors=inheritors,
        severity=worst.severity.level,
        kev=worst.kev is not None,
        vulnerabilities=[occurrence.match.vulnerability for occurrence in worst_first[:NAMED_VULNERABILITIES]],
        vulnerability_count=len(occurrences),
        fixed_in=worst.fixed_in,
    )


def _badness(match: Match, weights: Weights) -> tuple[float, int, str]:
    """Sorts the worst first."""
    return (-_weight(match, weights), SEVERITIES.index(match.severity.level), match.vulnerability)


def _weight(match: Match, weights: Weights) -> float:
    return weights.of(match.severity.level, kev=match.kev is not None)


def counts(found: Iterable[Occurrence]) -> tuple[SeverityCounts, int, int]:
    """Open vulnerabilities by severity, how many of them have a fix, how many are in KEV.

    A vulnerability of a source package counts once, over all digests and versions of the base line.
    """
    unique: dict[tuple[str, str], Match] = {}
    for occurrence in found:
        match = occurrence.match
        unique.setdefault((match.vulnerability, occurrence.source.name), match)
    levels = dict.fromkeys(SEVERITIES, 0)
    for match in unique.values():
        levels[match.severity.level] += 1
    fixable = sum(match.fixed_in != "" for match in unique.values())
    kev = sum(match.kev is not None for match in unique.values())
    return SeverityCounts(**levels), fixable, kev
