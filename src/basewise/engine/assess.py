"""One run of gathering, from targets to facts: what `audit` and `inspect` have in common."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from basewise.engine.advisories import IMPORT_HINT, FeedAccess, obtain
from basewise.engine.gather import gather
from basewise.engine.interface import Tools
from basewise.engine.match import ecosystems, match
from basewise.engine.request import build_request
from basewise.engine.sources import RegistryAccess, image_source
from basewise.engine.targets import ImageTarget, parse_target
from basewise.model.errors import InvalidReference, UsageError
from basewise.model.facts import Facts
from basewise.model.image import Platform
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.progress import Progress, Silent
from basewise.model.reference import Reference
from basewise.model.traffic import Traffic
from basewise.oci.layout import LayoutSource
from basewise.oci.meter import Meter
from basewise.workspace.interface import Workspace
from basewise.workspace.layers import LayerStore


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a run reads, from where, and where it keeps what it learns."""

    targets: tuple[str, ...]
    images: tuple[Path, ...] = ()
    """OCI layouts that serve references."""
    known_bases: tuple[str, ...] = ()
    platform: Platform = Platform()
    registries: RegistryAccess = RegistryAccess()
    database: Path
    feeds: FeedAccess = FeedAccess()
    cache_directory: Path
    jobs: int = 0
    """Layers read at the same time; 0 is one per processor that the process may use."""
    limits: Limits = DEFAULT_LIMITS


class Assessment(msgspec.Struct, frozen=True):
    """Facts, what about the advisories is worth a warning, and what it took."""

    facts: Facts
    warnings: list[str] = []
    traffic: list[Traffic] = []
    """What was asked of registries."""


def assess(settings: Settings, workspace: Workspace, *, now: datetime, progress: Progress = Silent()) -> Assessment:
    """Discovers, reads and matches everything that `settings` names.

    Raises:
        UsageError: a target, layout, mirror or database is not what it was given as.
    """
    limits = settings.limits
    targets = [target for text in settings.targets for target in parse_target(text, limits)]
    paths = [*settings.images, *(t.layout for t in targets if isinstance(t, ImageTarget) and t.layout is not None)]
    layouts = [LayoutSource(path, limits) for path in dict.fromkeys(paths)]
    request = build_request(
        targets,
        layouts=layouts,
        known_bases=_references(settings.known_bases),
        platform=settings.platform,
        limits=limits,
    )
    meter = Meter()
    source = image_source(layouts, settings.registries, settings.cache_directory, limits, meter=meter)
    try:
        facts = gather(
            request,
            Tools(
                images=source,
                workspace=workspace,
                layers=LayerStore(settings.cache_directory),
                limits=limits,
                jobs=settings.jobs or len(os.sched_getaffinity(0)),
                progress=progress,
            ),
        )
    finally:
        source.close()
    obtained = obtain(settings.database, ecosystems(facts), settings.feeds, now=now, limits=limits, progress=progress)
    if obtained.database is None:
        reason = "; ".join(obtained.problems) or f"there is no advisory database: {IMPORT_HINT}"
        return Assessment(match(facts, None, reason=reason), obtained.problems, meter.traffic())
    with obtained.database as database:
        return Assessment(match(facts, database), obtained.problems, meter.traffic())


def _references(texts: Sequence[str]) -> list[Reference]:
    try:
        return [Reference.parse(text) for text in texts]
    except InvalidReference as error:
        raise UsageError(error.message, remedy=error.remedy) from error
