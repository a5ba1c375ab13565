"""Clones are found where git itself finds them, and in every directory below a target."""

import os
from pathlib import Path

import pytest
from tests.git_repository import GitRepository, needs_git

from basewise.discover.git.clones import find_clones
from basewise.model.limits import Limits

pytestmark = needs_git


def found(target: Path, limits: Limits = Limits()) -> list[str]:
    """Roots, relative to the target; a bare clone ends with an exclamation mark."""
    start = target.resolve() if target.is_dir() else target.resolve().parent
    return [os.path.relpath(one.root, start) + "!" * one.bare for one in find_clones(target, limits)]


@pytest.fixture
def shop(tmp_path: Path) -> GitRepository:
    repository = GitRepository(tmp_path / "shop")
    repository.commit({"services/orders/Dockerfile": "FROM python:3.12\n"})
    return repository


def test_a_clone_a_directory_in_it_and_a_file_in_it_are_of_one_clone(shop: GitRepository) -> None:
    assert found(shop.root) == ["."]
    assert found(shop.root / "services") == [".."]
    assert found(shop.root / "services/orders/Dockerfile") == ["../.."]


def test_a_directory_of_clones_is_all_of_them_at_any_depth(tmp_path: Path) -> None:
    for name in ("b", "a", "teams/x/c"):
        GitRepository(tmp_path / name)
    assert found(tmp_path) == ["a", "b", "teams/x/c"]


def test_a_clone_in_a_clone_is_one_of_its_own(shop: GitRepository) -> None:
    GitRepository(shop.root / "tools/other")
    assert found(shop.root) == [".", "tools/other"]


def test_a_linked_working_tree_and_a_submodule_are_clones(shop: GitRepository, tmp_path: Path) -> None:
    shop.git("worktree", "add", "--quiet", str(tmp_path / "linked"), "-b", "linked")
    library = GitRepository(tmp_path / "library")
    library.commit({"Dockerfile": "FROM node:22\n"})
    shop.git("submodule", "--quiet", "add", str(library.root), "library")
    assert found(tmp_path / "linked") == ["."]
    assert found(shop.root) == [".", "library"]


def test_a_bare_clone_is_told_apart(shop: GitRepository, tmp_path: Path) -> None:
    shop.git("clone", "--quiet", "--bare", str(shop.root), str(tmp_path / "mirror.git"))
    assert found(tmp_path) == ["mirror.git!", "shop"]


def test_other_peoples_code_is_not_searched(shop: GitRepository) -> None:
    GitRepository(shop.root / "node_modules/left-pad")
    GitRepository(shop.root / "vendor/library")
    assert found(shop.root) == ["."]


def test_links_are_not_followed(shop: GitRepository, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "link").symlink_to(shop.root)
    (other / ".git").symlink_to(shop.root / ".git")
    assert found(other) == []


@pytest.mark.parametrize("content", [None, "", "words", "x" * 100_000])
def test_what_is_only_called_git_is_no_clone(tmp_path: Path, content: str | None) -> None:
    git = tmp_path / "a/.git"
    git.parent.mkdir()
    if content is None:
        git.mkdir()
    else:
        git.write_text(content)
    assert found(tmp_path) == []


def test_the_search_ends_at_its_limit(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        GitRepository(tmp_path / name)
    assert found(tmp_path, Limits(clones=2)) == ["a", "b"]
