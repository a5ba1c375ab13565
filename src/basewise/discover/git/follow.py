"""Follows files back through the history of a commit, through renames, to every content they have had.

Each file is followed on every side of a merge under the name it has there, as git-log(1) does for one file and one side
with `--follow`. A file that was removed and added again under its name is the same file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from basewise.discover.git.command import Exhausted
from basewise.discover.git.graph import Change, Commit, Comparisons
from basewise.model.limits import Limits

Tracked = dict[str, frozenset[int]]
"""Path to the numbers of the files that it became."""


class Version(msgspec.Struct, frozen=True):
    """A file as one commit has it."""

    commit: str
    path: str
    blob: str = ""
    """Empty where only the commit tells."""


class Step(msgspec.Struct, frozen=True):
    """A commit that has a file otherwise than every one of its parents."""

    commit: int
    """Number of the commit, in the order that was given."""
    file: int
    """Number of the file, in the order that was given."""
    now: Version
    before: list[Version]
    """In its parents, as far as these have the file."""


def follow(
    commits: Sequence[Commit],
    compared: Comparisons,
    files: Sequence[str],
    neighbours: Mapping[str, frozenset[int]],
    limits: Limits,
) -> Iterator[Step]:
    """Every step of every file, newest commit first.

    Args:
        commits: each before its parents; the first has the files under the given names.
        compared: each commit with each of its parents.
        files: paths.
        neighbours: paths of other files whose content changes what the numbered files say.
        limits: `git_paths` bounds the paths that are followed at the same time.

    Raises:
        Exhausted: a limit was reached.
    """
    count = len(files)
    first: Tracked = {path: frozenset({number}) for number, path in enumerate(files)}
    for path, numbers in neighbours.items():
        first[path] = first.get(path, frozenset()) | {number + count for number in numbers}
    waiting = _Waiting(limits.git_paths)
    for number, commit in enumerate(commits):
        tracked = waiting.take(commit.name) if number else first
        sides: list[_Side] = []
        for parent in commit.parents or ("",):
            changes = compared.following()
            if changes is None:
                return
            side = _compare(parent, changes, tracked, count)
            sides.append(side)
            if parent:
                waiting.give(parent, side.tracked)
        for key in sides[0].touched:
            if all(key in side.touched for side in sides):
                step = _step(number, commit, key, sides)
                if step is not None:
                    yield step


class _Waiting:
    """Where the files are in commits that are still to come. Most commits share one table."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._tables: dict[str, Tracked] = {}
        self._last: Tracked = {}
        self._added = 0
        """Paths of tables that were new, since all were last counted."""

    def take(self, commit: str) -> Tracked:
        self._last = self._tables.pop(commit)
        return self._last

    def give(self, parent: str, tracked: Tracked) -> None:
        """Adds what one child of a commit knows of it.

        Raises:
            Exhausted: too many paths wait.
        """
        table = _united(self._tables.get(parent), tracked)
        self._tables[parent] = table
        if table is not self._last:
            self._added += len(table)
        if self._added > self._most:
            self._added = sum({id(one): len(one) for one in self._tables.values()}.values())
            if self._added > self._most:
                raise Exhausted(f"git_paths = {self._most}")
            self._added //= 2  # counted again after half as many


_Key = tuple[int, str]
"""A file and its path in a commit; seldom, two sides of history know one file under two names."""


class _Side(msgspec.Struct):
    """A commit against one of its parents."""

    parent: str
    changes: dict[_Key, Change]
    touched: set[_Key]
    """Files that changed, or whose neighbours did."""
    tracked: Tracked
    """Where the parent has the files."""
    renamed: dict[str, str]


def _compare(parent: str, changes: Iterator[Change], tracked: Tracked, count: int) -> _Side:
    found: dict[_Key, Change] = {}
    beside: set[int] = set()
    renamed: dict[str, str] = {}
    for change in changes:
        numbers = tracked.get(change.path)
        if numbers is None:
            continue
        if change.old_path and change.old_path != change.path:
            renamed[change.path] = change.old_path
        for number in numbers:
            if number < count:
                found[number, change.path] = change
            else:
                beside.add(number - count)
    touched = set(found)
    if beside:
        touched |= {(number, path) for path, numbers in tracked.items() for number in numbers & beside}
    return _Side(parent, found, touched, _renamed(tracked, renamed) if renamed else tracked, renamed)


def _renamed(tracked: Tracked, renamed: Mapping[str, str]) -> Tracked:
    """Where the files are before a commit that renamed some."""
    result = {path: numbers for path, numbers in tracked.items() if path not in renamed}
    for path, old in renamed.items():
        result[old] = result.get(old, frozenset()) | tracked[path]
    return result


def _united(first: Tracked | None, second: Tracked) -> Tracked:
    """What two children know of one parent; nearly always the same object."""
    if first is None or first is second:
        return second
    result = dict(first)
    for path, numbers in second.items():
        result[path] = result.get(path, frozenset()) | numbers
    return result


def _step(number: int, commit: Commit, key: _Key, sides: list[_Side]) -> Step | None:
    """The step of one file; None when the commit has it no more."""
    file, path = key
    blob = ""
    before = []
    for side in sides:
        change = side.changes.get(key)
        if change is None:  # a neighbour changed; the commits tell the rest
            before += [Version(side.parent, side.renamed.get(path, path))] if side.parent else []
            continue
        blob = change.blob
        if not blob:
            return None
        if change.old_blob:
            before.append(Version(side.parent, change.old_path, change.old_blob))
    return Step(number, file, Version(commit.name, path, blob), before)
