"""The seams of scanning: package databases of a system, files that record packages, and executables that do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

import msgspec

from basewise.model.contents import Database, OwnedFiles, PackageRecord, PackageType
from basewise.model.evidence import OK, Status
from basewise.model.limits import Limits


class DatabaseContents(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of package database says about one layer."""

    databases: list[Database] = []
    records: list[PackageRecord] = []
    owned: list[OwnedFiles] = []


class PackageDatabase(ABC):
    """One format of package database."""

    type: PackageType
    folders: tuple[str, ...]
    """Folders with trailing slash, without leading one; `wants` is asked about nothing outside them."""
    file_limit: str = "kept_file_bytes"
    """Field of `Limits` that bounds one file."""
    layer_limit: str = "kept_layer_bytes"
    """Field of `Limits` that bounds all files of a layer whose database names the same field, together."""

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


class FileContents(msgspec.Struct, frozen=True, kw_only=True):
    """What one file says about the packages it records."""

    records: list[PackageRecord] = []
    files: bytes = b""
    """Paths of the files that a package recorded elsewhere consists of, NUL-separated, without leading slash."""
    status: Status = OK
    """`partial` or `not_assessed`, with the reason, when the file could not be read in full."""


class PackageFile(ABC):
    """One kind of file that records packages by itself: metadata of an installed package, an archive, a lock file."""

    type: PackageType
    endings: tuple[str, ...]
    """`wants` is asked about nothing that does not end in one of these."""

    @abstractmethod
    def wants(self, path: str) -> bool:
        """True when the regular file at `path` (no leading slash) is to be read."""

    @abstractmethod
    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        """Reads one whole file. Never raises for what it holds. Records carry `database` and `path`."""


class Executable(ABC):
    """One way in which programs say what they were built from."""

    type: PackageType

    @abstractmethod
    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        """Reads one whole ELF file that may be executed. Never raises; most programs have nothing to say."""

    def wants(self, path: str) -> bool:  # noqa: ARG002 - most ways need no name
        """True when the shared library at `path` is to be read although its mode does not let it be executed."""
        return False
