"""What the README and the documentation tell people to type is what the program understands."""

from __future__ import annotations

import os
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
SHOWN = README.partition("<!-- demo: real output of `make demo` -->\n```text\n")[2].partition("\n```\n")[0].splitlines()
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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What `make demo` prints, both streams in the order in which they were written."""
    home = tmp_path_factory.mktemp("demo")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "BASEWISE_"))}
    environment |= {"XDG_CACHE_HOME": str(home / "cache"), "XDG_DATA_HOME": str(home / "data")}
    ran = subprocess.run(
        [sys.executable, "-m", "basewise.cli.main", "demo", "build/demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
        env=environment,
        cwd=home,
    )
    assert ran.returncode == ExitCode.INCOMPLETE, ran.stdout
    return ran.stdout.splitlines()


def test_the_demo_in_the_readme_is_run_by_make() -> None:
    recipe = re.search(r"^demo:.*\n\t(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe is not None
    assert "basewise demo build/demo" in recipe[1]
    assert SHOWN[0] == "$ make demo"


def test_every_line_of_the_demo_in_the_readme_is_real(demo: list[str]) -> None:
    """Runs of lines between `…` follow each other in the output; the first begins it and the last ends it."""
    real, runs = [masked(line) for line in demo], [[masked(line) for line in run] for run in shown_runs()]
    assert real[: len(runs[0])] == runs[0]
    assert real[-len(runs[-1]) :] == runs[-1]
    begin = 0
    for run in runs:
        places = [at for at in range(begin, len(real)) if real[at : at + len(run)] == run]
        assert places, f"the demo does not print these lines together, or not here: {run}"
        begin = places[0] + len(run)


def test_what_the_readme_leaves_out_of_the_demo_is_marked(demo: list[str]) -> None:
    runs = shown_runs()
    assert all(runs), "a … stands for lines"
    assert sum(map(len, runs)) + len(runs) - 1 <= len(demo)


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("    last rebuilt 2023-01-11, by x", "    last rebuilt DATE, by x"),
        ("data: CISA KEV 1 day old; OSV Debian 12 days old, stale", "data: CISA KEV AGE; OSV Debian AGE"),
        ("4 alpine:3.20  alpine 3.20 EOL  0 2   845   10  15", "4 alpine:3.20  alpine 3.20 EOL  0 2 AGE   10  15"),
        ("- golang:1.21  debian 12  none  0 8 1,413   60 103.6", "- golang:1.21  debian 12  none  0 8 AGE   60 103.6"),
        ("    openssl 3.3.1-r3: high, blast 5, CVE-2024-6119", "    openssl 3.3.1-r3: high, blast 5, CVE-2024-6119"),
    ],
)
def test_only_days_and_dates_are_masked(line: str, hidden: str) -> None:
    assert masked(line) == hidden


def masked(line: str) -> str:
    """A line of output without what depends on the day: dates, ages of feeds, and the age column of the backlog."""
    line = re.sub(r"\b\d{4}-\d\d-\d\d\b", "DATE", line)
    line = re.sub(r"\b\d+ days? old(, stale)?", "AGE", line)
    return re.sub(r"^((?:\d+|-) .*\S) +[\d,]+((?: +≥?[\d.,]+){2})$", r"\1 AGE\2", line)


def shown_runs() -> list[list[str]]:
    """The demo's lines in the README below the command, cut where it cuts them."""
    shown = "".join(f"{line}\n" for line in SHOWN[1:])
    return [run.splitlines() for run in re.split(r"^…\n", shown, flags=re.MULTILINE)]


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
