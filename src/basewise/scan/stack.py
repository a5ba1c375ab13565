"""Layers on top of each other: databases, records, lists of files and surface, and since which layer each is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from basewise.archive.paths import decode
from basewise.model.contents import (
    Database,
    LayerContents,
    OsRelease,
    PackageRecord,
    Surface,
    SurfaceEntry,
    Unowned,
)
from basewise.scan import os_release
from basewise.scan.databases import DATABASES, SYSTEM_TYPES
from basewise.scan.files import FileTree, Hidden
from basewise.scan.owners import FileLists, Owner
from basewise.scan.places import as_they_lie, folder_of

_Identity = tuple[str, str, str, str, str]
_UNREAD_DATABASES = ("var/lib/pacman/local/ALPM_DB_VERSION", "usr/lib/opkg/status")
"""Records of packages in formats that are not read: those of Arch Linux and of OpenWrt before it took to apk."""


class Placed(msgspec.Struct, frozen=True):
    """A package record where it is seen in the merged image."""

    record: PackageRecord
    layer: str
    """Blob digest of the layer since which it counts as what it is."""
    owner: str
    """Package of the system that its file belongs to; empty for none."""


class Stack:
    """Layers put on top of each other, base layer first."""

    def __init__(self) -> None:
        self._files = FileTree()
        self._layers: list[str] = []
        self.databases: dict[str, Database] = {}
        self.removed: dict[str, str] = {}
        """Databases that a layer took away without giving another, with the digest of that layer.

        A file that records one package (dpkg's status.d) goes with its package and is none of them.
        """
        self._records: dict[str, list[PackageRecord]] = {}
        self._lists = FileLists()
        self._library_files: dict[str, bytes] = {}
        """By file with a list: the files of one library, NUL-separated."""
        self._releases: dict[str, OsRelease] = {}
        self._entries: dict[tuple[str, str], SurfaceEntry] = {}
        self._of_lists = False
        """True when a list of many records packages that lie elsewhere: they come and go without it."""
        self._present: dict[_Identity, PackageRecord] = {}
        self._brought: dict[_Identity, int] = {}
        """Number of the layer, from 0, since which a package has been there."""
        self._installed: dict[str, int] = {}
        """The same by name, of packages of the system: the newest."""
        self._broken: dict[str, int] = {}
        """Number of the layer since which a file that records packages by itself has been broken as it is."""
        self._owners: dict[str, list[Owner]] | None = None

    def put(self, layer: LayerContents) -> None:
        hidden = self._files.put(layer)
        self._layers.append(layer.blob)
        self._releases = {path: seen for path, seen in self._releases.items() if not hidden.hides(path)}
        self._releases.update((release.path, release) for release in layer.os_releases)
        self._entries = {key: entry for key, entry in self._entries.items() if not hidden.hides(entry.path)}
        self._entries.update(((entry.kind, entry.path), entry) for entry in layer.surface)
        self._library_files = {path: files for path, files in self._library_files.items() if not hidden.hides(path)}
        self._library_files.update(layer.installed)
        gone = self._put_databases(layer, hidden)
        before = self._installed
        if gone or layer.databases or layer.records or self._of_lists:
            number = len(self._layers) - 1
            self._present = {_identity(record): record for record in self._visible() if self._is_there(record)}
            self._brought = {key: self._brought.get(key, number) for key in self._present}
            self._installed = _by_name(self._brought)
        self._lists.put(layer, gone, before, self._installed)
        self._owners = None

    def _put_databases(self, layer: LayerContents, hidden: Hidden) -> set[str]:
        """Puts the databases of a layer in place. Returns the paths of databases and records below that are gone."""
        above = {database.path for database in layer.databases}
        gone = {path for path, old in self.databases.items() if hidden.hides(path) or _replaced(old, above)}
        before = {path: self.databases.pop(path) for path in gone}
        for path, old in before.items():
            records = self._records.pop(path, [])
            if not _replaced(old, above) and old.type in SYSTEM_TYPES and (len(records) > 1 or not old.status.is_ok):
                self.removed[path] = layer.blob
        alone = {path for path in self._records if path not in self.databases and hidden.hides(path)}
        for path in alone:
            del self._records[path]
        for database in layer.databases:
            self.databases[database.path] = database
            self.removed.pop(database.path, None)
            if before.get(database.path) != database:
                self._broken[database.path] = len(self._layers) - 1
        for record in layer.records:
            self._records.setdefault(record.database, []).append(record)
            self._of_lists |= not _tells_of_itself(record)
        return gone | alone

    def _visible(self) -> Iterable[PackageRecord]:
        return as_they_lie([record for records in self._records.values() for record in records])

    def packages(self) -> list[Placed]:
        """Packages, each once."""
        owners = self._file_owners()
        found = {
            key: (record, self._owner(key, owners.get(record.database, []))) for key, record in self._present.items()
        }
        nobodys = {record.database for record, owner in found.values() if record.path and not owner}
        former = self._lists.former_owners(nobodys)
        return [
            Placed(record, self._layers[self._since(key, "" if owner else record.database, former)], owner)
            for key, (record, owner) in found.items()
        ]

    def _owner(self, key: _Identity, owners: Iterable[Owner]) -> str:
        since = self._brought[key]
        return next((owner.package for owner in owners if since <= owner.since), "")

    def _since(self, key: _Identity, file: str, former: Mapping[str, list[Owner]]) -> int:
        """Since which layer a package counts: what was an installed package's counts since that one is gone."""
        since = self._brought[key]
        return max([since, *(owner.until for owner in former.get(file, ()) if since <= owner.since)])

    def _alone(self) -> set[str]:
        """Files that record packages by themselves."""
        alone = {path for path, records in self._records.items() if any(record.path for record in records)}
        alone.update(path for path, database in self.databases.items() if database.type not in SYSTEM_TYPES)
        return alone & self._files.paths()

    def _file_owners(self) -> dict[str, list[Owner]]:
        if self._owners is None:
            self._owners = self._lists.owners(self._alone(), self._installed)
        return self._owners

    def owned_files(self) -> set[str]:
        """Broken files that would record packages by themselves and belong to a package of the system as they are."""
        owners = self._file_owners()
        return {
            path for path, since in self._broken.items() if any(since <= owner.since for owner in owners.get(path, ()))
        }

    def _is_there(self, record: PackageRecord) -> bool:
        """False for a package that a list of many still names although nothing is left at its place."""
        return _tells_of_itself(record) or record.path in self._files or self._files.has_folder(record.path)

    def listed(self) -> set[str]:
        """Names of the packages of the system whose files are listed."""
        return self._lists.packages()

    def unowned(self) -> Unowned:
        """Files that neither a package of the system nor a library or program accounts for."""
        owned = {*self._lists.owned(), *self._records, *self._lists.files(), *self.databases}
        owned.update(self._library_files, decode(b"\0".join(self._library_files.values())).split("\0"))
        folders = {folder for record in self._present.values() if (folder := folder_of(record))}
        return self._files.unowned(owned, folders)

    def release(self) -> OsRelease | None:
        """The os-release that counts: that of /etc when there is one with an ID, else that of /usr/lib."""
        found = [self._releases[path] for path in os_release.PATHS if path in self._releases]
        return next((release for release in found if release.id), found[0] if found else None)

    def surface(self) -> Surface:
        paths: dict[str, list[str]] = {}
        for entry in sorted(self._entries.values(), key=lambda entry: entry.path):
            paths.setdefault(entry.kind, []).append(entry.path)
        return Surface(
            shells=paths.get("shell", []),
            package_managers=paths.get("package_manager", []),
            compilers=paths.get("compiler", []),
            network_tools=paths.get("network_tool", []),
            setuid_files=paths.get("setuid", []),
            setgid_files=paths.get("setgid", []),
            files=len(self._files),
        )

    def has_packages(self) -> bool:
        return any(True for _ in self._visible())

    def has_files(self) -> bool:
        return len(self._files) > 0

    def unread_databases(self) -> list[str]:
        return [path for path in _UNREAD_DATABASES if path in self._files]


def _identity(record: PackageRecord) -> _Identity:
    return (record.type, record.name, record.version, record.architecture, record.path)


def _tells_of_itself(record: PackageRecord) -> bool:
    """True for a package of the system, and for one that a file in its place, or around it, records."""
    path = record.path
    return not path or path.startswith(record.database) or record.database.startswith(path + "/")


def _by_name(brought: Mapping[_Identity, int]) -> dict[str, int]:
    installed: dict[str, int] = {}
    for (kind, name, *_), number in brought.items():
        if kind in SYSTEM_TYPES:
            installed[name] = max(number, installed.get(name, 0))
    return installed


def _replaced(database: Database, above: set[str]) -> bool:
    kinds = (kind for kind in DATABASES.values() if kind.is_database(database.path)) if above else ()
    return any(kind.merged_away(database.path, above) for kind in kinds)
