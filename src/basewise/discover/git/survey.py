"""Everything that clones tell about the files that name images: who owns them, what bumps them, and since when."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from basewise.discover.directory import Beside
from basewise.discover.git.ci_systems import ci_systems
from basewise.discover.git.clone_facts import CloneFacts, read_facts
from basewise.discover.git.clones import Clone, Place, find_clones
from basewise.discover.git.command import Git, GitFailed, find_git
from basewise.discover.git.dependabot import Dependabot
from basewise.discover.git.introductions import History, read_history
from basewise.discover.git.owners import CodeOwners, Open
from basewise.discover.git.renovate import Named, Renovate
from basewise.discover.git.versions import base_line
from basewise.discover.interface import UsageSource
from basewise.discover.source_file import SourceFile
from basewise.model.evidence import Answer
from basewise.model.limits import Limits
from basewise.model.repository import Automation, Introduction, Repository, RepositoryFile
from basewise.model.workload import Usage

_AT_ONCE = 4
"""Clones read at the same time: reading a small one is mostly waiting for programs to start."""
_HINDERS = {"rebase", "merge", "cherry-pick", "revert", "bisect"}
_NO_GIT = "git is not installed, so that history was not read"
_BARE = "a bare clone holds no files; audit a clone that does"


class Survey(msgspec.Struct, frozen=True):
    """What the clones of a run tell."""

    repositories: list[Repository] = []
    introductions: list[Introduction] = []


class _Found(msgspec.Struct, frozen=True):
    """A clone with its files that name images, by their paths in it."""

    clone: Clone
    name: str
    """As its user can open it."""
    usages: dict[str, list[Usage]]
    places: dict[str, str]
    """Path in the clone to the name that usages have for the file."""


def survey(
    targets: Sequence[Path],
    usages: Mapping[Place, Sequence[Usage]],
    sources: Sequence[UsageSource],
    limits: Limits,
    monotonic: Callable[[], float] = time.monotonic,
) -> Survey:
    """Reads every clone that a target lies in or holds, each once.

    Args:
        targets: directory targets, and single files.
        usages: what each file names.
        sources: how files of the past are read.
        limits: `git_seconds` bounds each clone.
    """
    found = _clones(targets, usages, limits)
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        read = list(pool.map(lambda one: _read(one, sources, limits, monotonic), found))
    return Survey([repository for repository, _ in read], [one for _, since in read for one in since])


def _clones(targets: Sequence[Path], usages: Mapping[Place, Sequence[Usage]], limits: Limits) -> Iterable[_Found]:
    """Clones with the files that are theirs: a file in a clone inside another belongs to the inner one."""
    clones: dict[Path, _Found] = {}
    for target in targets:
        for clone in find_clones(target, limits):
            if clone.root not in clones and len(clones) < limits.clones:
                clones[clone.root] = _Found(clone, _name(target, clone.root), {}, {})
    owners: dict[Path, _Found | None] = {}
    for place, named in usages.items():
        folder = place.location.parent
        if folder not in owners:
            around = [clones[parent] for parent in (folder, *folder.parents) if parent in clones]
            owners[folder] = next((found for found in around if not found.clone.bare), None)
        found = owners[folder]
        if found is not None and named:
            path = place.location.relative_to(found.clone.root).as_posix()
            found.usages.setdefault(path, []).extend(named)
            found.places[path] = place.name
    return clones.values()


def _name(target: Path, root: Path) -> str:
    """A clone's root as somebody who wrote `target` can open it."""
    start = target.resolve()
    if start != Path(os.path.normpath(Path.cwd() / target)):
        return str(target if root == start else root)
    return os.path.normpath(target / os.path.relpath(root, start))


def _read(
    found: _Found, sources: Sequence[UsageSource], limits: Limits, monotonic: Callable[[], float]
) -> tuple[Repository, list[Introduction]]:
    """One clone; whatever is wrong with it is its own reason and nobody else's."""
    if found.clone.bare:
        nothing = Answer("no", "there are no files")
        automation = Automation(nothing, nothing)
        return Repository(path=found.name, automation=automation, status="not_assessed", reason=_BARE), []
    git = find_git(limits, monotonic)
    facts, problems = _facts(found.clone, git)
    history = History()
    if git is not None and facts is not None and facts.head:
        wanted = {path: bases for path, used in found.usages.items() if (bases := _bases(used))}
        history = read_history(wanted, facts, sources, git) if wanted else history
    problems += history.problems
    repository = _repository(found, facts, problems, limits, monotonic)
    since = [msgspec.structs.replace(one, file=found.places[one.file]) for one in history.introductions]
    return repository, since


def _facts(clone: Clone, git: Git | None) -> tuple[CloneFacts | None, list[str]]:
    if git is None:
        return None, [_NO_GIT]
    try:
        facts = read_facts(clone, git)
    except GitFailed as error:
        return None, [error.message]
    if not facts.head:
        return facts, ["it has no commit"]
    if facts.state in _HINDERS:
        return facts, [f"a {facts.state} is in progress, so that files may be in no commit yet"]
    return facts, []


def _bases(usages: Iterable[Usage]) -> frozenset[str]:
    return frozenset({base_line(usage) for usage in usages} - {""})


def _repository(
    found: _Found,
    facts: CloneFacts | None,
    problems: list[str],
    limits: Limits,
    monotonic: Callable[[], float],
) -> Repository:
    facts = facts or CloneFacts(objects="", object_format="")
    systems = ci_systems(found.clone.root)
    ends_at = monotonic() + limits.git_seconds
    files, more = _files(found, limits, lambda: monotonic() > ends_at, gitlab=_is_gitlab(facts.url, systems))
    reasons = [*problems, *more]
    return Repository(
        path=found.name,
        url=facts.url,
        head=facts.head,
        branch=facts.branch,
        state=facts.state,
        shallow=bool(facts.cut),
        owners=sorted({owner for file in files for owner in file.owners}),
        automation=Automation(
            _together([file.automation.renovate for file in files]),
            _together([file.automation.dependabot for file in files]),
        ),
        ci=systems,
        files=files,
        status="partial" if reasons else "ok",
        reason="; ".join(reasons),
    )


def _is_gitlab(url: str, systems: Sequence[str]) -> bool:
    """True where GitLab's rules for owners hold."""
    return "gitlab" in url or ("github" not in url and "gitlab-ci" in systems)


def _files(
    found: _Found, limits: Limits, late: Callable[[], bool], *, gitlab: bool
) -> tuple[list[RepositoryFile], list[str]]:
    """The clone's files that name images, and what is wrong with its rules."""
    open_file = _opener(found.clone.root, limits)
    owners = CodeOwners(open_file, limits, late, gitlab=gitlab)
    renovate, dependabot = Renovate(open_file, limits, late), Dependabot(open_file, limits, late)
    files = []
    for path, usages in sorted(found.usages.items()):
        named = Named(path, usages[0].kind, any("@" in usage.reference for usage in usages))
        owned = owners.of(path)
        files.append(
            RepositoryFile(
                file=found.places[path],
                owners=owned.names,
                owners_rule=owned.rule,
                automation=Automation(renovate.moves(named), dependabot.moves(named)),
            )
        )
    return files, owners.problems


def _opener(root: Path, limits: Limits) -> Open:
    read = Beside(root, limits).read

    def open_file(path: str) -> SourceFile | None:
        data = read(path)
        return None if data is None else SourceFile(path, data, limits, read)

    return open_file


def _together(answers: Sequence[Answer]) -> Answer:
    """One answer for a clone: yes as soon as one file has it."""
    if not answers:
        return Answer("no", "no file of it names an image")
    yes = [answer for answer in answers if answer.state == "yes"]
    if yes:
        return Answer("yes", f"for {len(yes)} of {len(answers)} files that name images", yes[0].where)
    return next((answer for answer in answers if answer.state == "unknown"), answers[0])
