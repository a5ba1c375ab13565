from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

from basewise import __version__
from basewise.cli.exit_codes import ExitCode
from basewise.cli.lazy import LazyCommand
from basewise.cli.main import COMMANDS, cli, main
from basewise.model.errors import BasewiseError, ImageNotFound, InvalidReference, UsageError

HEAVY = ("httpx", "rich", "yaml", "msgspec", "isal", "zstandard", "cvss", "sqlite3", "asyncio")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> object:
    """Gives the group a command `fail` that raises, or returns, what the test hands over."""

    def install(outcome: object) -> None:
        @click.command()
        def fail() -> object:
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        module = ModuleType("failing_command")
        module.fail = fail  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "failing_command", module)
        monkeypatch.setattr(cli, "lazy", {**COMMANDS, "fail": LazyCommand("failing_command:fail", "Fails.")})

    return install


def test_help_lists_every_command_with_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    for name, command in COMMANDS.items():
        assert f"{name} {command.help}" in text


def test_no_arguments_at_all_print_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("Usage: basewise")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["nonsense"]])
def test_the_group_alone_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from basewise.cli.main import main\n"
        f"main({arguments!r})\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stderr.splitlines()[-1] == "[]"


def test_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"basewise {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "where"),
    [(["nonsense"], "basewise"), (["--nonsense"], "basewise"), (["schema", "--nonsense"], "basewise schema")],
)
def test_wrong_usage_is_one_line_that_points_to_the_help(
    arguments: list[str], where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("basewise: error: ")
    assert "nonsense" in err
    assert f"See '{where} --help'." in err


@pytest.mark.parametrize(
    ("outcome", "code", "text"),
    [
        (
            UsageError("'x' is no database", remedy="Run basewise db import DIR."),
            2,
            "'x' is no database. Run basewise db",
        ),
        (InvalidReference("'X' is not an image reference"), 2, "'X' is not an image reference"),
        (ImageNotFound("no source has 'x'"), 3, "no source has 'x'"),
        (BasewiseError("the workspace is newer than this program"), 4, "the workspace is newer"),
        (OSError(28, "No space left on device", "/data"), 4, "No space left on device: '/data'"),
        (KeyError("lost"), 4, "internal error, KeyError: 'lost'. Set BASEWISE_DEBUG=1 to see where"),
        (
            UsageError("bad \x1b]0;title\x07\nname"),
            2,
            "bad \N{REPLACEMENT CHARACTER}]0;title\N{REPLACEMENT CHARACTER} name",
        ),
    ],
)
def test_every_error_is_one_line_and_a_code(
    outcome: Exception, code: int, text: str, failing: object, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(outcome)  # type: ignore[operator]
    assert main(["fail"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"basewise: error: {text}")
    assert len(err.splitlines()) == 1


def test_the_traceback_is_there_for_who_asks(failing: object, capsys: pytest.CaptureFixture[str]) -> None:
    failing(KeyError("lost"))  # type: ignore[operator]
    assert main(["--debug", "fail"]) == ExitCode.INTERNAL
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_an_interrupted_run_says_that_its_work_is_kept(failing: object, capsys: pytest.CaptureFixture[str]) -> None:
    failing(KeyboardInterrupt())  # type: ignore[operator]
    assert main(["fail"]) == 130
    assert capsys.readouterr().err == "basewise: stopped; what was read so far is kept\n"


@pytest.mark.parametrize(("outcome", "code"), [(None, 0), (ExitCode.INCOMPLETE, 3), (ExitCode.GATE_FAILED, 1)])
def test_a_command_returns_its_exit_code(outcome: object, code: int, failing: object) -> None:
    failing(outcome)  # type: ignore[operator]
    assert main(["fail"]) == code


def test_a_reader_that_goes_away_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run(
        [sys.executable, "-m", "basewise.cli.main", "schema", "inventory"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (run.returncode, run.stderr) == (141, b"")


def test_the_package_runs_as_the_program_does(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "basewise"]
    version = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout == f"basewise {__version__}\n"
    wrong = subprocess.run(
        [*command, "inspect", str(tmp_path)], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert wrong.returncode == ExitCode.USAGE
    assert wrong.stderr.startswith("basewise: error: ")
