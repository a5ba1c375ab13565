"""Finds clones: the one that a directory target lies in, and those below it.

A clone is a directory with `.git`: a directory, or a file that names one (a linked working tree, a submodule), as
gitrepository-layout(5) and git-worktree(1) describe them; or a bare one, which holds no files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from basewise.discover.directory import SKIPPED_DIRECTORIES
from basewise.model.limits import Limits

_GIT = ".git"
_LONGEST_LINK = 4096 + 16  # bytes of a `.git` file: one line with one path
_BARE = frozenset({"HEAD", "objects", "refs"})


class Place(msgspec.Struct, frozen=True):
    """A file as its user can open it, and where it really is."""

    name: str
    """As usages name it."""
    location: Path
    """Canonical."""


class Clone(msgspec.Struct, frozen=True):
    """A clone that was found."""

    root: Path
    """Canonical; its working tree, or itself when it is bare."""
    git: Path
    """`.git`, whether it is a directory or a file."""
    bare: bool = False


def find_clones(target: Path, limits: Limits) -> Iterator[Clone]:
    """The clone around a directory target, if any, and those in it, at any depth, in the order of their paths.

    Follows no symbolic link, and enters no directory that discovery does not enter. A target that is a file is taken
    for the directory it lies in, without what is below that.

    Args:
        target: a file or directory.
        limits: `clones` and `source_files` bound the search; the caller counts what came.
    """
    start = target.resolve()
    if start.is_file():
        start = start.parent
        yield from _around(start)
        return
    if not _is_clone(start):
        yield from _around(start.parent)
    yield from _below(start, limits)


def _around(directory: Path) -> Iterator[Clone]:
    """The clone that a directory lies in: what git itself would find, going up."""
    for parent in [directory, *directory.parents]:
        if _is_clone(parent):
            yield Clone(parent, parent / _GIT)
            return


def _below(start: Path, limits: Limits) -> Iterator[Clone]:
    pending = [start]
    looked_at = found = 0
    while pending and found < limits.clones:
        directory = pending.pop()
        names: set[str] = set()
        below: list[str] = []
        try:
            with os.scandir(directory) as entries:
                for entry in entries:
                    looked_at += 1
                    names.add(entry.name)
                    if entry.name not in SKIPPED_DIRECTORIES and entry.is_dir(follow_symlinks=False):
                        below.append(entry.name)
        except OSError:
            continue  # discovery records directories that it cannot list
        if looked_at > limits.source_files:
            return  # so does it say that the walk ended
        if _GIT in names and _is_clone(directory):
            found += 1
            yield Clone(directory, directory / _GIT)
        elif names >= _BARE and _is_bare(directory):
            found += 1
            yield Clone(directory, directory, bare=True)
            continue
        pending += [directory / name for name in sorted(below, reverse=True)]


def _is_clone(directory: Path) -> bool:
    """True for a directory with a `.git` that is more than an empty leftover; git passes over those too."""
    git = directory / _GIT
    if git.is_symlink():
        return False
    try:
        return (git / "HEAD").is_file() or (git.is_file() and _names_another(git))
    except OSError:
        return False


def _names_another(git: Path) -> bool:
    with git.open("rb") as file:
        return file.read(_LONGEST_LINK).startswith(b"gitdir:")


def _is_bare(directory: Path) -> bool:
    return (directory / "HEAD").is_file() and (directory / "objects").is_dir() and (directory / "refs").is_dir()
