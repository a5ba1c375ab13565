"""End of life, digest by digest: one line may hold an image that is past it and one that is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from basewise.catalogue.end_of_life import assess
from basewise.model.contents import Distribution, ImageContents
from basewise.model.inventory import DistributionLife, Driver, Weights
from basewise.phases.audit.inheritors import Inheritor


def life_of(distribution: Distribution, now: datetime) -> DistributionLife:
    """A distribution with its lifecycle at a moment."""
    judged = assess(distribution.id, distribution.version, now.astimezone(UTC).date())
    return DistributionLife(
        id=distribution.id, version=distribution.version, eol=judged.eol, eol_date=judged.date, source=judged.source
    )


def end_of_life_id(life: DistributionLife) -> str:
    """The name of the pseudo-finding that stands for an end of life."""
    return f"EOL-{life.id}-{life.version}"


def ended(stacks: Sequence[ImageContents], now: datetime) -> list[DistributionLife]:
    """Distributions among `stacks` that are past their end of life, each once."""
    lives = {(life.id, life.version): life for stack in stacks if (life := _life(stack, now)) is not None}
    return [life for life in lives.values() if life.eol.state == "yes"]


def drivers(
    lives: Sequence[DistributionLife],
    inheritors: Sequence[Inheritor],
    contents: Mapping[str, ImageContents],
    weights: Weights,
) -> list[Driver]:
    """A pseudo-package of Critical weight for each distribution, for those whose own contents are of it."""
    return [_driver(life, sum(_runs(inheritor, life, contents) for inheritor in inheritors), weights) for life in lives]


def _life(stack: ImageContents, now: datetime) -> DistributionLife | None:
    return None if stack.distribution is None else life_of(stack.distribution, now)


def _runs(inheritor: Inheritor, life: DistributionLife, contents: Mapping[str, ImageContents]) -> bool:
    found = [contents[key].distribution for key in inheritor.contents if key in contents]
    return any(one is not None and (one.id, one.version) == (life.id, life.version) for one in found)


def _driver(life: DistributionLife, inheritors: int, weights: Weights) -> Driver:
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
        unfixed=1,
    )
