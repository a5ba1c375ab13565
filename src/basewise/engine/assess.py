"""One run of gathering, from targets to facts: what `audit` and `inspect` have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from basewise.engine.advisories import FeedAccess, obtain
from basewise.engine.gather import gather
from basewise.engine.interface import Request, Tools
from basewise.engine.local import LocalImages
from basewise.engine.match import ecosystems, match
from basewise.engine.outlook import outlook
from basewise.engine.request import build_request
from basewise.engine.sources import RegistryAccess, image_source
from basewise.engine.targets import parse_image, parse_target
from basewise.model.errors import InvalidReference, UsageError
from basewise.model.facts import Facts, Outlook
from basewise.model.image import Platform
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.progress import Progress, Silent
from basewise.model.reference import Reference
from basewise.model.traffic import Traffic
from basewise.oci.interface import Opening
from basewise.oci.meter import Meter
from basewise.oci.waits import Waits
from basewise.workspace.interface import Workspace
from basewise.workspace.layers import LayerStore


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a run reads, from where, and where it keeps what it learns."""

    targets: tuple[str, ...] = ()
    image: str = ""
    """A target that is one image."""
    images: tuple[Path, ...] = ()
    """OCI layouts and archives that serve references."""
    stdin: BinaryIO | None = None
    """Standard input, for an archive that is named `-`."""
    known_bases: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    """Beginnings of names (`ghcr.io/acme`) that are the company's own although the registry is public."""
    platform: Platform = Platform()
    registries: RegistryAccess = RegistryAccess()
    database: Path
    feeds: FeedAccess = FeedAccess()
    cache_directory: Path
    jobs: int = 1
    """Layers read at the same time."""
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
    meter = Meter()
    with _prepared(settings, workspace, meter, progress) as (request, tools):
        facts = gather(request, tools)
    obtained = obtain(settings.database, ecosystems(facts), settings.feeds, now=now, limits=limits, progress=progress)
    if obtained.database is None:
        return Assessment(match(facts, None, reason=obtained.reason), obtained.problems, meter.traffic())
    with obtained.database as database:
        return Assessment(match(facts, database), obtained.problems, meter.traffic())


def look(settings: Settings, workspace: Workspace, progress: Progress = Silent()) -> tuple[Outlook, list[Traffic]]:
    """What `assess` would read, and what it took to tell.

    Raises:
        UsageError: as `assess`.
    """
    meter = Meter()
    with _prepared(settings, workspace, meter, progress) as (request, tools):
        return outlook(request, tools), meter.traffic()


@contextmanager
def _prepared(
    settings: Settings, workspace: Workspace, meter: Meter, progress: Progress
) -> Iterator[tuple[Request, Tools]]:
    """What a run is asked, and what it works with, until the end of the block."""
    limits = settings.limits
    opening = Opening(scratch=settings.cache_directory, stdin=settings.stdin, limits=limits)
    with LocalImages(opening) as local:
        for path in settings.images:
            local.add(path)
        targets = [target for text in settings.targets for target in parse_target(text, local)]
        request = build_request(
            targets + (parse_image(settings.image, local) if settings.image else []),
            tags=local.tags(),
            known_bases=_references(settings.known_bases),
            own=settings.own,
            platform=settings.platform,
            limits=limits,
        )
        waits = Waits(progress)
        images = image_source(
            local.sources, settings.registries, settings.cache_directory, limits, meter=meter, waits=waits
        )
        tools = Tools(
            images=images,
            workspace=workspace,
            layers=LayerStore(settings.cache_directory, limits),
            limits=limits,
            jobs=settings.jobs,
            progress=progress,
            monotonic=waits.working_time,
        )
        with closing(tools.images):
            yield request, tools


def _references(texts: Sequence[str]) -> list[Reference]:
    try:
        return [Reference.parse(text) for text in texts]
    except InvalidReference as error:
        raise UsageError(error.message, remedy=error.remedy) from error
