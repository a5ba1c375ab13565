"""Gathers what is kept of a layer while its members pass by, and parses it at the end."""

from __future__ import annotations

import sys
from array import array
from collections import Counter

from basewise.archive.paths import clean, decode
from basewise.archive.tar_header import DIRECTORY, FILE, HARD_LINK, SPARSE, SYMLINK, Member
from basewise.model.contents import (
    Database,
    LayerContents,
    OsRelease,
    OwnedFiles,
    PackageRecord,
    PackageType,
    SurfaceEntry,
)
from basewise.model.errors import LimitExceeded
from basewise.model.evidence import Status
from basewise.model.limits import Limits
from basewise.scan import os_release, surface
from basewise.scan.databases import DATABASES
from basewise.scan.single_files import SingleFiles

_WHITEOUT = ".wh."
_WHITEOUT_META = ".wh..wh."
"""Bookkeeping of AUFS, whose only surviving member is the opaque marker (OCI Layer specification, "Whiteouts")."""
_OPAQUE = ".wh..wh..opq"
_KEPT_FOLDERS = (*os_release.PATHS, *(folder for database in DATABASES.values() for folder in database.folders))
_BATCH = 8192
"""Paths that are held one by one before they are packed."""
_BATCH_BYTES = 1024 * 1024
"""And how long they may be together."""
_LATEST = 253_402_300_799
"""9999-12-31; a later time is no time."""
_NOT_KEPT = {
    HARD_LINK: "a hard link to a file that is not kept",
    SYMLINK: "a symbolic link",
    SPARSE: "stored as a sparse file",
}


class Collector:
    """What one layer holds, as far as its members have passed by."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._names: list[str] = []
        self._packed: list[bytes] = []
        self._held_bytes = 0
        self._path_bytes = 0
        self._times = array("q")
        self._sizes = array("Q")
        self._single_files = SingleFiles(limits)
        self._kept: dict[str, bytes] = {}
        self._kept_bytes: Counter[str] = Counter()
        """By the field of the limits that bounds them together."""
        self._lost: dict[str, str] = {}
        self._whiteouts: dict[str, None] = {}
        self._opaque: dict[str, None] = {}
        self._surface: dict[tuple[str, str], SurfaceEntry] = {}

    def wants(self, member: Member) -> bool:
        """True when the content of this regular file is to be given to `add`; what is too large is remembered."""
        if member.path.startswith(_KEPT_FOLDERS) and _is_wanted(member.path):
            return self._fits(member.path, member.size)
        return self._single_files.wants(member)

    def _fits(self, path: str, size: int) -> bool:
        file_limit, layer_limit = _bounds(path)
        most, most_together = getattr(self._limits, file_limit), getattr(self._limits, layer_limit)
        if size > most:
            self._lost[path] = f"{size} bytes; {file_limit} is {most}"
            return False
        if self._kept_bytes[layer_limit] - len(self._kept.get(path, b"")) + size > most_together:
            self._lost[path] = f"beyond {layer_limit}, {most_together}"
            return False
        return True

    def add(self, member: Member) -> None:
        """Takes the next member.

        Raises:
            LimitExceeded: all paths together are longer than allowed.
        """
        path = member.path
        if _WHITEOUT in path and self._is_whiteout(path):
            return
        if member.type == DIRECTORY:
            return
        self._names.append(path)
        self._times.append(member.mtime if member.mtime <= _LATEST else 0)
        self._sizes.append(member.size if member.type == FILE else 0)
        self._held_bytes += len(path)
        if len(self._names) >= _BATCH or self._held_bytes >= _BATCH_BYTES:
            self._pack()
        if path.startswith(_KEPT_FOLDERS) and _is_wanted(path):
            self._keep(member)
        elif member.data is not None or member.type != FILE:
            self._single_files.add(member)
        if path.startswith(surface.FOLDERS):
            kind = surface.tool_kind(path)
            if kind:
                self._surface[kind, path] = SurfaceEntry(kind, path)
        if member.mode & surface.SPECIAL_BITS and member.type in {FILE, HARD_LINK}:
            self._surface.update(((entry.kind, path), entry) for entry in surface.privileges(path, member.mode))

    def finish(self) -> LayerContents:
        """Everything gathered, parsed; blob, diff ID and sizes are left to the caller.

        Raises:
            LimitExceeded: as `add`.
        """
        self._pack()
        databases: list[Database] = []
        records: list[PackageRecord] = []
        owned: list[OwnedFiles] = []
        for database in DATABASES.values():
            files = {path: data for path, data in self._kept.items() if database.wants(path)}
            if files:
                found = database.read(files, self._limits)
                databases += found.databases
                records += found.records
                owned += found.owned
        return LayerContents(
            blob="",
            diff_id="",
            files=b"\0".join(self._packed),
            file_sizes=_little_endian(self._sizes),
            databases=[*databases, *self._lost_databases(), *self._single_files.broken],
            records=records + self._single_files.records,
            owned=owned,
            installed=self._single_files.installed,
            os_releases=self._os_releases(),
            whiteouts=list(self._whiteouts),
            opaque=list(self._opaque),
            surface=list(self._surface.values()),
            newest_owned_mtime=self._newest(owned) if owned else 0,
        )

    def _is_whiteout(self, path: str) -> bool:
        folder, slash, name = path.rpartition("/")
        if not name.startswith(_WHITEOUT):
            return False
        if name == _OPAQUE:
            self._opaque[folder] = None
        elif not name.startswith(_WHITEOUT_META) and name[4:] not in {"", ".", ".."}:
            self._whiteouts[folder + slash + name[4:]] = None
        return True

    def _keep(self, member: Member) -> None:
        data = member.data
        if member.type == HARD_LINK:
            data = self._kept.get(clean(member.link) or "")
            if data is not None and not self._fits(member.path, len(data)):
                data = None
        before = self._kept.pop(member.path, b"")
        layer_limit = _bounds(member.path)[1]
        self._kept_bytes[layer_limit] -= len(before)
        if data is not None:
            self._kept[member.path] = data
            self._kept_bytes[layer_limit] += len(data)
            self._lost.pop(member.path, None)
        elif member.type != FILE:
            self._lost[member.path] = _NOT_KEPT.get(member.type, "no regular file")

    def _pack(self) -> None:
        if not self._names:
            return
        packed = "\0".join(self._names).encode()
        self._path_bytes += len(packed)
        if self._path_bytes > self._limits.layer_path_bytes:
            raise LimitExceeded(f"paths of more than {self._limits.layer_path_bytes} bytes (layer_path_bytes)")
        self._packed.append(packed)
        self._names.clear()
        self._held_bytes = 0

    def _lost_databases(self) -> list[Database]:
        return [
            Database(path, kind, Status("not_assessed", f"{path} is {reason}"))
            for path, reason in self._lost.items()
            for kind in _types(path)
        ]

    def _os_releases(self) -> list[OsRelease]:
        return [os_release.read_os_release(path, self._kept[path]) for path in os_release.PATHS if path in self._kept]

    def _newest(self, lists: list[OwnedFiles]) -> int:
        owned = set(decode(b"\0".join(listed.paths for listed in lists)).split("\0"))
        newest = 0
        at = 0
        for packed in self._packed:
            for path in packed.decode().split("\0"):
                time = self._times[at]
                at += 1
                if time > newest and (path in owned or (path.startswith("usr/") and path[4:] in owned)):
                    newest = time  # since /bin is a link to /usr/bin, dpkg lists what is in the archive under usr/
        return newest


def _is_wanted(path: str) -> bool:
    return path in os_release.PATHS or any(database.wants(path) for database in DATABASES.values())


def _types(path: str) -> list[PackageType]:
    """The kind of database that the file at `path` is; none for the lists of files beside one."""
    return [database.type for database in DATABASES.values() if database.is_database(path)]


def _bounds(path: str) -> tuple[str, str]:
    """The fields of the limits that bound the kept file at `path`, and all that are kept like it."""
    for kind in DATABASES.values():
        if kind.wants(path):  # lists beside a database must not take its room: without them, it can still be read
            return (kind.file_limit, kind.layer_limit if kind.is_database(path) else "kept_lists_bytes")
    return ("kept_file_bytes", "kept_layer_bytes")


def _little_endian(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
