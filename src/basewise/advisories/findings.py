"""Findings of one package: everything that its matching records say of a vulnerability, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from basewise.advisories.ranges import Ranges, fixed_in, highest, is_fixed_in
from basewise.advisories.schema import Statement, StoredRecord
from basewise.advisories.severity import Score, decide
from basewise.advisories.versions import VersionScheme, scheme_for
from basewise.model.advisory import Cvss, DatedFact, Epss, Kev, Match, PackageVersion

_FIX_NOTICES = ("DSA-", "DLA-", "ALSA-", "ALBA-", "ALEA-", "RHSA-", "RHBA-", "RHEA-", "RLSA-", "SUSE-", "openSUSE-")
"""Records that are published when the fixed package is: their date is when the fix was available."""


class Known(msgspec.Struct, frozen=True):
    """What is known of vulnerabilities beside the matching records, by vulnerability id."""

    cvss: Mapping[str, Cvss]
    kev: Mapping[str, Kev]
    epss: Mapping[str, Epss]


class _Evidence(msgspec.Struct, frozen=True, gc=False):
    """One record that affects the package."""

    statement: Statement
    record: StoredRecord
    aliases: list[str]


Said = tuple[Statement, StoredRecord]


def assemble(package: PackageVersion, hits: Sequence[Said], later: Sequence[Said], known: Known) -> list[Match]:
    """One match for each vulnerability that the records name, ordered by id.

    Args:
        hits: statements that affect the package, with their records.
        later: statements that do not, but may affect a newer version of it: no fix is named that one of them speaks of.
    """
    scheme = scheme_for(package.ecosystem)
    if scheme is None:
        return []
    found: dict[str, list[_Evidence]] = {}
    said: dict[str, list[Ranges]] = {}
    for statement, record in hits:
        for name, aliases in record.findings:
            found.setdefault(name, []).append(_Evidence(statement, record, aliases))
    for statement, record in (*hits, *later):
        for name, _ in record.findings:
            said.setdefault(name, []).append(statement.ranges)
    fixes = {name: fixed_in(package.version, said[name], scheme) for name in found}
    fixable = [name for name in fixes if fixes[name]]
    whole = fixed_in(
        package.version,
        [ranges for name in fixable for ranges in said[name]],
        scheme,
        least=highest([fixes[name] for name in fixable], scheme),
    )
    matches = [_match(package, name, found[name], fixes[name], known, scheme) for name in sorted(found)]
    return [msgspec.structs.replace(match, package_fixed_in=whole) for match in matches]


def _match(
    package: PackageVersion, name: str, evidence: Sequence[_Evidence], fix: str, known: Known, scheme: VersionScheme
) -> Match:
    stated = [words for item in evidence if (words := item.statement.stated or item.record.stated)]
    own = _best([item for item in evidence if len(item.record.findings) == 1])
    # The vector of a notice about several vulnerabilities is that of the worst: better than none, worse than any other.
    severity, cvss = decide(name, stated, own, known.cvss.get(name) or _best(evidence))
    notices = [
        item.record
        for item in evidence
        if fix and item.record.id.startswith(_FIX_NOTICES) and is_fixed_in(fix, item.statement.ranges, scheme)
    ]
    return Match(
        package=package,
        vulnerability=name,
        aliases=sorted({alias for item in evidence for alias in item.aliases}),
        severity=severity,
        cvss=cvss,
        fixed_in=fix,
        published=_earliest([item.record for item in evidence]),
        fix_available=_earliest(notices),
        kev=known.kev.get(name),
        epss=known.epss.get(name),
        records=sorted({item.record.id for item in evidence}),
    )


def _best(evidence: Sequence[_Evidence]) -> Cvss | None:
    scores = [(score, item.record.id) for item in evidence if (score := item.statement.score or item.record.score)]
    if not scores:
        return None
    score, record = min(scores)
    return Score(*score).as_cvss(record)


def _earliest(records: Sequence[StoredRecord]) -> DatedFact | None:
    dates = [(record.published, record.id) for record in records if record.published]
    return DatedFact(*min(dates)) if dates else None
