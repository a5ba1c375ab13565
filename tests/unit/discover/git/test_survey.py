"""All clones of a run: each file belongs to one, and what is wrong with one is its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.git_repository import GitRepository, day, needs_git

from basewise.discover.directory import discover
from basewise.discover.git.survey import Place, Survey, survey
from basewise.discover.sources import SOURCES
from basewise.model.limits import Limits
from basewise.model.repository import Repository
from basewise.model.workload import Usage

pytestmark = needs_git
ALL = list(SOURCES.values())
LIMITS = Limits()
PINNED = "FROM python:3.12@sha256:" + "a" * 64 + "\n"


def surveyed(*targets: Path, limits: Limits = LIMITS) -> Survey:
    usages: dict[Place, list[Usage]] = {}
    for target in targets:
        for path, read in discover(target, ALL, limits):
            usages[Place(f"{target.name}/{path}", target.resolve() / path)] = read.usages
    return survey(targets, usages, ALL, limits)


def only(found: Survey) -> Repository:
    (repository,) = found.repositories
    return repository


@pytest.fixture
def shop(tmp_path: Path) -> GitRepository:
    repository = GitRepository(tmp_path / "shop")
    repository.git("remote", "add", "origin", "https://ada:s3cret@git.test/acme/shop.git")
    repository.commit(
        {
            "orders/Dockerfile": PINNED,
            "web/Dockerfile": "FROM node:22\n",
            "CODEOWNERS": "* @acme/platform\n/web/ @acme/web\n",
            "renovate.json": '{"extends": ["config:recommended"]}\n',
            ".github/workflows/ci.yml": "on: push\n",
            "Jenkinsfile": "",
        }
    )
    return repository


def test_a_clone_is_told_with_its_files_owners_bots_and_ci(shop: GitRepository) -> None:
    found = only(surveyed(shop.root))
    assert (found.path, found.url) == (str(shop.root), "https://git.test/acme/shop.git")
    assert (found.branch, found.state, found.status, found.reason) == ("main", "", "ok", "")
    assert found.head == shop.git("rev-parse", "HEAD")
    assert found.ci == ["github-actions", "jenkins"]
    assert found.owners == ["@acme/platform", "@acme/web"]
    assert [(file.file, file.owners, file.owners_rule) for file in found.files] == [
        ("shop/orders/Dockerfile", ["@acme/platform"], "CODEOWNERS:1"),
        ("shop/web/Dockerfile", ["@acme/web"], "CODEOWNERS:2"),
    ]
    assert [file.automation.renovate.state for file in found.files] == ["yes", "no"]
    assert found.automation.renovate.state == "yes"
    assert found.automation.renovate.reason == "for 1 of 2 files that name images"
    assert found.automation.dependabot.reason == "no Dependabot configuration in the repository"


def test_introductions_are_named_by_the_files_of_usages(shop: GitRepository) -> None:
    shop.commit({"README.md": "words\n"})
    found = surveyed(shop.root).introductions
    assert {(one.file, one.base, one.at) for one in found} == {
        ("shop/orders/Dockerfile", "docker.io/library/python:3.12", day(1)),
        ("shop/web/Dockerfile", "docker.io/library/node:22", day(1)),
    }


def test_a_directory_in_a_clone_is_of_that_clone(shop: GitRepository) -> None:
    found = surveyed(shop.root / "web")
    assert only(found).path == str(shop.root)
    assert [file.owners for file in only(found).files] == [["@acme/web"]]
    assert [one.file for one in found.introductions] == ["web/Dockerfile"]


def test_a_path_that_was_written_from_here_is_told_from_here(
    shop: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop.root / "web")
    assert only(surveyed(Path())).path == ".."
    monkeypatch.chdir(shop.root.parent)
    assert only(surveyed(Path("shop"))).path == "shop"


def test_targets_that_overlap_name_a_clone_once(shop: GitRepository) -> None:
    assert len(surveyed(shop.root, shop.root / "web").repositories) == 1


def test_a_file_of_a_clone_in_a_clone_belongs_to_the_inner_one(shop: GitRepository) -> None:
    inner = GitRepository(shop.root / "tools/inner")
    inner.commit({"Dockerfile": "FROM golang:1.23\n"})
    outer, tools = surveyed(shop.root).repositories
    assert [file.file for file in tools.files] == ["shop/tools/inner/Dockerfile"]
    assert len(outer.files) == 2


def test_what_is_wrong_with_one_clone_leaves_the_others_alone(shop: GitRepository, tmp_path: Path) -> None:
    fleet = tmp_path / "fleet"
    GitRepository(fleet / "new")
    broken = GitRepository(fleet / "broken")
    first = broken.commit({"Dockerfile": "FROM python:3.12\n"})
    (broken.root / ".git/objects" / first[:2] / first[2:]).unlink()
    shop.git("clone", "--quiet", str(shop.root), str(fleet / "good"))
    shop.git("clone", "--quiet", "--bare", str(shop.root), str(fleet / "mirror.git"))
    (fleet / "lost").mkdir()
    (fleet / "lost/.git").write_text("gitdir: /nowhere\n")
    found = {Path(one.path).name: one for one in surveyed(fleet).repositories}
    assert {name: (one.status, one.state) for name, one in found.items()} == {
        "new": ("partial", "empty"),
        "broken": ("partial", ""),
        "good": ("ok", ""),
        "mirror.git": ("not_assessed", ""),
        "lost": ("partial", ""),
    }
    assert found["new"].reason == "it has no commit"
    assert found["broken"].reason.startswith("git log ended with code 128")
    assert found["mirror.git"].reason == "a bare clone holds no files; audit a clone that does"
    assert found["lost"].reason.startswith("git rev-parse ended with code 128: fatal: not a git repository")
    assert {one.file for one in surveyed(fleet).introductions} == {
        "fleet/good/orders/Dockerfile",
        "fleet/good/web/Dockerfile",
    }


def test_a_rebase_in_progress_is_partial_and_history_is_read_as_far_as_it_got(shop: GitRepository) -> None:
    shop.branch("side")
    shop.commit({"web/Dockerfile": "FROM node:23\n"})
    shop.switch("main")
    shop.commit({"web/Dockerfile": "FROM node:24\n"})
    shop.switch("side")
    shop.git("rebase", "main", fails=True)
    found = surveyed(shop.root)
    assert only(found).state == "rebase"
    assert only(found).status == "partial"
    assert only(found).reason == "a rebase is in progress, so that files may be in no commit yet"
    bases = {one.base.removeprefix("docker.io/library/"): one.at for one in found.introductions}
    assert bases["python:3.12"] == day(1)


def test_a_detached_head_is_told_and_is_nothing_wrong(shop: GitRepository) -> None:
    shop.git("checkout", "--quiet", "--detach")
    found = only(surveyed(shop.root))
    assert (found.branch, found.state, found.status) == ("", "detached", "ok")


def test_a_shallow_clone_is_told(shop: GitRepository, tmp_path: Path) -> None:
    shop.commit({"README.md": "words\n"})
    clone = tmp_path / "clone"
    shop.git("clone", "--quiet", "--depth=1", f"file://{shop.root}", str(clone))
    found = surveyed(clone)
    assert only(found).shallow
    assert {one.method for one in found.introductions} == {"git-shallow"}


def test_gitlab_owners_hold_where_gitlab_builds(tmp_path: Path) -> None:
    shop = GitRepository(tmp_path / "shop")
    files = {
        "Dockerfile": "FROM node:22\n",
        ".gitlab/CODEOWNERS": "[Images]\n* @acme/web\n",
        ".gitlab-ci.yml": "a: b\n",
    }
    shop.commit(files)
    assert only(surveyed(shop.root)).owners == ["@acme/web"]


def test_without_git_the_files_are_still_owned(shop: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    found = surveyed(shop.root)
    assert only(found).owners == ["@acme/platform", "@acme/web"]
    assert only(found).reason == "git is not installed, so that history was not read"
    assert found.introductions == []


def test_a_directory_without_clones_has_none(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM node:22\n")
    assert surveyed(tmp_path) == Survey()
