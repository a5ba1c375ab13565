"""The hook of `.pre-commit-hooks.yaml` under the real pre-commit, in real repositories."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
DIGEST = "sha256:" + "a" * 64
GOOD = f"FROM registry.example/base:1@{DIGEST}\n"
BAD = "FROM python:3.12\n"
PRE_COMMIT = [sys.executable, "-m", "pre_commit"]

Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository that holds nothing yet."""
    path = tmp_path / "repository"
    subprocess.run(["git", "init", "--quiet", path], check=True)
    return path


@pytest.fixture
def run(repository: Path, tmp_path: Path) -> Run:
    """Runs a program in the repository, with nothing of the person who runs the tests."""
    ways = ("PATH", "SSL_CERT_FILE", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy")
    plain = {key: value for key, value in os.environ.items() if key in ways or key.startswith("PIP_")}
    plain |= {"HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "hooks")}
    author = {f"GIT_{who}_{what}": "a@b.test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

    def call(*command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=repository, env={**plain, **author, **more}, capture_output=True, text=True, check=False
        )

    return call


@pytest.fixture
def commit(repository: Path, run: Run) -> Run:
    """Commits files through the hook as it is shipped, but run from these sources, and not from an environment."""
    hook: dict[str, Any] = {**HOOK, "language": "system", "entry": f"{sys.executable} -m basewise.cli.main check"}
    configuration = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
    installed = run(*PRE_COMMIT, "install")
    assert installed.returncode == 0, installed.stderr

    def call(**files: str) -> subprocess.CompletedProcess[str]:
        for name, text in files.items():
            path = repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        run("git", "add", "--all")
        return run("git", "commit", "-m", "change", PYTHONPATH=str(ROOT / "src"))

    return call


def test_a_commit_of_an_image_that_may_not_be_used_is_refused_with_its_place(commit: Run, run: Run) -> None:
    refused = commit(**{"api/Dockerfile": BAD})
    assert refused.returncode == 1
    assert "api/Dockerfile:1:6: error: public-base: python:3.12 is a public image" in refused.stdout + refused.stderr
    assert run("git", "rev-parse", "HEAD").returncode != 0, "nothing was committed"


def test_a_commit_that_keeps_the_rules_goes_through(commit: Run, run: Run) -> None:
    done = commit(**{"api/Dockerfile": GOOD, "api/values.yaml": "replicas: 2\n", "README.md": "FROM python\n"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert run("git", "rev-parse", "HEAD").returncode == 0


def test_of_many_files_all_are_checked_in_one_run(commit: Run) -> None:
    files = {f"service-{number}/Dockerfile": GOOD for number in range(200)} | {"last/api.dockerfile": BAD}
    refused = commit(**files)
    output = refused.stdout + refused.stderr
    assert refused.returncode == 1
    assert output.count("named in 201 files") == 1


def test_the_configuration_of_the_repository_counts(commit: Run) -> None:
    done = commit(**{"api/Dockerfile": BAD, "basewise.yaml": "check:\n  allow: [python]\n  rules: {unpinned: off}\n"})
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_name_that_nobody_can_read_does_not_go_through_in_silence(commit: Run) -> None:
    refused = commit(**{"api/Dockerfile": "ARG BASE\nFROM ${BASE}\n"})
    assert refused.returncode == 1
    assert "exit code: 3" in refused.stdout + refused.stderr


@pytest.mark.parametrize(
    "name",
    ["Dockerfile", "a/Containerfile", "a/Dockerfile.dev", "Dockerfile-ci", "api.dockerfile", "a/api.Dockerfile",
     "deploy/api.yaml", "compose.yml"],
)  # fmt: skip
def test_the_hook_is_given_files_that_may_name_images(name: str) -> None:
    assert re.search(HOOK["files"], name)
    assert not re.search(HOOK["exclude"], name)


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "Dockerfile.md",
        "Dockerfile.dockerignore",
        "dockerfiles/readme.txt",
        "mydockerfile.go",
        "x.yamllint",
    ],
)
def test_the_hook_is_not_given_other_files(name: str) -> None:
    assert not re.search(HOOK["files"], name) or re.search(HOOK["exclude"], name)


def test_pre_commit_installs_and_runs_the_hook_from_this_checkout(repository: Path, run: Run, tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("these sources are no git checkout")
    probe = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", tmp_path / "probe", "hatchling"]
    if run(*probe).returncode != 0:
        pytest.skip("no package index can be reached")
    (repository / "Dockerfile").write_text(BAD)
    run("git", "add", "--all")
    refused = run(*PRE_COMMIT, "try-repo", ROOT, HOOK["id"], "--files", "Dockerfile")
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "Dockerfile:1:6: error: public-base: python:3.12 is a public image" in refused.stdout
    (repository / "Dockerfile").write_text(GOOD)
    run("git", "add", "--all")
    passed = run(*PRE_COMMIT, "try-repo", ROOT, HOOK["id"], "--files", "Dockerfile")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout
