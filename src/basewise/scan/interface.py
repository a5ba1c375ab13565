"""The seam of package databases: which files of a layer to keep, and what packages they record."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

import msgspec

from basewise.model.contents import Database, PackageRecord, PackageType
from basewise.model.limits import Limits


class DatabaseContents(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of package database says about one layer."""

    databases: list[Database] = []
    records: list[PackageRecord] = []
    owned: list[str] = []
    """Paths of files that a package recorded in this layer owns, without leading slash."""


class PackageDatabase(ABC):
    """One format of package database."""

    type: PackageType
    folders: tuple[str, ...]
    """Folders with trailing slash, without leading one; `wants` is asked about nothing outside them."""

    @abstractmethod
    def wants(self, path: str) -> bool:
        """True when the content of the file at `path` (no leading slash) must be kept for `read`."""

    @abstractmethod
    def is_database(self, path: str) -> bool:
        """True when the file at `path` records packages; False for the lists of files beside such a file.

        A database that cannot be kept (too large, a dangling link) is recorded as not assessed.
        """

    @abstractmethod
    def read(self, files: Mapping[str, bytes], limits: Limits) -> DatabaseContents:
        """Reads the kept files of one layer. Never raises: a broken database comes back with its status."""

    @abstractmethod
    def merged_away(self, database: str, above: Iterable[str]) -> bool:
        """True when a database file at `database` in a lower layer is replaced by the database files `above`."""
