"""`basewise db`: the advisory database."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from basewise.cli.exit_codes import ExitCode
from basewise.cli.options import database_option, feeds_option, progress_option, quiet_option
from basewise.cli.progress import progress
from basewise.render.printable import printable

DEFAULT_ECOSYSTEMS = ("Alpine", "Bitnami", "Debian", "Go", "Maven", "PyPI", "Wolfi", "npm")
"""What `db update` fetches into a new database: what the common public bases hold."""


@click.group()
def db() -> None:
    """Fetch, import and show the advisory database."""


@db.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@database_option
@quiet_option
@progress_option
def import_(*, paths: tuple[Path, ...], database: Path, quiet: bool, no_progress: bool) -> int:
    """Compile advisory files from disk into the database.

    PATH is a directory in the layout of OSV's bucket (ECOSYSTEM/all.zip, with CISA's KEV catalogue and FIRST's EPSS
    scores beside them), or one such file. Feeds that are in the database already are replaced, all others stay.

    \b
    Examples:
      basewise db import ./osv
      basewise db import ./osv/Debian/all.zip ./known_exploited_vulnerabilities.json
    """  # noqa: D301 -- click wants the control character itself, to keep the lines below it as they are
    from basewise.advisories.compile import compile_database  # noqa: PLC0415 -- completion does not pay for it
    from basewise.advisories.feeds import find_feeds  # noqa: PLC0415 -- likewise

    files = [file for path in paths for file in find_feeds(path)]
    with progress(quiet=quiet, no_progress=no_progress) as observer:
        done = compile_database(database, files, now=datetime.now(UTC), progress=observer)
    if not quiet:
        _show(database)
    for feed in done:
        if not feed.records:
            click.echo(printable(f"not imported: {feed.location}: {feed.reason}"), err=True)
    return ExitCode.DONE if all(feed.records for feed in done) else ExitCode.INCOMPLETE


@db.command()
@click.argument("ecosystems", metavar="[ECOSYSTEM]...", nargs=-1)
@feeds_option
@database_option
@quiet_option
@progress_option
def update(*, ecosystems: tuple[str, ...], feeds_url: str, database: Path, quiet: bool, no_progress: bool) -> int:
    """Fetch advisories from OSV's public bucket, with KEV and EPSS.

    Without ECOSYSTEM, those that the database holds already; into a new one, those of the common public bases: Alpine,
    Bitnami, Debian, Go, Maven, PyPI, Wolfi and npm.

    \b
    Examples:
      basewise db update
      basewise db update Debian Alpine
    """  # noqa: D301 -- click wants the control character itself, to keep the lines below it as they are
    from basewise.cli.registries import environment_network  # noqa: PLC0415 -- likewise
    from basewise.engine.advisories import FeedAccess, held_ecosystems, is_usable  # noqa: PLC0415 -- completion does not pay for it
    from basewise.engine.advisories import update as fetch_and_compile  # noqa: PLC0415 -- likewise

    wanted = ecosystems or sorted(held_ecosystems(database)) or DEFAULT_ECOSYSTEMS
    access = FeedAccess(mirror=feeds_url, network=environment_network(os.environ))
    with progress(quiet=quiet, no_progress=no_progress) as observer:
        problems = fetch_and_compile(database, wanted, access, now=datetime.now(UTC), progress=observer)
    if not quiet and is_usable(database):
        _show(database)
    for problem in problems:
        click.echo(printable(f"not updated: {problem}"), err=True)
    return ExitCode.INCOMPLETE if problems else ExitCode.DONE


@db.command()
@database_option
@click.option("--format", "output_format", type=click.Choice(["table", "json"]), default="table", show_default=True)
def status(*, database: Path, output_format: str) -> None:
    """Show what the database was compiled from, and how old that is."""
    if output_format == "json":
        from basewise.advisories.database import AdvisoryDatabase  # noqa: PLC0415 -- completion does not pay for it

        with AdvisoryDatabase(database) as opened:
            click.echo(msgspec.json.format(msgspec.json.encode(opened.feeds), indent=2).decode())
        return
    _show(database)


def _show(path: Path) -> None:
    from basewise.advisories.database import AdvisoryDatabase  # noqa: PLC0415 -- completion does not pay for it
    from basewise.model.freshness import ages  # noqa: PLC0415 -- likewise

    with AdvisoryDatabase(path) as database:
        feeds = database.feeds
    click.echo(f"{path}: {len(feeds)} feeds")
    for feed, age in zip(feeds, ages(feeds, datetime.now(UTC)), strict=True):
        days = "age unknown" if age.days is None else f"{int(age.days)} days old"
        stale = ", stale" if age.stale else ""
        left_out = f", {feed.skipped} left out" if feed.skipped else ""
        reason = f" ({feed.reason})" if feed.reason else ""
        click.echo(printable(f"  {feed.name:34} {feed.records:>7} records  {days}{stale}{left_out}{reason}"))
