"""From targets to a request: directories are searched, images are taken as they are named."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from basewise.discover.directory import discover, summarise
from basewise.discover.helm import HelmSource
from basewise.discover.helm_program import helm_below
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.sources import SOURCES
from basewise.engine.interface import Request
from basewise.engine.targets import FailedTarget, ImageTarget, Target
from basewise.model.image import Descriptor, Platform
from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.model.workload import Source, Usage, Workload


def build_request(
    targets: Iterable[Target],
    *,
    tags: Sequence[tuple[Reference, Descriptor]] = (),
    known_bases: Sequence[Reference] = (),
    own: Sequence[str] = (),
    platform: Platform = Platform(),
    limits: Limits,
) -> Request:
    """Everything that a run is asked to look at.

    Args:
        own: beginnings of names that are the company's own although the registry is public.
        tags: names of the images that lie here, which may name a base that nothing else names.
    """
    sources: list[Source] = []
    usages: list[Usage] = []
    workloads: dict[str, Workload] = {}
    earlier: set[Path] = set()
    for target in targets:
        if isinstance(target, FailedTarget):
            sources.append(Source(target.text, "image", "not_assessed", target.reason))
            continue
        if isinstance(target, ImageTarget):
            sources.append(Source(target.reference.familiar, "image"))
            usages.append(Usage(reference=str(target.reference), kind="argument"))
            continue
        found = list(discover(target.path, _sources(target.path, limits), limits))
        sources.append(summarise(str(target.path), [read for _, read in found]))
        places = {path: Path(_place(target.path, path)).resolve() for path, _ in found}
        for path, read in found:
            if places[path] in earlier:
                continue  # targets that overlap name a file twice, and its usages are there once
            place = _place(target.path, path)
            if not read.status.is_ok and target.path.is_dir():
                sources.append(Source(place, "file", read.status.status, read.status.reason))
            usages += [msgspec.structs.replace(usage, file=_place(target.path, usage.file)) for usage in read.usages]
            for workload in _placed(read, target.path):
                workloads[workload.id] = _together(workloads.get(workload.id), workload)
        earlier.update(places.values())
    return Request(
        own=list(own),
        sources=list(dict.fromkeys(sources)),  # two kinds of source say the same of a file that is too large
        usages=usages,
        workloads=list(workloads.values()),
        known_bases=list(known_bases),
        layout_tags=list(tags),
        platform=platform,
    )


def _sources(root: Path, limits: Limits) -> list[UsageSource]:
    """Every kind of source; charts are rendered where `helm` is installed."""
    helm = HelmSource(helm_below(root if root.is_dir() else root.parent, None, limits))
    return [helm if name == helm.kind else source for name, source in SOURCES.items()]


def _place(root: Path, path: str) -> str:
    """The file as its user can open it: the target as it was written, and the path below it."""
    if root.is_file():
        return str(root) if path == root.name else posixpath.normpath(f"{root.parent}/{path}")
    return posixpath.normpath(f"{root}/{path}")


def _together(first: Workload | None, second: Workload) -> Workload:
    """One workload that two files describe (same namespace, kind and name): the images of both count."""
    if first is None:
        return second
    known = {(container.name, container.reference) for container in first.containers}
    more = [one for one in second.containers if (one.name, one.reference) not in known]
    return msgspec.structs.replace(first, containers=[*first.containers, *more])


def _placed(read: Discovered, root: Path) -> list[Workload]:
    return [
        msgspec.structs.replace(workload, source=f"{_place(root, path)}:{line}")
        for workload in read.workloads
        for path, _, line in [workload.source.rpartition(":")]
    ]
