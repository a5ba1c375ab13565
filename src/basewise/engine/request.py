"""From targets to a request: directories are searched, images are taken as they are named."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from basewise.discover.directory import discover, summarise
from basewise.discover.interface import Discovered
from basewise.discover.sources import SOURCES
from basewise.engine.interface import Request
from basewise.engine.targets import FailedTarget, ImageTarget, Target
from basewise.model.evidence import Status
from basewise.model.image import Descriptor, Platform
from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.model.workload import Source, Usage, Workload


def build_request(
    targets: Iterable[Target],
    *,
    tags: Sequence[tuple[Reference, Descriptor]] = (),
    known_bases: Sequence[Reference] = (),
    platform: Platform = Platform(),
    limits: Limits,
) -> Request:
    """Everything that a run is asked to look at.

    Args:
        tags: names of the images that lie here, which may name a base that nothing else names.
    """
    sources: list[Source] = []
    usages: list[Usage] = []
    workloads: dict[str, Workload] = {}
    for target in targets:
        if isinstance(target, FailedTarget):
            sources.append(Source(target.text, "image", Status("not_assessed", target.reason)))
            continue
        if isinstance(target, ImageTarget):
            sources.append(Source(target.reference.familiar, "image"))
            usages.append(Usage(reference=str(target.reference), kind="argument"))
            continue
        found = [(path, read) for path, read in discover(target.path, list(SOURCES.values()), limits)]
        sources.append(summarise(str(target.path), [read for _, read in found]))
        for path, read in found:
            place = _place(target.path, path)
            if not read.status.is_ok and target.path.is_dir():
                sources.append(Source(place, "file", read.status))
            usages += [msgspec.structs.replace(usage, file=place) for usage in read.usages]
            for workload in _placed(read, place):
                workloads.setdefault(workload.id, workload)
    return Request(
        sources=sources,
        usages=usages,
        workloads=list(workloads.values()),
        known_bases=list(known_bases),
        layout_tags=list(tags),
        platform=platform,
    )


def _place(root: Path, path: str) -> str:
    """The file as its user can open it: the target as it was written, and the path below it."""
    return str(root) if root.is_file() else posixpath.normpath(f"{root}/{path}")


def _placed(read: Discovered, place: str) -> list[Workload]:
    return [
        msgspec.structs.replace(workload, source=f"{place}:{workload.source.rpartition(':')[2]}")
        for workload in read.workloads
    ]
