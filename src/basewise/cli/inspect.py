"""`basewise inspect`: everything known of one image."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from basewise.cli.audit import TOOL
from basewise.cli.exit_codes import ExitCode
from basewise.cli.options import format_option, output_option, progress_option, quiet_option
from basewise.cli.output import page, write
from basewise.cli.progress import progress
from basewise.cli.reading import reading_options, settings
from basewise.engine.assess import assess
from basewise.model.errors import ImageError, UsageError
from basewise.model.facts import Facts
from basewise.phases.inspect import image_report
from basewise.render.image_report import RENDERERS
from basewise.render.interface import load
from basewise.render.printable import printable
from basewise.render.traffic import traffic_lines
from basewise.workspace.documents import latest_inventory
from basewise.workspace.sqlite import SqliteWorkspace

_SHOWN = 8  # names in an error
_FORMS = "A layout is named oci:DIR:TAG, an archive docker-archive:FILE or oci-archive:FILE."


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
    if Path(image).exists():
        raise UsageError(f"{image} is a file or directory, not an image", remedy=_FORMS)
    workspace = SqliteWorkspace(options["workspace"])
    try:
        with progress(quiet=quiet, no_progress=no_progress) as observer:
            found = assess(settings((image,), options), workspace, now=now, progress=observer)
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
        UsageError: a layout or archive with several images was named.
    """
    for source in facts.sources:
        if source.status != "ok":
            raise ImageError(source.reason)
    asked = [usage.reference for usage in facts.usages]
    if len(asked) != 1:
        names = ", ".join(asked[:_SHOWN])
        raise UsageError(f"it holds {len(asked)} images: {names}", remedy="Name one of them, as in oci:DIR:TAG.")
    if asked[0] in facts.unresolved:
        raise ImageError(facts.unresolved[asked[0]].reason)
    return facts.resolved[asked[0]]
