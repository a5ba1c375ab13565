"""Blast radius: the severity of the worst open finding of a package, times the inheritors that carry it.

Per source package, never per CVE: a kernel header package with 500 CVEs counts once. A base line with several digests
may hold a package at several versions; each counts for those who carry that version. A base is ranked by its largest
blast (lead), then by the sum over its packages (score).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from basewise.model.advisory import SEVERITIES, Match, PackageVersion
from basewise.model.inventory import Driver, SeverityCounts, Weights
from basewise.phases.audit.findings import Occurrence
from basewise.phases.audit.inheritors import Inheritor

NAMED_VULNERABILITIES = 10
"""How many vulnerabilities a driver names."""


def drivers(
    found: Iterable[Occurrence],
    inheritors: Sequence[Inheritor],
    carried: Mapping[str, frozenset[PackageVersion]],
    weights: Weights,
) -> list[Driver]:
    """One driver per source package version of a base, largest blast first.

    Args:
        found: what the base brings, over all its digests.
        carried: for each key of `Inheritor.contents`, the package versions with a finding that come from the base.
    """
    by_package: dict[PackageVersion, list[Match]] = {}
    for occurrence in found:
        by_package.setdefault(occurrence.source, []).append(occurrence.match)
    result = [
        _driver(
            source,
            list({match.vulnerability: match for match in matches}.values()),
            sum(any(source in carried.get(key, ()) for key in inheritor.contents) for inheritor in inheritors),
            weights,
        )
        for source, matches in by_package.items()
    ]
    return sorted(result, key=lambda d: (-d.blast, -d.weight, -d.vulnerability_count, d.source_package))


def _driver(source: PackageVersion, matches: list[Match], inheritors: int, weights: Weights) -> Driver:
    worst_first = sorted(matches, key=lambda match: _badness(match, weights))
    worst = worst_first[0]
    weight = _weight(worst, weights)
    return Driver(
        source_package=source.name,
        source_version=source.version,
        ecosystem=source.ecosystem,
        blast=round(weight * inheritors, 6),
        weight=weight,
        inheritors=inheritors,
        severity=worst.severity.level,
        kev=any(match.kev is not None for match in matches),
        vulnerabilities=[match.vulnerability for match in worst_first[:NAMED_VULNERABILITIES]],
        vulnerability_count=len(matches),
        fixed_in=worst.package_fixed_in,
        unfixed=sum(match.fixed_in == "" for match in matches),
    )


def _badness(match: Match, weights: Weights) -> tuple[float, int, str]:
    """Sorts the worst first."""
    return (-_weight(match, weights), SEVERITIES.index(match.severity.level), match.vulnerability)


def _weight(match: Match, weights: Weights) -> float:
    return weights.of(match.severity.level, kev=match.kev is not None)


def counts(found: Iterable[Occurrence]) -> tuple[SeverityCounts, int, int]:
    """Open vulnerabilities by severity, how many of them have a fix, how many are in KEV.

    A vulnerability of a source package counts once, over all digests and versions of the base line, with its worst
    severity.
    """
    unique: dict[tuple[str, str], Match] = {}
    for occurrence in found:
        match = occurrence.match
        key = (match.vulnerability, occurrence.source.name)
        before = unique.get(key)
        if before is None or SEVERITIES.index(match.severity.level) < SEVERITIES.index(before.severity.level):
            unique[key] = match
    levels = dict.fromkeys(SEVERITIES, 0)
    for match in unique.values():
        levels[match.severity.level] += 1
    fixable = sum(match.fixed_in != "" for match in unique.values())
    kev = sum(match.kev is not None for match in unique.values())
    return SeverityCounts(**levels), fixable, kev
