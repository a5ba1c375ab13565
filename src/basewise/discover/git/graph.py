"""The commits of a clone, and what each changed against each of its parents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

import msgspec

from basewise.discover.git.command import Exhausted, Git, GitFailed

_RENAME_LIMIT = 1000
"""Files added and removed by one commit above which only unchanged contents are recognised under a new name; git's own
default (git-config(1), diff.renameLimit)."""
_FILE = b"100"  # modes 100644 and 100755; links and submodules are no files (git-fast-import(1), "filemodify")
_CHUNK = 1 << 20
_LONGEST_PATH = 1 << 20


class Commit(msgspec.Struct, frozen=True):
    """One commit."""

    name: str
    parents: tuple[str, ...]
    """Empty for the first commit, and where a shallow clone ends."""
    written: int
    """Author date, seconds since 1970."""
    made: int
    """Committer date, likewise."""


class Change(msgspec.Struct, frozen=True):
    """One file that a commit has otherwise than one of its parents."""

    path: str
    """In the commit, or in the parent when the commit removed it."""
    blob: str
    """Its content in the commit; '' when it is no file there."""
    old_path: str
    """In the parent: another one after a rename; '' when it is new."""
    old_blob: str


def read_commits(head: str, git: Git) -> list[Commit]:
    """The history of a commit, each before its parents (git-log(1), --topo-order), at most `git_commits` of it.

    Raises:
        GitFailed: a commit is missing or broken, or git was stopped.
    """
    arguments = ["log", "--topo-order", f"--max-count={git.limits.git_commits}", "--format=%H %at %ct %P", head]
    found: list[Commit] = []
    with git.running(arguments) as process:
        assert process.stdout is not None
        for line in process.stdout:
            name, written, made, *parents = line.decode("ascii", "replace").split()
            found.append(Commit(name, tuple(parents), _seconds(written), _seconds(made)))
    return found


def _seconds(text: str) -> int:
    """A date; 0 for one that is broken, which nobody believes."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0


class Comparisons:
    """What commits changed, in the order in which they were asked for (git-diff-tree(1), "Raw output format")."""

    def __init__(self, fields: Iterator[bytes], most: int) -> None:
        """Takes the parts of git's answer, and the most changes that are read."""
        self._fields = fields
        self._most = most
        self._count = 0
        self._commit = next(fields, None)

    def following(self) -> Iterator[Change] | None:
        """The changes of the next comparison, to be read before the one after it; None when there is none."""
        if self._commit is None:
            return None
        if self._commit.startswith(b":"):
            raise GitFailed("git diff-tree answers in a way that is not understood")
        return self._changes()

    def _changes(self) -> Iterator[Change]:
        """What follows a commit's name up to the next.

        Raises:
            Exhausted: there were too many.
        """
        for field in self._fields:
            if not field.startswith(b":"):
                self._commit = field
                return
            self._count += 1
            if self._count > self._most:
                raise Exhausted(f"git_changes = {self._most}")
            change = _change(field, self._fields)
            if change is not None:
                yield change
        self._commit = None


@contextmanager
def comparisons(commits: list[Commit], git: Git, *, similar: bool = True) -> Iterator[Comparisons]:
    """For each commit in turn, for each parent in turn, what changed; for one without parents, all that it has.

    Args:
        similar: recognise renames also where the content was changed a little; needs the contents of added and removed
            files, which a partial clone may not have.

    Raises:
        GitFailed: an object is missing or broken, or git was stopped; not before what came until then was given out.
    """
    renames = "--find-renames=50%" if similar else "--find-renames=100%"
    arguments = ["diff-tree", "--stdin", "-r", "--root", "-z", "--always", "--raw", "--no-abbrev", renames]
    with TemporaryFile() as pairs:
        for commit in commits:
            for parent in commit.parents or ("",):
                pairs.write(f"{commit.name} {parent}".rstrip().encode("ascii", "replace") + b"\n")
        pairs.seek(0)
        with git.running([*arguments, f"-l{_RENAME_LIMIT}"], stdin=pairs) as process:
            assert process.stdout is not None
            yield Comparisons(_fields(process.stdout), git.limits.git_changes)


def _fields(stream: IO[bytes]) -> Iterator[bytes]:
    """The parts of a stream, each ended by NUL."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
        if len(rest) > _LONGEST_PATH:
            raise GitFailed("a path in its history is longer than any file system allows")


def _change(field: bytes, fields: Iterator[bytes]) -> Change | None:
    """One record; None where neither side is a file."""
    old_mode, mode, old_blob, blob, status = field[1:].split(b" ")
    path = _path(next(fields, b""))
    other = _path(next(fields, b"")) if status[:1] in b"RC" else path
    was, is_now = old_mode.startswith(_FILE), mode.startswith(_FILE)
    if not was and not is_now:
        return None
    return Change(
        path=other,
        blob=blob.decode("ascii", "replace") if is_now else "",
        old_path=path if was else "",
        old_blob=old_blob.decode("ascii", "replace") if was else "",
    )


def _path(raw: bytes) -> str:
    """A path as discovery names it: what is no UTF-8 is replaced."""
    return os.fsdecode(raw) if raw.isascii() else raw.decode("utf-8", "replace")
