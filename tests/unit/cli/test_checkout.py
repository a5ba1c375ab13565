from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from basewise.cli.checkout import checkout_of


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / "services" / "a").mkdir(parents=True)
    (root / "services" / "b").mkdir()
    (root / "services" / "a" / "Dockerfile").write_text("FROM x\n")
    subprocess.run(["git", "init", "--quiet", root], check=True)
    return root


def test_the_root_is_that_of_the_repository_and_the_search_goes_up_to_it(repository: Path) -> None:
    services = repository / "services"
    found = checkout_of([services / "a" / "Dockerfile", services / "b"], working=Path("/"))
    assert found.root == repository
    assert list(found.upwards()) == [services, repository]


def test_paths_are_called_from_the_root(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "services")
    found = checkout_of([Path("a")], working=Path.cwd())
    assert found.path("a/Dockerfile") == "services/a/Dockerfile"
    assert found.path("..") == ""
    assert found.path("/etc/passwd") == "/etc/passwd"


def test_a_worktree_is_a_repository_too(repository: Path) -> None:
    git = ["git", "-C", repository, "-c", "user.name=a", "-c", "user.email=a@b.test"]
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "first"], check=True)
    other = repository.parent / "worktree"
    subprocess.run([*git, "worktree", "add", "--quiet", other], check=True, capture_output=True)
    (other / "a").mkdir()
    assert checkout_of([other / "a"], working=repository).root == other


def test_outside_of_a_repository_nothing_above_the_working_directory_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    below = checkout_of([tmp_path / "a" / "b"], working=tmp_path / "a")
    assert list(below.upwards()) == [tmp_path / "a" / "b", tmp_path / "a"]
    elsewhere = checkout_of([tmp_path / "a" / "b"], working=Path("/usr"))
    assert list(elsewhere.upwards()) == [tmp_path / "a" / "b"]


def test_without_a_target_it_is_the_working_directorys(tmp_path: Path) -> None:
    assert checkout_of([], working=tmp_path).root == tmp_path
