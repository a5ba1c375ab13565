"""The seam of discovery: something that names images, with file and line."""

from __future__ import annotations

from abc import ABC, abstractmethod

import msgspec

from basewise.discover.source_file import SourceFile
from basewise.model.evidence import OK, Status
from basewise.model.workload import Build, Usage, UsageKind, Workload


class Discovered(msgspec.Struct, frozen=True, kw_only=True):
    """What one file said."""

    usages: list[Usage] = []
    workloads: list[Workload] = []
    builds: list[Build] = []
    includes: list[str] = []
    """Paths of files that are part of this one, and of folders, ending in a slash, with all in them. What their
    manifests say by themselves does not count beside it."""
    status: Status = OK
    """`partial` or `not_assessed` when the file, or a document in it, could not be read; the reason names the line."""


class UsageSource(ABC):
    """Reads one kind of file. Pure: text in, facts out; other files are had through the file itself."""

    kind: UsageKind

    @abstractmethod
    def claims(self, path: str) -> bool:
        """True when a file of this name (relative, forward slashes) is of this kind."""

    @abstractmethod
    def read(self, file: SourceFile) -> Discovered:
        """What one file says; `Discovered()` for one that is of this kind by its name alone.

        Never raises on bad content.
        """
