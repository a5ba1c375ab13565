"""What the README and the documentation tell people to type is what the program understands."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from basewise.cli.exit_codes import ExitCode
from basewise.cli.main import cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", *sorted(page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "reference")]


def commands() -> Iterator[tuple[str, str]]:
    """(page, command line) of every indented or fenced line that calls the program."""
    for page in PAGES:
        text = page.read_text().replace("\\\n", " ")
        for line in re.findall(r"^(?: {4,}|\$ )(basewise .*)$", text, re.MULTILINE):
            yield page.name, line


def test_the_help_in_the_readme_is_the_programs() -> None:
    shown = re.search(r"\$ basewise --help\n(.*?)\n```", README, re.DOTALL)
    assert shown is not None
    ran = subprocess.run(
        [sys.executable, "-m", "basewise.cli.main", "--help"], capture_output=True, text=True, check=True
    )
    assert shown[1].split() == ran.stdout.split()  # line breaks are the terminal's


def test_the_readme_lists_every_exit_code() -> None:
    table = README.partition("## Exit codes")[2].partition("##")[0]
    listed = {
        int(number) for line in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE) for number in line.split(",")
    }
    assert listed == set(ExitCode)


def test_the_readme_shows_the_output_of_the_demo() -> None:
    block = README.partition("<!-- demo: real output of `make demo` -->")[2].partition("```\n")[0]
    assert "python:3.11-slim-bullseye" in block
    assert "next: " in block


@pytest.mark.parametrize(("page", "line"), list(commands()))
def test_every_command_in_the_documentation_exists_with_its_options(page: str, line: str) -> None:  # noqa: ARG001 -- names the test
    words = shlex.split(line, comments=True)[1:]
    command: click.Command = cli
    context = click.Context(cli)
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        found = command.get_command(context, words.pop(0))
        assert found is not None
        command = found
    known = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}
    assert {word for word in words if word.startswith("-")} <= known


def test_the_documentation_calls_the_program_often_enough_to_be_checked() -> None:
    assert len(list(commands())) > 10
