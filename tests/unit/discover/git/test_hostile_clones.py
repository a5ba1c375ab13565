"""A clone from strangers makes us run nothing, write nothing, reach nothing, and wait for nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.git_repository import GitRepository, day, needs_git
from tests.unit.discover.git.histories import history, since

from basewise.model.limits import Limits

pytestmark = needs_git


def tree(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its time and content."""
    return {
        str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves a mark."""
    program = tmp_path / "trap"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 0\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def hostile(tmp_path: Path, trap: Path) -> GitRepository:
    """A clone whose configuration, hooks and attributes name a program wherever git would run one."""
    repository = GitRepository(tmp_path / "shop")
    repository.commit({"Dockerfile": "FROM python:3.11\n", ".gitattributes": "* diff=trap filter=trap\n"})
    repository.commit({"Dockerfile": "FROM python:3.12\n"})
    signed = repository.git("cat-file", "commit", "HEAD").replace(
        "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n\n", 1
    )
    (tmp_path / "commit").write_text(signed + "\n")
    name = repository.git("hash-object", "-t", "commit", "-w", str(tmp_path / "commit"))
    repository.git("reset", "--quiet", "--soft", name)
    for key in (
        *(
            "core.fsmonitor",
            "core.pager",
            "core.editor",
            "core.sshCommand",
            "core.askPass",
            "core.alternateRefsCommand",
        ),
        *("diff.external", "diff.trap.textconv", "diff.trap.command", "filter.trap.clean", "filter.trap.smudge"),
        *("filter.trap.process", "gpg.program", "credential.helper", "interactive.diffFilter", "pager.log"),
        *("uploadpack.packObjectsHook", "alias.rev-parse", "alias.log", "remote.origin.uploadpack"),
    ):
        repository.git("config", key, f"!{trap}" if key.startswith("alias.") else str(trap))
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "remote.origin.url", f"ext::{trap}")
    repository.git("config", "remote.origin.promisor", "true")
    repository.git("config", "core.hooksPath", str(tmp_path / "hooks"))
    (tmp_path / "hooks").mkdir()
    for hook in ("post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman"):
        shutil.copy(trap, tmp_path / "hooks" / hook)
    (tmp_path / "ran").unlink(missing_ok=True)
    return repository


def test_the_trap_closes_when_git_is_run_as_usual(hostile: GitRepository, tmp_path: Path) -> None:
    for command in (["log", "-p", "-1"], ["status"]):
        (tmp_path / "ran").unlink(missing_ok=True)
        subprocess.run(["git", *command], cwd=hostile.root, capture_output=True, check=False)
        assert (tmp_path / "ran").exists()


def test_nothing_that_a_clone_names_is_run_and_nothing_in_it_is_written(hostile: GitRepository, tmp_path: Path) -> None:
    before = tree(hostile.root)
    assert since(hostile.root) == {("Dockerfile", "python:3.12"): (day(2), "git")}
    assert not (tmp_path / "ran").exists()
    assert tree(hostile.root) == before


def test_missing_objects_are_not_asked_for(hostile: GitRepository, tmp_path: Path) -> None:
    blob = hostile.git("rev-parse", "HEAD~1:Dockerfile")
    (hostile.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    found = history(hostile.root)
    assert [one.method for one in found.introductions] == ["git-shallow"]
    assert found.problems == ["1 contents of files are not here, or too large"]
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_a_clone_of_somebody_else_is_read_without_asking_whether_it_is_safe(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "shop")
    repository.commit({"Dockerfile": "FROM python:3.12\n"})
    for path in [repository.root, *repository.root.rglob("*")]:
        os.lchown(path, 65534, 65534)
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(1), "git")}


def test_replaced_and_grafted_commits_are_read_as_they_were_made(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "shop")
    first = repository.commit({"Dockerfile": "FROM python:3.12\n"})
    repository.commit({"README.md": "words\n"})
    last = repository.commit({"README.md": "more words\n"})
    repository.git("replace", "--graft", last)
    (repository.root / ".git/info/grafts").write_text(f"{last}\n")
    found = history(repository.root)
    assert [(one.at, one.commit) for one in found.introductions] == [(day(1), first)]


def test_a_huge_earlier_content_is_passed_over(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "shop")
    repository.commit({"Dockerfile": "FROM python:3.12\n" + "# long\n" * 1000})
    repository.commit({"Dockerfile": "FROM python:3.12\n"})
    found = history(repository.root, Limits(yaml_bytes=1000, dockerfile_bytes=1000))
    assert [(one.at, one.method) for one in found.introductions] == [(day(2), "git-shallow")]
    assert found.problems == ["1 contents of files are not here, or too large"]


def test_a_pipe_in_the_place_of_the_configuration_ends_with_the_time(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "shop")
    repository.commit({"Dockerfile": "FROM python:3.12\n"})
    (repository.root / ".git/config").unlink()
    os.mkfifo(repository.root / ".git/config")
    with pytest.raises(Exception, match="was stopped after git_seconds"):
        history(repository.root, Limits(git_seconds=0.3))
