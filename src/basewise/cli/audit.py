"""`basewise audit`: gather, judge, keep, print."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from basewise import __version__
from basewise.cli.exit_codes import ExitCode
from basewise.cli.options import format_option, output_option, progress_option, quiet_option
from basewise.cli.output import page, write
from basewise.cli.progress import progress
from basewise.cli.reading import reading_options, settings
from basewise.engine.assess import assess, look
from basewise.model.advisory import SEVERITIES, SeverityLevel
from basewise.model.inventory import INVENTORY_NAME, Inventory
from basewise.model.traffic import Traffic
from basewise.phases.audit import audit as judge
from basewise.phases.audit import has_at_least
from basewise.phases.preview import preview
from basewise.render.interface import load
from basewise.render.inventory import RENDERERS
from basewise.render.inventory.summary import summary
from basewise.render.preview import RENDERERS as PREVIEWS
from basewise.render.printable import printable
from basewise.render.traffic import traffic_lines
from basewise.workspace.sqlite import SqliteWorkspace

TOOL = f"basewise {__version__}"


@click.command()
@click.argument("targets", metavar="[TARGET]...", nargs=-1)
@reading_options
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="Exit with 1 when production has an open finding that weighs at least as much.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Say what would be read and pulled, and read no layer: manifests are asked for. Formats: table, json.",
)
@format_option(RENDERERS)
@output_option
@quiet_option
@progress_option
def audit(
    *,
    targets: tuple[str, ...],
    fail_on: SeverityLevel | None,
    dry_run: bool,
    output_format: str,
    output: Path | None,
    quiet: bool,
    no_progress: bool,
    **options: Any,
) -> int:
    """Rank the base images under a fleet by CVE blast radius.

    TARGET is a directory with Dockerfiles and Kubernetes manifests (the current one by default), one such file, or an
    image: docker://REF, oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:REF|@N], containers-storage:REF, or
    docker-daemon:REF; FILE is - for standard input. The inventory is kept in the workspace and printed as a backlog:
    one row per base line, ranked by severity times the workloads that inherit it.

    \b
    Examples:
      basewise audit ./services --images ./layout
      basewise audit ./services --mirror docker.io=127.0.0.1:5000/hub
      basewise audit docker-archive:release.tar --offline
      basewise audit . --offline --format markdown -o backlog.md
      basewise audit ./services --dry-run
      basewise audit docker://registry.example/shop/orders:1.4.2 --known-base python:3.12-slim
    """  # noqa: D301 -- click wants the control character itself, to keep the lines below it as they are
    now = datetime.now(UTC)
    workspace = SqliteWorkspace(options["workspace"])
    try:
        if dry_run:
            renderer = load(PREVIEWS, output_format)
            with progress(quiet=quiet, no_progress=no_progress) as observer:
                seen, traffic = look(settings(targets or (".",), options), workspace, observer)
            ahead = preview(seen, now=now, tool=TOOL)
            write(renderer.render(ahead, page(output, os.environ)), output)
            _tell([], traffic, [], quiet=quiet)
            return ExitCode.DONE if ahead.status.is_ok else ExitCode.INCOMPLETE
        with progress(quiet=quiet, no_progress=no_progress) as observer:
            found = assess(settings(targets or (".",), options), workspace, now=now, progress=observer)
        inventory = judge(found.facts, now=now, tool=TOOL)
        kept = workspace.save_document(INVENTORY_NAME, inventory.generated_at, msgspec.json.encode(inventory))
    finally:
        workspace.close()
    write(load(RENDERERS, output_format).render(inventory, page(output, os.environ)), output)
    lines = [] if quiet else [*summary(inventory), f"inventory: {kept}"]
    _tell(found.warnings, found.traffic, lines, quiet=quiet)
    return _exit_code(inventory, fail_on)


def _tell(warnings: Sequence[str], traffic: Sequence[Traffic], lines: Sequence[str], *, quiet: bool) -> None:
    if quiet:
        return
    for warning in warnings:
        click.echo(f"warning: {printable(warning)}", err=True)
    for line in [*traffic_lines(traffic), *lines]:
        click.echo(line, err=True)


def _exit_code(inventory: Inventory, fail_on: SeverityLevel | None) -> ExitCode:
    if fail_on is not None and has_at_least(inventory, fail_on):
        return ExitCode.GATE_FAILED
    return ExitCode.DONE if inventory.status.is_ok else ExitCode.INCOMPLETE
