"""Asks for the history of a clone as the survey does: what its files name now, and since when."""

from __future__ import annotations

from pathlib import Path

from basewise.discover.directory import discover
from basewise.discover.git.clone_facts import read_facts
from basewise.discover.git.clones import find_clones
from basewise.discover.git.command import find_git
from basewise.discover.git.introductions import History, read_history
from basewise.discover.git.versions import base_line
from basewise.discover.sources import SOURCES
from basewise.model.limits import Limits

ALL = list(SOURCES.values())


def wanted(root: Path) -> dict[str, frozenset[str]]:
    """Path to the base lines that the file names."""
    found = {
        path: frozenset({base_line(usage) for usage in read.usages} - {""})
        for path, read in discover(root, ALL, Limits())
    }
    return {path: bases for path, bases in found.items() if bases}


def history(root: Path, limits: Limits = Limits()) -> History:
    clone = next(find_clones(root, limits))
    git = find_git(limits)
    assert git is not None
    return read_history(wanted(root), read_facts(clone, git), ALL, git)


def since(root: Path, limits: Limits = Limits()) -> dict[tuple[str, str], tuple[str, str]]:
    """File and base line, without `docker.io/library/`, to the date and the method; nothing may be wrong."""
    found = history(root, limits)
    assert found.problems == []
    return {
        (one.file, one.base.removeprefix("docker.io/library/")): (one.at, one.method) for one in found.introductions
    }
