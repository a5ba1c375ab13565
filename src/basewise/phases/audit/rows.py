"""Rows of the audit: one per base line, from everything known under that line."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from basewise.bases.identify import UNIDENTIFIED
from basewise.catalogue.end_of_life import assess
from basewise.catalogue.registries import origin_of
from basewise.model.advisory import DatedFact
from basewise.model.contents import Distribution, ImageContents
from basewise.model.errors import InvalidReference
from basewise.model.evidence import OK, Status, worst
from basewise.model.facts import Facts
from basewise.model.image import Image
from basewise.model.inventory import Base, DistributionLife, Driver, Role, Weights
from basewise.model.moments import days_between, rfc3339
from basewise.model.reference import Reference
from basewise.phases.audit import scoring
from basewise.phases.audit.findings import Occurrence, Occurrences
from basewise.phases.audit.gaps import assessed
from basewise.phases.audit.inheritors import Inheritance

BELIEVABLE_YEAR = 1981
"""Build dates before this are placeholders of reproducible builds (1970, 1980), not dates."""


class Context(msgspec.Struct, frozen=True):
    """What every row is computed from."""

    facts: Facts
    occurrences: Occurrences
    inheritance: Inheritance
    weights: Weights
    now: datetime
    """With time zone; lifecycles are judged on its day."""


def base_ids(context: Context) -> list[str]:
    """Every base line that the run met: inherited, named by builder stages, or below one of those."""
    facts = context.facts
    direct = [*context.inheritance.by_base, *context.inheritance.build_only]
    direct += [found.base.id for found in facts.identified.values() if found.base.layer_count]
    return sorted({*direct, *(parent for base in direct for parent in facts.parents.get(base, []))})


def row(base: str, context: Context) -> Base:
    """The row of one base line."""
    facts = context.facts
    keys = contents_keys(base, facts)
    stacks = [facts.contents[key] for key in keys if key in facts.contents]
    summary = context.inheritance.summary(base)
    role: Role = "build" if base in context.inheritance.build_only else "runtime"
    status = _status(base, stacks, facts)
    common = Base(
        id=base,
        digests=facts.base_digests.get(base, []),
        role=role,
        images=sum(found.base.id == base for found in facts.identified.values()),
        inheritors=summary,
        inheritors_total=len(_all_inheritors(base, context)),
        parents=facts.parents.get(base, []),
        status=status.status,
        reason=status.reason,
    )
    common = _named(common)
    return common if not stacks else _measured(common, keys, stacks, context)


def contents_keys(base: str, facts: Facts) -> list[str]:
    """Keys of `Facts.contents` under one base line: its digests, or its id when it has no name."""
    return [base] if base.startswith(UNIDENTIFIED) else facts.base_digests.get(base, [])


def _measured(common: Base, keys: list[str], stacks: list[ImageContents], context: Context) -> Base:
    found = [occurrence for key in keys for occurrence in context.occurrences.bases.get(key, [])]
    severity_counts, fixable, kev = scoring.counts(found)
    first = stacks[0]
    life = distribution_life(first.distribution, context.now)
    drivers = _drivers(common, found, life, context)
    image = context.facts.images.get(first.digest)
    rebuilt = last_rebuilt(first, image)
    parents = common.parents
    if not parents and life is not None:
        parents = [f"{life.id}:{life.version}" if life.version else life.id]
    return msgspec.structs.replace(
        common,
        distro=life,
        parents=parents,
        last_rebuilt=rebuilt,
        days_since_rebuild=None if rebuilt is None else days_between(rebuilt.at, rfc3339(context.now)),
        size_bytes=None if image is None else image.size_bytes,
        packages=len(first.packages),
        severity_counts=severity_counts,
        fixable=fixable,
        kev=kev,
        surface=first.surface,
        lead=max((driver.blast for driver in drivers), default=0.0),
        score=round(sum(driver.blast for driver in drivers), 6),
        drivers=drivers,
    )


def _drivers(common: Base, found: list[Occurrence], life: DistributionLife | None, context: Context) -> list[Driver]:
    """Packages and, for a distribution past its end of life, a pseudo-package of Critical weight.

    Builder bases have findings but no blast: nothing of them is in production.
    """
    inheritors = [] if common.role == "build" else context.inheritance.of(common.id)
    carried = {key: _carried(key, context) for inheritor in inheritors for key in inheritor.contents}
    result = scoring.drivers(found, inheritors, carried, context.weights)
    if life is not None and life.eol.state == "yes":
        result.insert(0, _end_of_life(life, len(inheritors), context.weights))
        result.sort(key=lambda driver: -driver.blast)  # stable: end of life comes before packages of the same blast
    return result


def _carried(key: str, context: Context) -> frozenset[str]:
    """Source packages with a finding that an image has from its base, or that a base has by itself."""
    found = context.occurrences.images.get(key) or context.occurrences.bases.get(key, [])
    return frozenset(occurrence.source.name for occurrence in found if occurrence.in_base)


def _end_of_life(life: DistributionLife, inheritors: int, weights: Weights) -> Driver:
    return Driver(
        source_package=life.id,
        source_version=life.version,
        ecosystem="",
        blast=weights.critical * inheritors,
        weight=weights.critical,
        inheritors=inheritors,
        severity="critical",
        kev=False,
        vulnerabilities=[end_of_life_id(life)],
        vulnerability_count=1,
    )


def end_of_life_id(life: DistributionLife) -> str:
    """The name of an end-of-life pseudo-finding."""
    return f"EOL-{life.id}-{life.version}"


def distribution_life(distribution: Distribution | None, now: datetime) -> DistributionLife | None:
    """The distribution with its lifecycle at a moment; None when the image has none that could be read."""
    if distribution is None:
        return None
    judged = assess(distribution.id, distribution.version, now.astimezone(UTC).date())
    return DistributionLife(
        id=distribution.id,
        version=distribution.version,
        eol=judged.eol,
        eol_date=judged.date,
        source=judged.source,
    )


def last_rebuilt(contents: ImageContents, image: Image | None) -> DatedFact | None:
    """When an image was built: the newest file that a package owns, else the configuration's date if it is no fake."""
    if contents.newest_owned_mtime:
        moment = datetime.fromtimestamp(contents.newest_owned_mtime, UTC)
        if moment.year >= BELIEVABLE_YEAR:
            return DatedFact(rfc3339(moment), "newest file that a package owns")
    created = "" if image is None else image.config.created
    if created[:4].isdigit() and int(created[:4]) >= BELIEVABLE_YEAR:
        return DatedFact(created, "created date of the image configuration")
    return None


def _named(common: Base) -> Base:
    try:
        reference = Reference.parse(common.id)
    except InvalidReference:
        return common
    return msgspec.structs.replace(
        common, reference=reference.familiar, registry=reference.registry, origin=origin_of(reference)
    )


def _status(base: str, stacks: list[ImageContents], facts: Facts) -> Status:
    if stacks:
        return worst([assessed(stack, facts.matches.not_assessed) for stack in stacks])
    for reference, status in facts.unresolved.items():
        if Reference.parse(reference).line == base:
            return status
    return OK if not facts.base_digests.get(base) else Status("not_assessed", "its layers were not read")


def _all_inheritors(base: str, context: Context) -> set[str]:
    """Names of those who inherit a base directly or through a base that stands on it."""
    standing = [other for other in context.inheritance.by_base if base in context.facts.parents.get(other, [])]
    return {inheritor.name for other in [base, *standing] for inheritor in context.inheritance.of(other)}
