"""Packages that a file of their own records: language metadata, archives, executables. Each is read as it passes by.

Nothing is kept: one file at a time is in memory, so a layer with ten thousand of them costs no more than its largest.

Whether a file is a program must be told before its content is seen. Those that may be executed are read, and whatever
lies in a folder of programs, where tools that copy lose the bit. A program elsewhere without the bit is not: the kernel
refuses to run it (execve(2), EACCES), and reading all that may not be executed, mostly data and shared libraries, is
five times as much to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from basewise.archive.paths import clean
from basewise.archive.tar_header import HARD_LINK, Member
from basewise.model.contents import Database, PackageRecord, PackageType
from basewise.model.evidence import OK, Status
from basewise.model.limits import Limits
from basewise.scan.executables import EXECUTABLES
from basewise.scan.interface import Executable, FileContents, PackageFile
from basewise.scan.languages import PACKAGE_FILES
from basewise.scan.recent import Recent

_ELF = b"\x7fELF"
_EXECUTE = 0o111
_FOLDERS_OF_PROGRAMS = {"bin", "sbin"}
_LIBRARY = ".so"


_NOTHING = FileContents()


class SingleFiles:
    """Records of one layer, gathered file by file."""

    def __init__(
        self,
        limits: Limits,
        package_files: Sequence[PackageFile] = PACKAGE_FILES,
        executables: Sequence[Executable] = EXECUTABLES,
    ) -> None:
        self._limits = limits
        self._package_files = package_files
        self._executables = executables
        self._endings = tuple({ending for kind in package_files for ending in kind.endings})
        self._records: dict[str, list[PackageRecord]] = {}
        self._broken: dict[str, Database] = {}
        self._installed: dict[str, bytes] = {}
        self._recent = Recent(limits.linked_program_bytes)
        self._is_elf: dict[str, bool] = {}
        """By path of each file whose content was seen and that no language claims."""
        self._count = 0
        self._path_bytes = 0

    def wants(self, member: Member) -> bool:
        """True when the content of this regular file is to be read; one that is too large is recorded as not read."""
        kinds = self._kinds(member.path)
        if kinds:
            return self._fits(member, kinds[0].type, self._limits.package_file_bytes, "package_file_bytes")
        if self._executables and member.size >= len(_ELF) and self._may_run(member):
            return self._fits(member, "generic", self._limits.executable_bytes, "executable_bytes")
        return False

    def add(self, member: Member) -> None:
        """Takes the next member that is no file whose content was not wanted: reads it, or what it links to.

        A later member of the same path replaces an earlier one, whatever it is.
        """
        path, data = member.path, member.data
        if member.type == HARD_LINK:
            if (clean(member.link) or "") != path:
                self._link(member)
            return
        self._forget(path)
        if data is None:
            return
        kinds = self._kinds(path)
        if kinds:
            self._read(kinds, path, data)
        else:
            self._look(path, data)

    def _look(self, path: str, data: bytes) -> None:
        """Reads what may be a program."""
        self._is_elf[path] = data.startswith(_ELF)
        if self._is_elf[path]:
            self._recent.put(path, data)
            self._read(self._executables, path, data)

    def _forget(self, path: str) -> None:
        self._records.pop(path, None)
        self._broken.pop(path, None)
        self._installed.pop(path, None)
        self._is_elf.pop(path, None)
        self._recent.forget(path)

    @property
    def records(self) -> list[PackageRecord]:
        return [record for records in self._records.values() for record in records]

    @property
    def broken(self) -> list[Database]:
        """Files that could not be read, or not in full."""
        return list(self._broken.values())

    @property
    def installed(self) -> dict[str, bytes]:
        """By file with a list: the files that a library consists of, NUL-separated."""
        return dict(self._installed)

    def _read(self, kinds: Iterable[PackageFile | Executable], path: str, data: bytes) -> None:
        self._records.setdefault(path, [])  # it was read, whatever it says
        for kind in kinds:
            found = kind.read(path, data, self._limits)
            if found != _NOTHING:
                self._put(path, kind.type, found)

    def _put(self, path: str, kind: PackageType, found: FileContents) -> None:
        limits, status = self._limits, found.status
        records = self._records.setdefault(path, [])
        for record in found.records:
            self._path_bytes += len(record.path)
            if self._count >= limits.layer_packages:
                status = Status("partial", f"{path}: more packages than layer_packages = {limits.layer_packages}")
                break
            if self._path_bytes > limits.layer_path_bytes:
                status = Status("partial", f"{path}: longer paths than layer_path_bytes = {limits.layer_path_bytes}")
                break
            records.append(record)
            self._count += 1
        self._path_bytes += len(found.files)
        if found.files and self._path_bytes <= limits.layer_path_bytes:
            self._installed[path] = found.files
        if not status.is_ok:
            self._broken[path] = Database(path, kind, status)

    def _link(self, member: Member) -> None:
        """A second name of a file: its packages are at both places.

        pnpm and uv install libraries so from their stores, BusyBox and Perl their programs: which program it is may
        show in one of the names alone.
        """
        path, target = member.path, clean(member.link) or ""
        kinds = self._kinds(path)
        self._forget(path)
        if kinds:
            self._copy(path, target, kinds[0].type, is_whole=target in self._records)
            return
        data = self._recent.get(target)
        if data is not None:
            self._look(path, data)
        elif self._is_elf.get(target):
            named = any(kind.wants(path) for kind in self._executables)
            self._copy(path, target, "generic", is_whole=not named)
        elif target not in self._is_elf and _is_in_folder_of_programs(path):
            self._copy(path, target, "generic", is_whole=False)

    def _copy(self, path: str, target: str, kind: PackageType, *, is_whole: bool) -> None:
        """Records at `path` what is recorded at `target`."""
        whole = is_whole and target not in self._broken
        found = FileContents(
            records=[_moved(record, target, path) for record in self._records.get(target, [])],
            status=OK if whole else Status("partial", f"{path} is a hard link to a file that was not read in full"),
        )
        self._put(path, kind, found)

    def _may_run(self, member: Member) -> bool:
        """True for what may be a program, and for a library that says what a program beside it is."""
        path = member.path
        if member.mode & _EXECUTE or _is_in_folder_of_programs(path):
            return True
        return _LIBRARY in path and any(kind.wants(path) for kind in self._executables)

    def _kinds(self, path: str) -> list[PackageFile]:
        if not path.endswith(self._endings):
            return []
        return [kind for kind in self._package_files if path.endswith(kind.endings) and kind.wants(path)]

    def _fits(self, member: Member, kind: PackageType, most: int, limit: str) -> bool:
        if member.size <= most:
            return True
        reason = f"{member.path} has {member.size} bytes; {limit} is {most}"
        self._broken[member.path] = Database(member.path, kind, Status("not_assessed", reason))
        return False


def _is_in_folder_of_programs(path: str) -> bool:
    return "bin/" in path and path.rpartition("/")[0].rpartition("/")[2] in _FOLDERS_OF_PROGRAMS


def _moved(record: PackageRecord, file: str, to: str) -> PackageRecord:
    """The record as a file with another name gives it."""
    path = record.path
    if path.startswith(file):
        path = to + path.removeprefix(file)
    elif path == file.rpartition("/")[0]:
        path = to.rpartition("/")[0]
    return msgspec.structs.replace(record, database=to, path=path)
