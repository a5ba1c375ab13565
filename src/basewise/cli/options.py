"""Options that several commands share, and where files are kept when nobody says otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from basewise.model.redaction import without_login

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

DEFAULT_WORKSPACE = Path(".basewise")


class Locations(NamedTuple):
    """Directories by the XDG Base Directory Specification 0.8."""

    data_dir: Path
    cache_dir: Path

    @property
    def database(self) -> Path:
        """The compiled advisories."""
        return self.data_dir / "advisories.sqlite"


def locations(environ: Mapping[str, str]) -> Locations:
    """Data and cache directory of this program for the user that `environ` describes."""
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    return Locations(
        data_dir=_xdg(environ, "XDG_DATA_HOME", home / ".local" / "share") / "basewise",
        cache_dir=_xdg(environ, "XDG_CACHE_HOME", home / ".cache") / "basewise",
    )


def _xdg(environ: Mapping[str, str], variable: str, default: Path) -> Path:
    value = Path(environ.get(variable, ""))
    # "All paths set in these environment variables must be absolute. If an implementation encounters a relative path
    # [it] should consider the path invalid and ignore it."
    return value if value.is_absolute() else default


def format_option(formats: Iterable[str], default: str = "table") -> Decorator:
    """`--format`, passed as `output_format`, one of `formats` (a registry of renderers will do)."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(list(formats)),
        default=default,
        show_default=True,
        help="How to print the document.",
    )


def _destination(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Path | None:
    if value is None or value == "-":
        return None
    path = Path(value)
    if path.is_dir():
        raise click.BadParameter(f"'{value}' is a directory.")
    if not path.parent.is_dir():
        raise click.BadParameter(f"the directory '{path.parent}' does not exist.")
    return path


def output_option(command: Command) -> Command:
    """`-o`, `--output`, passed as `output`: a path, or None for standard output."""
    return click.option(
        "-o",
        "--output",
        metavar="FILE",
        callback=_destination,
        help="Write to FILE, whole or not at all, instead of standard output.",
    )(command)


def quiet_option(command: Command) -> Command:
    """`--quiet`, passed as `quiet`."""
    return click.option("-q", "--quiet", is_flag=True, help="No progress and no summary; errors only.")(command)


def progress_option(command: Command) -> Command:
    """`--no-progress`, passed as `no_progress`."""
    return click.option("--no-progress", is_flag=True, help="No progress bars. They only show on a terminal anyway.")(
        command
    )


def offline_option(command: Command) -> Command:
    """`--offline`, passed as `offline`."""
    return click.option("--offline", is_flag=True, help="Use no network; say what is missing for it.")(command)


def _url(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value and not value.startswith(("https://", "http://")):
        raise click.BadParameter(f"'{without_login(value)}' is no http or https URL.")
    return value


def feeds_option(command: Command) -> Command:
    """`--feeds-url`, passed as `feeds_url`."""
    return click.option(
        "--feeds-url",
        metavar="URL",
        default="",
        callback=_url,
        help="Fetch advisories from a copy: URL/ECOSYSTEM/all.zip, with CISA's and FIRST's files beside them.",
    )(command)


def database_option(command: Command) -> Command:
    """`--db`, passed as `database`: a path that need not exist yet."""
    return click.option(
        "--db",
        "database",
        type=click.Path(dir_okay=False, path_type=Path),
        default=lambda: locations(os.environ).database,
        show_default="$XDG_DATA_HOME/basewise/advisories.sqlite",
        help="The advisory database.",
    )(command)


def cache_option(command: Command) -> Command:
    """`--cache-dir`, passed as `cache_dir`."""
    return click.option(
        "--cache-dir",
        type=click.Path(file_okay=False, path_type=Path),
        default=lambda: locations(os.environ).cache_dir,
        show_default="$XDG_CACHE_HOME/basewise",
        help="Where contents of layers are kept.",
    )(command)


def workspace_option(command: Command) -> Command:
    """`--workspace`, passed as `workspace`."""
    return click.option(
        "--workspace",
        type=click.Path(file_okay=False, path_type=Path),
        default=DEFAULT_WORKSPACE,
        show_default=True,
        help="Where documents are kept.",
    )(command)
