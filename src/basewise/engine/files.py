"""What the files at the targets of one run say: the way in of every command that looks at files."""

from __future__ import annotations

import posixpath
from pathlib import Path

import msgspec

from basewise.discover.directory import discover, summarise
from basewise.discover.git.clones import Place
from basewise.discover.helm import HelmSource
from basewise.discover.helm_program import helm_below
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.sources import SOURCES
from basewise.model.evidence import Status, worst
from basewise.model.limits import Limits
from basewise.model.workload import Build, Source, Usage, Workload


class Files:
    """Collects what files name, under the paths that their user can open. Targets that overlap name a file once."""

    def __init__(self, limits: Limits) -> None:
        self.sources: list[Source] = []
        """The targets, and the files below them that could not be read wholly."""
        self.usages: list[Usage] = []
        self.builds: list[Build] = []
        self.searched: list[Path] = []
        """The targets."""
        self.named: dict[Place, list[Usage]] = {}
        """The usages of each file."""
        self.read: dict[str, Status] = {}
        """The files that said anything, and how far each could be read."""
        self.silent: list[str] = []
        """Targets that are files of a kind that can name images, by their names, and name none."""
        self._workloads: dict[str, Workload] = {}
        self._seen: set[Path] = set()
        self._limits = limits

    @property
    def workloads(self) -> list[Workload]:
        return list(self._workloads.values())

    def add(self, root: Path) -> None:
        """Reads a directory, or one file.

        Raises:
            UsageError: there is nothing at `root`.
        """
        found = list(discover(root, _kinds(root, self._limits), self._limits))
        self.searched.append(root)
        self.sources.append(summarise(str(root), [read for _, read in found]))
        if not found and root.is_file() and any(source.claims(root.name) for source in SOURCES.values()):
            self.silent.append(str(root))
        here: set[Path] = set()
        for path, read in found:
            place = _place(root, path)
            on_disk = Path(place).resolve()
            if on_disk not in self._seen:  # of an earlier target; one file may well say something to two kinds
                here.add(on_disk)
                self._take(root, Place(place, on_disk), read)
        self._seen |= here

    def _take(self, root: Path, at: Place, read: Discovered) -> None:
        place = at.name
        before = [self.read[place]] if place in self.read else []
        self.read[place] = worst([*before, read.status])
        if not read.status.is_ok and root.is_dir():
            self.sources.append(Source(place, "file", read.status.status, read.status.reason))
        for usage in read.usages:  # some of them stand in other files, whose images this one sets or takes
            there = _place(root, usage.file)
            placed_usage = msgspec.structs.replace(usage, file=there)
            self.usages.append(placed_usage)
            itself = at if there == place else Place(there, Path(there).resolve())
            self.named.setdefault(itself, []).append(placed_usage)
        self.builds += [_placed_build(root, build, place) for build in read.builds]
        for workload in read.workloads:
            path, _, line = workload.source.rpartition(":")
            placed = msgspec.structs.replace(workload, source=f"{_place(root, path)}:{line}")
            self._workloads[placed.id] = _together(self._workloads.get(placed.id), placed)


def _kinds(root: Path, limits: Limits) -> list[UsageSource]:
    """Every kind of source; charts are rendered where `helm` is installed."""
    helm = HelmSource(helm_below(root if root.is_dir() else root.parent, None, limits))
    return [helm if name == helm.kind else source for name, source in SOURCES.items()]


def _place(root: Path, path: str) -> str:
    """The file as its user can open it: the target as it was written, and the path below it."""
    if root.is_file():
        return str(root) if path == root.name else posixpath.normpath(f"{root.parent}/{path}")
    return posixpath.normpath(f"{root}/{path}")


def _placed_build(root: Path, build: Build, place: str) -> Build:
    """A build whose paths are named as its user can open them."""
    folder = root.parent if root.is_file() else root
    paths = {
        field: posixpath.normpath(f"{folder}/{path}") if path or field == "context" else path
        for field, path in (("dockerfile", build.dockerfile), ("context", build.context))
    }
    return msgspec.structs.replace(build, file=place, **paths)


def _together(first: Workload | None, second: Workload) -> Workload:
    """One workload that two files describe (same namespace, kind and name): the images of both count."""
    if first is None:
        return second
    known = {(container.name, container.reference) for container in first.containers}
    more = [one for one in second.containers if (one.name, one.reference) not in known]
    return msgspec.structs.replace(first, containers=[*first.containers, *more])
