"""Walks a directory for files that name images. Reads, never writes, and follows no symbolic link."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from basewise.discover.included import without_included
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.source_file import SourceFile
from basewise.model.errors import UsageError
from basewise.model.evidence import Status
from basewise.model.limits import Limits
from basewise.model.workload import Source

SKIPPED_DIRECTORIES = frozenset(
    {
        # other people's code, fetched or vendored
        "node_modules", "bower_components", "vendor", "site-packages", ".venv", "venv", ".tox", ".nox",
        # version control
        ".git", ".hg", ".svn", ".bzr",
        # what tools keep for themselves
        ".terraform", ".terragrunt-cache", ".gradle", ".cache", ".basewise", "__pycache__",
        ".mypy_cache", ".pytest_cache", ".ruff_cache", ".idea", ".vscode",
    }
)  # fmt: skip
"""Names of directories that are not entered: what lies there is not what the team deploys."""

_OPEN_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""Nothing that was changed into a link or a pipe since it was listed is followed or waited for."""

_Kind = Literal["directory", "file", "link"]


class _Entry(msgspec.Struct, frozen=True):
    """Something below the root."""

    location: Path
    path: str
    """Relative to the root, forward slashes; '' for the root itself."""
    kind: _Kind


def discover(root: Path, sources: Sequence[UsageSource], limits: Limits) -> Iterator[tuple[str, Discovered]]:
    """What the files at `root` say, file by file, in the order of their paths.

    Files that say nothing (YAML that is no Kubernetes object) are left out, and so is what files say that are part of
    others (the base of an overlay); files and directories that cannot be read come with their status.

    Args:
        root: a directory, or one file. A symbolic link is followed here and nowhere below.
        sources: the kinds of files to look for.
        limits: `source_files` bounds the walk; each source bounds what it reads.

    Yields:
        The path relative to `root` with forward slashes (the name alone for a single file), and what was found.

    Raises:
        UsageError: there is nothing at `root`.
    """
    if not root.exists():
        raise UsageError(f"there is no file or directory {root}")
    yield from without_included(list(_walk(root, sources, limits)))


def _walk(root: Path, sources: Sequence[UsageSource], limits: Limits) -> Iterator[tuple[str, Discovered]]:
    """What every file says by itself."""
    if not root.is_dir():
        beside = Beside(root.resolve().parent, limits)
        yield from _read(_Entry(root.resolve(), root.name, "file"), sources, limits, beside)
        return
    beside = Beside(root.resolve(), limits)
    looked_at = 0
    pending = [_Entry(root, "", "directory")]
    while pending:
        entry = pending.pop()
        if entry.kind == "directory":
            try:
                pending += reversed(_entries(entry))
            except OSError as error:
                yield entry.path or ".", _not_assessed(f"cannot be listed: {error.strerror}")
            continue
        looked_at += 1
        if looked_at > limits.source_files:
            yield entry.path, _not_assessed(f"the walk ended here after source_files = {limits.source_files} files")
            return
        if entry.kind == "link":
            if _is_lost(entry, root.resolve(), sources):
                yield entry.path, _not_assessed("a symbolic link, not followed, to a file that is not read otherwise")
            continue
        yield from _read(entry, sources, limits, beside)


def summarise(locator: str, found: Iterable[Discovered]) -> Source:
    """The source that a directory or file target is: not assessed when nothing in it says anything.

    Files of a directory that could not be read speak for themselves, each a source of its own.

    Args:
        locator: the target as its user wrote it.
        found: everything that `discover` gave for it.
    """
    statuses = [item.status for item in found]
    if Path(locator).is_dir():
        reason = "" if statuses else f"no Dockerfile or manifest found below {locator}"
        return Source(locator, "directory", "not_assessed" if reason else "ok", reason)
    nothing = Status("not_assessed", f"by its name this is no Dockerfile or manifest: {locator}")
    status = statuses[0] if statuses else nothing
    return Source(locator, "file", status.status, status.reason)


def _entries(directory: _Entry) -> list[_Entry]:
    """What a directory holds, sorted by name; pipes, sockets and devices hold no text and are left out."""
    found: list[_Entry] = []
    with os.scandir(directory.location) as entries:
        for entry in sorted(entries, key=lambda entry: os.fsencode(entry.name)):
            kind = _kind(entry)
            if kind is None or (kind == "directory" and entry.name in SKIPPED_DIRECTORIES):
                continue
            name = os.fsencode(entry.name).decode("utf-8", "replace")
            path = f"{directory.path}/{name}" if directory.path else name
            found.append(_Entry(directory.location / entry.name, path, kind))
    return found


def _kind(entry: os.DirEntry[str]) -> _Kind | None:
    if entry.is_symlink():
        return "link"
    if entry.is_dir():
        return "directory"
    return "file" if entry.is_file() else None


def _is_lost(link: _Entry, root: Path, sources: Sequence[UsageSource]) -> bool:
    """True for a link that names a manifest or Dockerfile which the walk meets under no other name."""
    if not _claiming(link.path, sources):
        return False
    target = Path(os.path.realpath(link.location))
    if not target.is_relative_to(root) or not target.is_file():
        return not target.is_dir()
    path = target.relative_to(root)
    return bool(SKIPPED_DIRECTORIES.intersection(path.parts)) or not _claiming(path.as_posix(), sources)


def _claiming(path: str, sources: Sequence[UsageSource]) -> list[UsageSource]:
    return [source for source in sources if source.claims(path)]


def _read(
    entry: _Entry, sources: Sequence[UsageSource], limits: Limits, beside: Beside
) -> Iterator[tuple[str, Discovered]]:
    """What one file says to each kind of source that claims it."""
    path = entry.path
    claiming = _claiming(path, sources)
    if not claiming:
        return
    try:
        data = _content(entry.location, _largest(limits))
    except OSError as error:
        yield path, _not_assessed(f"cannot be read: {error.strerror}")
        return
    file = SourceFile(path, data, limits, beside.read, beside.names)
    for source in claiming:
        found = source.read(file)
        if found != Discovered():
            yield path, found


class Beside:
    """Other files below the root by their path; those behind a symbolic link, and unreadable ones, are not there."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self._root = root
        self._limits = limits

    def read(self, path: str) -> bytes | None:
        """The bytes of a file."""
        location = self._inside(path)
        try:
            return _content(location, _largest(self._limits)) if location else None
        except OSError:
            return None

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder."""
        location = self._inside(folder)
        try:
            entries = _entries(_Entry(location, folder, "directory")) if location else []
        except OSError:
            return []
        return [entry.location.name for entry in entries if entry.kind == "file"]

    def _inside(self, path: str) -> Path | None:
        location = self._root / path
        try:
            return location if Path(os.path.realpath(location)) == location else None
        except ValueError:
            return None


def _largest(limits: Limits) -> int:
    return max(limits.yaml_bytes, limits.dockerfile_bytes)


def _content(location: Path, largest: int) -> bytes:
    """The bytes of a file, up to one more than the largest that any source reads, so that it can be refused."""
    descriptor = os.open(location, _OPEN_FLAGS)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        return file.read(largest + 1)


def _not_assessed(reason: str) -> Discovered:
    return Discovered(status=Status("not_assessed", reason))
