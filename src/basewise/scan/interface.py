"""The seam of package databases: which files of a layer to keep, and what packages they record."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

import msgspec

from basewise.model.contents import Database, PackageRecord, PackageType


class DatabaseContents(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of package database says about one layer."""

    databases: list[Database] = []
    records: list[PackageRecord] = []
    owned: list[str] = []
    """Paths of files that a package recorded in this layer owns, without leading slash."""


class PackageDatabase(ABC):
    """One format of package database."""

    type: PackageType

    @abstractmethod
    def wants(self, path: str) -> bool:
        """True when the content of the file at `path` (no leading slash) must be kept for `read`."""

    @abstractmethod
    def read(self, files: Mapping[str, bytes]) -> DatabaseContents:
        """Reads the kept files of one layer. Never raises: a broken database comes back with its status."""

    @abstractmethod
    def merged_away(self, database: str, above: Iterable[str]) -> bool:
        """True when a database file at `database` in a lower layer is replaced by the database files `above`."""
