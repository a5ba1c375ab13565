"""`basewise inspect`: everything known of one image."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from basewise.cli.audit import TOOL
from basewise.cli.exit_codes import ExitCode
from basewise.cli.options import format_option, output_option, progress_option, quiet_option
from basewise.cli.output import page, write
from basewise.cli.progress import progress
from basewise.cli.reading import reading_options, settings
from basewise.engine.assess import assess
from basewise.model.errors import ImageError
from basewise.model.facts import Facts
from basewise.phases.inspect import image_report
from basewise.render.image_report import RENDERERS
from basewise.render.interface import load
from basewise.render.printable import printable
from basewise.render.traffic import traffic_lines
from basewise.workspace.documents import latest_inventory
from basewise.workspace.sqlite import SqliteWorkspace


@click.command()
@click.argument("image")
@reading_options
@format_option(RENDERERS)
@output_option
@quiet_option
@progress_option
def inspect(
    *, image: str, output_format: str, output: Path | None, quiet: bool, no_progress: bool, **options: Any
) -> int:
    """Show everything known of one image.

    IMAGE is a reference, docker://REF, oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:REF|@N],
    containers-storage:REF, or docker-daemon:REF; FILE is - for standard input. Shows its base and how that is known,
    layers, libraries and the packages that own them, attack surface, files of no package, and every finding with the
    layer that brought it.

    \b
    Examples:
      basewise inspect python:3.12-slim
      basewise inspect registry.example/shop/orders:1.4.2 --images ./layout --format json
      basewise inspect oci:./layout:orders --known-base registry.example/python:3.12
      docker save shop/orders:1.4.2 | basewise inspect docker-archive:-
    """  # noqa: D301 -- click wants the control character itself, to keep the lines below it as they are
    now = datetime.now(UTC)
    workspace = SqliteWorkspace(options["workspace"])
    try:
        with progress(quiet=quiet, no_progress=no_progress) as observer:
            asked = msgspec.structs.replace(settings((), options), image=image)
            found = assess(asked, workspace, now=now, progress=observer)
        fleet = latest_inventory(workspace)
    finally:
        workspace.close()
    report = image_report(found.facts, _digest(found.facts), now=now, tool=TOOL, fleet=fleet)
    write(load(RENDERERS, output_format).render(report, page(output, os.environ)), output)
    if not quiet:
        for warning in found.warnings:
            click.echo(f"warning: {printable(warning)}", err=True)
        for line in traffic_lines(found.traffic):
            click.echo(line, err=True)
    return ExitCode.DONE if report.status.is_ok else ExitCode.INCOMPLETE


def _digest(facts: Facts) -> str:
    """The manifest digest of the one image that was asked for.

    Raises:
        ImageError: it could not be had.
    """
    for source in facts.sources:
        if source.status != "ok":
            raise ImageError(source.reason)
    (usage,) = facts.usages
    if usage.reference in facts.unresolved:
        raise ImageError(facts.unresolved[usage.reference].reason)
    return facts.resolved[usage.reference]
