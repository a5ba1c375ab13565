"""Rows of the audit: one per base line, from everything known under that line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from basewise.catalogue.registries import origin_of
from basewise.model.advisory import PackageVersion
from basewise.model.contents import ImageContents
from basewise.model.errors import InvalidReference
from basewise.model.evidence import OK, Status, worst
from basewise.model.facts import Facts
from basewise.model.image import Image
from basewise.model.inventory import SCRATCH, UNIDENTIFIED, Base, BuildDate, Driver, Role, SeverityCounts, Weights
from basewise.model.moments import days_between, instant, rfc3339
from basewise.model.reference import Reference
from basewise.model.repository import FirstIntroduced
from basewise.phases.audit import lifecycle, scoring
from basewise.phases.audit.findings import Occurrence, Occurrences
from basewise.phases.audit.gaps import assessed
from basewise.phases.audit.inheritors import Inheritance, Inheritor

BELIEVABLE_YEAR = 1981
"""Build dates before this are placeholders of reproducible builds (1970, 1980), not dates."""


class Context(msgspec.Struct, frozen=True):
    """What every row is computed from."""

    facts: Facts
    occurrences: Occurrences
    inheritance: Inheritance
    weights: Weights
    introduced: Mapping[str, FirstIntroduced]
    """By base line."""
    now: datetime
    """With time zone; lifecycles are judged on its day."""


def base_ids(context: Context) -> list[str]:
    """Every base line that the run met: inherited, named by Dockerfiles, or below one of those."""
    facts, inheritance = context.facts, context.inheritance
    direct = {*inheritance.by_base, *inheritance.final, *inheritance.roles, *facts.parents}
    direct |= {found.base.id for found in facts.identified.values()}
    return sorted({*direct, *(parent for base in direct for parent in facts.parents.get(base, []))})


def row(base: str, context: Context) -> Base:
    """The row of one base line."""
    facts = context.facts
    stacks = _stacks(base, context)
    role: Role = context.inheritance.roles.get(base, "runtime")
    status = _status(base, stacks, facts)
    common = _named(
        Base(
            id=base,
            digests=facts.base_digests.get(base, []),
            role=role,
            images=sum(found.base.id == base for found in facts.identified.values()),
            inheritors=context.inheritance.summary(base),
            inheritors_total=len(_all_inheritors(base, context)),
            parents=facts.parents.get(base, []),
            first_introduced=context.introduced.get(base),
            status=status.status,
            reason=status.reason,
        ),
        facts.own,
    )
    if base == SCRATCH:
        return _empty(common)
    return common if not stacks else _measured(common, stacks, context)


def contents_keys(base: str, facts: Facts) -> list[str]:
    """Keys of `Facts.contents` under one base line: its digests, or its id when it has no name."""
    return [base] if base.startswith(UNIDENTIFIED) else facts.base_digests.get(base, [])


def _stacks(base: str, context: Context) -> list[ImageContents]:
    """Contents under one base line, those that most inherit first: figures that are of one image are of the first."""
    facts = context.facts
    users = [key for inheritor in context.inheritance.of(base) for key in inheritor.contents]
    standing = [facts.identified[key].base.digest or base for key in users if key in facts.identified]
    keys = [key for key in contents_keys(base, facts) if key in facts.contents]
    return [facts.contents[key] for key in sorted(keys, key=lambda key: -standing.count(key))]


def _measured(common: Base, stacks: list[ImageContents], context: Context) -> Base:
    facts, first = context.facts, stacks[0]
    image = facts.images.get(first.digest)
    rebuilt = last_rebuilt(first, image, context.now)
    ended = lifecycle.ended(stacks, context.now)
    distro = lifecycle.life_of(first.distribution, context.now) if first.distribution is not None else None
    parents = common.parents
    if not parents and distro is not None:
        parents = [f"{distro.id}:{distro.version}" if distro.version else distro.id]
    row = msgspec.structs.replace(
        common,
        distro=ended[0] if ended else distro,
        parents=parents,
        last_rebuilt=rebuilt,
        days_since_rebuild=None if rebuilt is None else days_between(rebuilt.at, rfc3339(context.now)),
        size_bytes=facts.sizes.get(first.digest),
    )
    inheritors = [] if common.role != "runtime" else context.inheritance.of(common.id)
    found = [one for stack in stacks for one in context.occurrences.bases.get(stack.digest, [])]
    drivers = lifecycle.drivers(ended, inheritors, facts.contents, context.weights)
    drivers += _drivers(found, inheritors, context)
    drivers.sort(key=lambda driver: -driver.blast)  # stable: end of life comes before packages of the same blast
    if drivers or common.status != "not_assessed":
        row = msgspec.structs.replace(
            row,
            drivers=drivers,
            lead=max((driver.blast for driver in drivers), default=0.0),
            score=round(sum(driver.blast for driver in drivers), 6),
        )
    if common.status == "not_assessed":
        return row
    severity_counts, fixable, kev = scoring.counts(found)
    return msgspec.structs.replace(
        row,
        packages=len(first.counted),
        surface=first.surface,
        severity_counts=severity_counts,
        fixable=fixable,
        kev=kev,
    )


def _empty(common: Base) -> Base:
    """`scratch`: there is nothing in it, which is known without looking."""
    return msgspec.structs.replace(
        common, reference=SCRATCH, packages=0, severity_counts=SeverityCounts(), fixable=0, kev=0, lead=0.0, score=0.0
    )


def _drivers(found: list[Occurrence], inheritors: list[Inheritor], context: Context) -> list[Driver]:
    """Builder bases have findings but no blast, for nobody inherits them: nothing of them is in production."""
    carried = {key: _carried(key, context) for inheritor in inheritors for key in inheritor.contents}
    return scoring.drivers(found, inheritors, carried, context.weights)


def _carried(key: str, context: Context) -> frozenset[PackageVersion]:
    """Package versions with a finding that an image has from its base, or that a base has by itself."""
    found = context.occurrences.images.get(key) or context.occurrences.bases.get(key, [])
    return frozenset(occurrence.source for occurrence in found if occurrence.in_base)


def last_rebuilt(contents: ImageContents, image: Image | None, now: datetime) -> BuildDate | None:
    """When an image was built: the newest file that a package owns, else the configuration's date.

    A date that cannot be one (a placeholder of a reproducible build, a day to come) is passed over.
    """
    owned = datetime.fromtimestamp(contents.newest_owned_mtime, UTC) if contents.newest_owned_mtime else None
    created = None if image is None else instant(image.config.created)
    for moment, method in (
        (owned, "newest file that a package owns"),
        (created, "created date of the image configuration"),
    ):
        if moment is not None and moment.year >= BELIEVABLE_YEAR and moment <= now:
            return BuildDate(rfc3339(moment), method)
    return None


def _named(common: Base, own: Sequence[str]) -> Base:
    if common.id == SCRATCH:
        return common
    try:
        reference = Reference.parse(common.id)
    except InvalidReference:
        return common
    return msgspec.structs.replace(
        common, reference=reference.familiar, registry=reference.registry, origin=origin_of(reference, own)
    )


def _status(base: str, stacks: list[ImageContents], facts: Facts) -> Status:
    missing = [status for reference, status in facts.unresolved.items() if Reference.parse(reference).line == base]
    if stacks or missing:
        return worst([assessed(stack, facts.matches.not_assessed) for stack in stacks] + missing)
    return OK if base == SCRATCH else Status("not_assessed", "no image of this base could be read")


def _all_inheritors(base: str, context: Context) -> set[str]:
    """Names of those who inherit a base directly or through a base that stands on it."""
    standing = [other for other in context.inheritance.by_base if base in context.facts.parents.get(other, [])]
    return {inheritor.name for other in [base, *standing] for inheritor in context.inheritance.of(other)}
