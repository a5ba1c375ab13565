"""Runs git so that a clone can neither make it run anything, nor write, nor reach the network, nor keep it busy.

A clone's own configuration may name programs (hooks, file system monitors, diff and signature programs, transports). So
nothing but `rev-parse` ever sees it, which runs none of them (git-rev-parse(1)); everything else works in a directory
of ours that borrows the clone's objects (`GIT_OBJECT_DIRECTORY`, git(1)), where there is no configuration but ours.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from basewise.model.errors import BasewiseError
from basewise.model.limits import Limits
from basewise.programs.running import ProgramFailed, running

_SAID = 300  # characters of git's last message

_QUIET = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "",  # every transport is refused, also by versions that know no GIT_NO_LAZY_FETCH (< 2.45)
    "GIT_PAGER": "",
    "GIT_ADVICE": "0",
    "LC_ALL": "C",
}
"""All that git sees of an environment, beside PATH."""


class GitFailed(BasewiseError):
    """Git is missing, refused a clone, or was stopped; the message says which."""


class Exhausted(Exception):
    """A limit of the history of one clone was reached; the message names it."""


class Git(msgspec.Struct, frozen=True, kw_only=True):
    """The git program with the bounds of one clone."""

    program: str
    limits: Limits
    ends_at: float
    """When everything about this clone must have ended, on the clock of `monotonic`."""
    monotonic: Callable[[], float] = time.monotonic
    variables: Mapping[str, str] = {}

    def within(self, directory: Path, objects: str) -> Git:
        """The same, working in a repository of ours with the objects of a clone."""
        return msgspec.structs.replace(self, variables={"GIT_DIR": str(directory), "GIT_OBJECT_DIRECTORY": objects})

    def text(self, *arguments: str) -> str:
        """What a command prints, at most `git_answer_bytes` of it.

        Raises:
            GitFailed: it ended with an error, or too late, or printed more.
        """
        with self.running(arguments) as process:
            assert process.stdout is not None
            answer = process.stdout.read(self.limits.git_answer_bytes + 1)
            if len(answer) > self.limits.git_answer_bytes:
                raise GitFailed(
                    f"git {arguments[0]} printed more than git_answer_bytes = {self.limits.git_answer_bytes}"
                )
        return os.fsdecode(answer)

    @contextmanager
    def running(
        self, arguments: Sequence[str], *, stdin: int | IO[bytes] = subprocess.DEVNULL
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A running command; its failure is told when the block ends, if the block read all of its output.

        Raises:
            GitFailed: it cannot be started, ended with an error, or was stopped because it took too long.
        """
        name = f"git {arguments[0]}"
        environment = {"PATH": os.environ.get("PATH", os.defpath), **_QUIET, **self.variables}
        left = self.ends_at - self.monotonic()
        command = [self.program, *arguments]
        try:
            with running(
                command, name, self.limits, seconds=left, stdin=stdin, environment=environment, folder="/"
            ) as process:
                yield process
        except ProgramFailed as error:
            raise GitFailed(_message(name, error, self.limits)) from error


def find_git(limits: Limits, monotonic: Callable[[], float] = time.monotonic) -> Git | None:
    """The installed git, with the time of one clone running from now; None where there is none."""
    program = shutil.which("git")
    if program is None:
        return None
    return Git(program=program, limits=limits, ends_at=monotonic() + limits.git_seconds, monotonic=monotonic)


def _message(name: str, error: ProgramFailed, limits: Limits) -> str:
    if error.late:
        return f"{name} was stopped after git_seconds = {limits.git_seconds:g}"
    if not error.code:
        return error.message
    lines = error.messages
    said = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[0]).strip()
    return f"{name} ended with code {error.code}" + (f": {said[:_SAID]}" if said else "")
