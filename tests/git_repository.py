"""Makes real clones with the git program: fixed dates, fixed people, no configuration of whoever runs the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

START = datetime(2020, 1, 1, tzinfo=UTC)

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def day(number: int) -> str:
    """The date of commit number `number`, as documents write it."""
    return (START + timedelta(days=number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def block(seed: str, lines: int = 12) -> str:
    """Comment lines that make a file similar to its own versions and to no other file."""
    return "".join(f"# {seed} {seed[::-1]} {number * 7919} {seed * 3}\n" for number in range(lines))


class GitRepository:
    """A working tree whose commits are one day apart."""

    def __init__(self, root: Path, *init: str) -> None:
        self.root = root
        self.number = 0
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main", *init)

    def git(self, *arguments: str, fails: bool = False, written: int | None = None) -> str:
        """Runs git; `written` is the day of the author date, where it is another than the committer's."""
        made = day(self.number)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@shop.test",
            "GIT_AUTHOR_DATE": made if written is None else day(written),
            "GIT_COMMITTER_NAME": "Ben",
            "GIT_COMMITTER_EMAIL": "ben@shop.test",
            "GIT_COMMITTER_DATE": made,
            "GIT_EDITOR": "true",
        }
        ran = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.root, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert fails or ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def write(self, files: Mapping[str, str | None]) -> None:
        """Writes files; None removes one."""
        for name, content in files.items():
            path = self.root / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)

    def commit(self, files: Mapping[str, str | None], *, written: int | None = None) -> str:
        """Commits all changes on the next day; returns the commit's name."""
        self.write(files)
        self.number += 1
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", f"commit {self.number}", written=written)
        return self.git("rev-parse", "HEAD")

    def move(self, old: str, new: str, content: str | None = None) -> str:
        """Commits a rename, with other content where one is given."""
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", old, new)
        return self.commit({} if content is None else {new: content})

    def branch(self, name: str, at: str = "HEAD") -> None:
        """Switches to a new branch."""
        self.git("switch", "--quiet", "--create", name, at)

    def switch(self, name: str) -> None:
        self.git("switch", "--quiet", name)

    def merge(self, *names: str, files: Mapping[str, str | None] | None = None) -> str:
        """Merges on the next day; with `files`, what they hold is the merge's own content, conflicts or not."""
        self.number += 1
        self.git("merge", "--quiet", "--no-ff", "--no-commit", *names, fails=files is not None)
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", f"merge {self.number}")
        return self.git("rev-parse", "HEAD")
