"""Since when files name their base lines: the first commit of the history of HEAD that named one in that file.

A commit names a line first when it does and none of its ancestors did, under any name the file has had. So a line that
was removed and named again keeps its first date, a merge is never the first unless it names what neither side named,
and of two sides that named a line independently the earlier counts.

The date is the author's, when the line was written: it stays when a commit is rebased or picked, which the committer's
does not. A date that cannot be one gives way to the committer's: one before there were container images, or after the
commit was made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from basewise.discover.git.clone_facts import CloneFacts
from basewise.discover.git.command import Exhausted, Git, GitFailed
from basewise.discover.git.follow import Step, Version, follow
from basewise.discover.git.graph import Commit, comparisons, read_commits
from basewise.discover.git.versions import NOTHING, Versions, versions
from basewise.discover.git.workshop import workshop
from basewise.discover.interface import UsageSource
from basewise.model.moments import rfc3339
from basewise.model.repository import Introduction, IntroductionMethod

_FIRST_BELIEVED = datetime(2013, 3, 1, tzinfo=UTC).timestamp()
"""Docker was first shown in March 2013."""

NOBODY: frozenset[int] = frozenset()
_AT_ONCE = 1024
"""Sets of commits that are compared in one pass; each commit keeps a bit for each."""


class History(msgspec.Struct, frozen=True):
    """What the history of one clone tells."""

    introductions: list[Introduction] = []
    """Files are named by their paths in the clone."""
    problems: list[str] = []
    """Why it is not the whole truth; empty when it is."""


class _Found(msgspec.Struct):
    """What one reading of the history gave."""

    first: dict[tuple[int, str], list[int]] = {}
    """File and base line to the commits that name it while none of their parents does, newest first."""
    unsure: set[tuple[int, int]] = set()
    """Files, and commits of theirs, of which a parent could not be read."""
    reached: int = 0
    """Number of the oldest commit that was looked at."""
    complete: bool = False
    problems: list[str] = []
    neighbours: dict[str, frozenset[int]] = {}
    """Paths of other files that decide what the numbered files name."""


def read_history(
    wanted: Mapping[str, frozenset[str]], facts: CloneFacts, sources: Sequence[UsageSource], git: Git
) -> History:
    """The introductions of all `wanted` base lines that commits name; what was never committed has none.

    Args:
        wanted: path in the clone to the base lines that the file names now.
        sources: how files are read.
    """
    try:
        with workshop(facts, git) as ours:
            commits = read_commits(facts.head, ours)
            search = _Search(commits, wanted, sources, ours, similar=not facts.partial)
            found = search.run({})
            if found.neighbours and found.complete:
                found = search.run(found.neighbours)
            if len(commits) == git.limits.git_commits and any(commits[-1].parents):
                found.problems.append(f"history before that of git_commits = {len(commits)} commits was not read")
                found.complete = False
            introductions = _introductions(commits, found, list(wanted), facts.cut)
            if not found.complete:
                introductions += search.cut(found, {(one.file, one.base) for one in introductions})
    except GitFailed as error:
        return History(problems=[error.message])
    if facts.partial:
        found.problems.append("a partial clone: only renames without changes were followed")
    return History(introductions, found.problems)


class _Search:
    """Reads the history of a clone for what files name."""

    def __init__(
        self,
        commits: list[Commit],
        wanted: Mapping[str, frozenset[str]],
        sources: Sequence[UsageSource],
        git: Git,
        *,
        similar: bool,
    ) -> None:
        self._commits = commits
        self._wanted = wanted
        self._sources = sources
        self._git = git
        self._similar = similar

    def run(self, neighbours: Mapping[str, frozenset[int]]) -> _Found:
        """Looks at every step of every file."""
        found = _Found()
        paths = list(self._wanted)
        try:
            with (
                versions(self._sources, self._git) as contents,
                comparisons(self._commits, self._git, similar=self._similar) as compared,
            ):
                for step in follow(self._commits, compared, paths, neighbours, self._git.limits):
                    found.reached = step.commit
                    named, sure = _named_first(step, self._wanted[paths[step.file]], contents)
                    for base in named:
                        found.first.setdefault((step.file, base), []).append(step.commit)
                    if not sure:
                        found.unsure.add((step.file, step.commit))
                for number, path in enumerate(paths):
                    for other in contents.neighbours(path):
                        found.neighbours[other] = found.neighbours.get(other, NOBODY) | {number}
                if contents.unread:
                    found.problems.append(f"{contents.unread} contents of files are not here, or too large")
            found.reached, found.complete = len(self._commits) - 1, True
        except Exhausted as error:
            found.problems.append(f"history was read as far as {error} allows")
        except GitFailed as error:
            found.problems.append(error.message)
        return found

    def cut(self, found: _Found, known: set[tuple[str, str]]) -> list[Introduction]:
        """What is named, and was before the oldest commit that was looked at."""
        last = self._commits[found.reached]
        at = _date(last)
        head = self._commits[0].name
        if not at:
            return []
        cut: list[Introduction] = []
        try:
            with versions(self._sources, self._git) as contents:
                for path, bases in self._wanted.items():
                    missing = {base for base in bases if (path, base) not in known}
                    named = contents.bases(Version(head, path)) if missing else None
                    cut += [
                        Introduction(base=base, file=path, at=at, method="git-shallow", commit="")
                        for base in sorted(missing & (named or NOTHING))
                    ]
        except (Exhausted, GitFailed):
            pass  # told already: the same bound or damage ended the search
        return cut


def _named_first(step: Step, wanted: frozenset[str], contents: Versions) -> tuple[frozenset[str], bool]:
    """The wanted base lines that a step names and no parent does, and whether every parent could be read."""
    named = (contents.bases(step.now) or NOTHING) & wanted
    sure = True
    for before in step.before:
        if not named:
            break
        earlier = contents.bases(before)
        sure = sure and earlier is not None
        named -= earlier or NOTHING
    return named, sure


def _introductions(
    commits: list[Commit], found: _Found, paths: Sequence[str], cut: frozenset[str]
) -> list[Introduction]:
    """The earliest of those commits that no other of them is an ancestor of, for each file and base line."""
    earliest: list[Introduction] = []
    oldest = _oldest(commits, found.first)
    for (file, base), numbers in oldest.items():
        dated = sorted((at, -number) for number in numbers if (at := _date(commits[number])))
        if not dated:
            found.problems.append(f"{paths[file]}: the commit that first names {base} has no date that can be one")
            continue
        at, number = dated[0]
        commit = commits[-number]
        is_cut = commit.name in cut or (file, -number) in found.unsure
        method: IntroductionMethod = "git-shallow" if is_cut else "git"
        earliest.append(Introduction(base=base, file=paths[file], at=at, method=method, commit=commit.name))
    return sorted(earliest, key=lambda one: (one.file, one.base))


def _oldest(commits: list[Commit], first: Mapping[tuple[int, str], list[int]]) -> dict[tuple[int, str], list[int]]:
    """For each key, those of its commits that have none of the others among their ancestors."""
    several = [key for key, numbers in first.items() if len(numbers) > 1]
    kept = dict(first)
    for start in range(0, len(several), _AT_ONCE):
        keys = several[start : start + _AT_ONCE]
        kept.update(zip(keys, _without_descendants(commits, [first[key] for key in keys]), strict=True))
    return kept


def _without_descendants(commits: list[Commit], sets: Sequence[Sequence[int]]) -> list[list[int]]:
    """Sets of commits without those that have another one of the same set among their ancestors."""
    bits: dict[int, int] = {}
    for place, numbers in enumerate(sets):
        for number in numbers:
            bits[number] = bits.get(number, 0) | 1 << place
    kept: list[list[int]] = [[] for _ in sets]
    above: dict[str, int] = {}  # by commit: of which sets it or an ancestor is
    for number in range(len(commits) - 1, -1, -1):
        commit = commits[number]
        masks = {above.get(parent, 0) for parent in commit.parents}
        before = masks.pop() if masks else 0  # mostly the only one, and the same object as the parent's
        for mask in masks:
            before |= mask
        new = bits.get(number, 0) & ~before
        above[commit.name] = before | new if new else before
        while new:
            lowest = new & -new
            kept[lowest.bit_length() - 1].append(number)
            new ^= lowest
    return kept


def _date(commit: Commit) -> str:
    """When a commit was written, RFC 3339; '' when neither of its dates can be one."""
    for seconds in (commit.written, commit.made):
        if _FIRST_BELIEVED <= seconds <= commit.made:
            return rfc3339(datetime.fromtimestamp(seconds, UTC))
    return ""
