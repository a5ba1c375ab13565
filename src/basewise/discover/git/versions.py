"""What the contents that a file has had name: each is read once, by the sources that read the file today."""

from __future__ import annotations

import posixpath
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from basewise.discover.git.command import Exhausted, Git, GitFailed
from basewise.discover.git.follow import Version
from basewise.discover.interface import UsageSource
from basewise.discover.source_file import SourceFile
from basewise.model.errors import InvalidReference
from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.model.workload import Usage

_CHUNK = 1 << 16
NOTHING: frozenset[str] = frozenset()


def base_line(usage: Usage) -> str:
    """The base line that a usage names; '' for `scratch` and for what is no reference."""
    if not usage.status.is_ok or usage.reference == "scratch":
        return ""
    try:
        return Reference.parse(usage.reference).line
    except InvalidReference:
        return ""


@contextmanager
def versions(sources: Sequence[UsageSource], git: Git) -> Iterator[Versions]:
    """A reader of contents, with one process of git behind it.

    Raises:
        GitFailed: git was stopped.
    """
    with git.running(["cat-file", "--batch"], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Versions(sources, git.limits, _Contents(process.stdin, process.stdout, git.limits))


class Versions:
    """Reads versions of files."""

    def __init__(self, sources: Sequence[UsageSource], limits: Limits, contents: _Contents) -> None:
        self._sources = sources
        self._limits = limits
        self._contents = contents
        self._known: dict[tuple[str, str], frozenset[str] | None] = {}
        self._neighbours: dict[str, set[str]] = {}
        self.unread = 0
        """Versions that are not here, or too large."""

    def neighbours(self, path: str) -> set[str]:
        """Paths of the other files that versions at `path` looked at."""
        return self._neighbours.get(path, set())

    def bases(self, version: Version) -> frozenset[str] | None:
        """The base lines that a version names; None when its content is not here, or too large.

        Raises:
            Exhausted: a limit was reached.
            GitFailed: git was stopped.
        """
        key = (version.blob, version.path)
        if key in self._known:
            return self._known[key]
        claiming = [source for source in self._sources if source.claims(version.path)]
        if not claiming:
            return NOTHING
        data = self._contents.read(version.blob or f"{version.commit}:{version.path}")
        if data is None and not version.blob:
            return NOTHING  # that commit has no such file
        if data is None:
            self.unread += 1
            self._known[key] = None
            return None
        beside = _Beside(version.commit, self._contents.read)
        file = SourceFile(version.path, data, self._limits, beside.read)
        named = {base_line(usage) for source in claiming for usage in source.read(file).usages}
        found = frozenset(named - {""})
        if beside.asked:
            self._neighbours.setdefault(version.path, set()).update(beside.asked)
        elif version.blob:
            self._known[key] = found
        return found


class _Beside:
    """Other files of the same commit."""

    def __init__(self, commit: str, read: Callable[[str], bytes | None]) -> None:
        self._commit = commit
        self._read = read
        self.asked: set[str] = set()

    def read(self, path: str) -> bytes | None:
        """The content of a file of the commit; None when there is none."""
        self.asked.add(posixpath.normpath(path))
        return self._read(f"{self._commit}:{path}")


class _Contents:
    """Blobs by their name (git-cat-file(1), "Batch output"), one after the other."""

    def __init__(self, questions: IO[bytes], answers: IO[bytes], limits: Limits) -> None:
        self._questions = questions
        self._answers = answers
        self._limits = limits
        self._largest = max(limits.yaml_bytes, limits.dockerfile_bytes)
        self._count = 0
        self._bytes = 0

    def read(self, name: str) -> bytes | None:
        """The blob that a name stands for; None when there is none, or none that is small enough."""
        if "\n" in name:
            return None
        self._count += 1
        if self._count > self._limits.git_versions:
            raise Exhausted(f"git_versions = {self._limits.git_versions}")
        try:
            self._questions.write(name.encode("utf-8", "surrogateescape") + b"\n")
            self._questions.flush()
        except OSError as error:
            raise GitFailed("git cat-file ended early") from error
        header = self._answers.readline()
        if not header:
            raise GitFailed("git cat-file ended early")
        *_, kind, size = [b"", *header.split()]
        if not size.isdigit():
            return None  # "missing", "ambiguous" and the like
        return self._body(kind, int(size))

    def _body(self, kind: bytes, size: int) -> bytes | None:
        self._bytes += size
        if self._bytes > self._limits.git_versions_bytes:
            raise Exhausted(f"git_versions_bytes = {self._limits.git_versions_bytes}")
        wanted = kind == b"blob" and size <= self._largest
        parts: list[bytes] = []
        left = size + 1  # with the line end after it
        while left:
            part = self._answers.read(min(left, _CHUNK))
            if not part:
                raise GitFailed("git cat-file ended early")
            left -= len(part)
            if wanted:
                parts.append(part)
        return b"".join(parts)[:-1] if wanted else None
