from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from basewise.cli import options


@click.command()
@options.format_option(["table", "json"])
@options.output_option
@options.quiet_option
@options.progress_option
@options.offline_option
@options.database_option
@options.cache_option
@options.workspace_option
def show(**values: object) -> None:
    for name, value in values.items():
        click.echo(f"{name}={value!r}")


def run(*arguments: str, **environment: str | None) -> dict[str, str]:
    result = CliRunner().invoke(show, arguments, env=environment)
    assert result.exit_code == 0, result.output
    return dict(line.split("=", 1) for line in result.output.splitlines())


def refused(*arguments: str) -> str:
    result = CliRunner().invoke(show, arguments)
    assert result.exit_code == 2
    return result.output


def test_defaults_are_for_a_person_at_a_terminal() -> None:
    shown = run(HOME="/home/ada", XDG_DATA_HOME=None, XDG_CACHE_HOME=None)
    assert shown == {
        "output_format": "'table'",
        "output": "None",
        "quiet": "False",
        "no_progress": "False",
        "offline": "False",
        "database": repr(Path("/home/ada/.local/share/basewise/advisories.sqlite")),
        "cache_dir": repr(Path("/home/ada/.cache/basewise")),
        "workspace": repr(Path(".basewise")),
    }


def test_a_format_that_is_not_offered_is_refused() -> None:
    assert "'pdf' is not one of" in refused("--format", "pdf")


def test_output_to_a_dash_is_standard_output() -> None:
    assert run("-o", "-")["output"] == "None"


def test_output_needs_a_directory_that_exists(tmp_path: Path) -> None:
    assert "does not exist" in refused("-o", str(tmp_path / "no" / "x.json"))
    assert "is a directory" in refused("-o", str(tmp_path))
    assert run("-o", str(tmp_path / "x.json"))["output"] == repr(tmp_path / "x.json")


def test_locations_follow_xdg() -> None:
    found = options.locations({"HOME": "/home/ada", "XDG_DATA_HOME": "/data", "XDG_CACHE_HOME": "/cache"})
    assert found == (Path("/data/basewise"), Path("/cache/basewise"))
    assert found.database == Path("/data/basewise/advisories.sqlite")


@pytest.mark.parametrize("value", ["", "relative/path"])
def test_an_xdg_variable_that_is_not_absolute_is_ignored(value: str) -> None:
    found = options.locations({"HOME": "/home/ada", "XDG_CACHE_HOME": value})
    assert found.cache_dir == Path("/home/ada/.cache/basewise")
