"""The package database of rpm, wherever a distribution keeps it and however it is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from basewise.model.contents import Database, OwnedFiles, PackageRecord
from basewise.model.evidence import Status
from basewise.model.limits import Limits
from basewise.scan.databases.rpm import container_manifest, package, write_ahead_log
from basewise.scan.databases.rpm.berkeley import read_berkeley
from basewise.scan.databases.rpm.header import BrokenHeader, Header
from basewise.scan.databases.rpm.ndb import read_ndb
from basewise.scan.databases.rpm.sqlite import read_sqlite
from basewise.scan.databases.rpm.stored import Stored
from basewise.scan.databases.stanzas import Trouble
from basewise.scan.interface import DatabaseContents, PackageDatabase

_STORAGES: dict[str, Callable[[bytes, Limits], Iterator[Stored]]] = {
    "rpmdb.sqlite": read_sqlite,
    "Packages.db": read_ndb,
    "Packages": read_berkeley,
}
_FOLDERS = ("var/lib/rpm/", "usr/lib/sysimage/rpm/", "usr/share/rpm/")
"""rpm's own default, its place since Fedora 36 and on SUSE, and that of ostree's images."""
_LOG = "-wal"
_DATABASES = {folder + name: read for folder in _FOLDERS for name, read in _STORAGES.items()}
_LOGS = {path + _LOG: path for path, read in _DATABASES.items() if read is read_sqlite}


class Rpm(PackageDatabase):
    """The database of rpm. A layer that holds it in two places or storages has the packages of both."""

    type = "rpm"
    folders = (*_FOLDERS, container_manifest.PATH)
    file_limit = layer_limit = "rpm_database_bytes"

    def wants(self, path: str) -> bool:
        return self.is_database(path)

    def is_database(self, path: str) -> bool:
        return path in _DATABASES or path in _LOGS or path == container_manifest.PATH

    def read(self, files: Mapping[str, bytes], limits: Limits) -> DatabaseContents:
        reading = _Reading(limits)
        for path, data in files.items():
            if path == container_manifest.PATH:
                reading.manifest(path, data)
            elif path in _DATABASES:
                reading.database(path, data, files.get(path + _LOG, b""))
            elif data and path in _LOGS and _LOGS[path] not in files:
                status = Status("partial", f"{path} holds changes to {_LOGS[path]}, which is not in the same layer")
                reading.databases.append(Database(path, "rpm", status))
        return DatabaseContents(databases=reading.databases, records=reading.records, owned=reading.owned)

    def merged_away(self, database: str, above: Iterable[str]) -> bool:
        """A system has one database, which may move and change its storage; a manifest stands for images without."""
        if database == container_manifest.PATH:
            return database in above
        return any(path in _DATABASES for path in above)


class _Reading:
    """What was read of one layer so far."""

    def __init__(self, limits: Limits) -> None:
        self.databases: list[Database] = []
        self.records: list[PackageRecord] = []
        self.owned: list[OwnedFiles] = []
        self._limits = limits
        self._path_room = limits.layer_path_bytes

    def database(self, path: str, data: bytes, log: bytes) -> None:
        trouble = Trouble(path)
        if log:
            try:
                data = write_ahead_log.apply(data, log)
            except write_ahead_log.UnknownLog as unknown:
                trouble.say(f"its write-ahead log {unknown}")
        before = len(self.records)
        left = len(data)
        for number, stored in enumerate(_DATABASES[path](data, self._limits), start=before + 1):
            left -= stored.size
            if number > self._limits.layer_packages:
                trouble.say("has more packages than layer_packages allows")
                break
            if left < 0:
                trouble.say("has headers that together are longer than itself")
                break
            if stored.problem:
                trouble.say(stored.problem)
                continue
            try:
                self._package(path, Header(stored.header, self._limits), number - before, trouble)
            except BrokenHeader as broken:
                trouble.say(f"package {number - before} {broken}")
        self.databases.append(Database(path, "rpm", trouble.status(len(self.records) - before)))

    def _package(self, path: str, header: Header, number: int, trouble: Trouble) -> None:
        fields = package.fields_of(header)
        if fields.name == package.KEY or not self._record(path, fields, f"package {number}", trouble):
            return
        try:
            paths = package.owned_paths(header, self._path_room)
        except BrokenHeader as broken:
            trouble.say(f"package {number} ({fields.name}) {broken}")
            return
        if paths:
            self._path_room -= len(paths)
            self.owned.append(OwnedFiles(path, fields.name, paths))

    def manifest(self, path: str, data: bytes) -> None:
        trouble = Trouble(path)
        before = len(self.records)
        for number, found in enumerate(container_manifest.read_manifest(data), start=before + 1):
            if number > self._limits.layer_packages:
                trouble.say("has more packages than layer_packages allows")
                break
            if isinstance(found, str):
                trouble.say(found)
            elif found.name != package.KEY:
                self._record(path, found, f"package {number - before}", trouble)
        self.databases.append(Database(path, "rpm", trouble.status(len(self.records) - before)))

    def _record(self, path: str, fields: package.Fields, where: str, trouble: Trouble) -> bool:
        problem = package.problem_of(fields)
        if problem:
            trouble.say(f"{where} {problem}")
            return False
        self.records.append(package.record_of(path, fields))
        return True
