"""A file whose images hang on another file is named anew when that other file changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.git_repository import GitRepository, day, needs_git

from basewise.discover.directory import discover
from basewise.discover.git.clone_facts import read_facts
from basewise.discover.git.clones import find_clones
from basewise.discover.git.command import find_git
from basewise.discover.git.introductions import read_history
from basewise.discover.git.versions import base_line
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.references import read_reference
from basewise.discover.source_file import SourceFile
from basewise.model.limits import Limits
from basewise.model.workload import Usage, UsageKind

pytestmark = needs_git


class Pair(UsageSource):
    """An image in one file, its tag in the file `tag` beside it."""

    kind: UsageKind = "compose"

    def claims(self, path: str) -> bool:
        return path.endswith("image")

    def read(self, file: SourceFile) -> Discovered:
        beside = file.beside("tag")
        if file.text is None or beside is None or beside.text is None:
            return Discovered()
        reference, status = read_reference(f"{file.text.strip()}:{beside.text.strip()}")
        return Discovered(usages=[Usage(reference=reference, kind=self.kind, file=file.path, line=1, status=status)])


def since(root: Path) -> dict[tuple[str, str], str]:
    limits = Limits()
    git = find_git(limits)
    assert git is not None
    found = dict(discover(root, [Pair()], limits))
    wanted = {path: frozenset({base_line(usage) for usage in read.usages}) for path, read in found.items()}
    history = read_history(wanted, read_facts(next(find_clones(root, limits)), git), [Pair()], git)
    assert history.problems == []
    return {(one.file, one.base.removeprefix("docker.io/library/")): one.at for one in history.introductions}


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    repository = GitRepository(tmp_path / "shop")
    repository.commit({"a/image": "python\n", "a/tag": "3.11\n"})
    return repository


def test_the_commit_that_changed_the_neighbour_counts(repository: GitRepository) -> None:
    repository.commit({"a/tag": "3.12\n"})
    repository.commit({"a/image": "python \n"})
    assert since(repository.root) == {("a/image", "python:3.12"): day(2)}


def test_the_commit_that_changed_the_file_counts_when_the_neighbour_had_that_value(repository: GitRepository) -> None:
    repository.commit({"a/image": "node\n"})
    repository.commit({"a/tag": "3.12\n"})
    repository.commit({"a/tag": "3.11\n"})
    assert since(repository.root) == {("a/image", "node:3.11"): day(2)}


def test_both_are_followed_through_a_rename_of_their_folder(repository: GitRepository) -> None:
    repository.commit({"a/tag": "3.12\n"})
    repository.git("mv", "a", "b")
    repository.commit({})
    repository.commit({"b/image": "python \n"})
    assert since(repository.root) == {("b/image", "python:3.12"): day(2)}


def test_a_neighbour_that_is_another_file_s_own_is_both(repository: GitRepository) -> None:
    repository.commit({"b/image": "node\n", "b/tag": "22\n"})
    repository.commit({"a/tag": "3.12\n", "b/tag": "24\n"})
    assert since(repository.root) == {("a/image", "python:3.12"): day(3), ("b/image", "node:24"): day(3)}
