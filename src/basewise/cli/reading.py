"""Options of every command that reads images, and the settings they amount to."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from basewise.cli.hosts import prefixes
from basewise.cli.options import (
    Command,
    cache_option,
    database_option,
    feeds_option,
    offline_option,
    workspace_option,
)
from basewise.cli.registries import REGISTRY_OPTIONS, registry_access, registry_limits
from basewise.engine.advisories import FeedAccess
from basewise.engine.assess import Settings
from basewise.model.image import Platform


def _platform(_context: click.Context, _parameter: click.Parameter, value: str) -> Platform:
    parts = value.split("/")
    if len(parts) not in {2, 3} or not all(parts):
        raise click.BadParameter(f"'{value}' is no platform; write OS/ARCHITECTURE[/VARIANT], for example linux/arm64.")
    return Platform(*parts)


_OPTIONS = [
    click.option(
        "--images",
        metavar="PATH",
        multiple=True,
        type=click.Path(path_type=Path),
        help="Serve references from this OCI image layout, oci-archive or docker-archive; its tag T answers for names "
        "that end in /T. Repeatable.",
    ),
    click.option(
        "--known-base",
        "known_bases",
        metavar="REF",
        multiple=True,
        help="An image that may be somebody's base although no Dockerfile names it. Repeatable.",
    ),
    click.option(
        "--own",
        metavar="PREFIX",
        multiple=True,
        callback=prefixes,
        help="Names that begin so are built here although their registry is public (ghcr.io/acme). Repeatable.",
    ),
    *REGISTRY_OPTIONS,
    click.option(
        "--platform",
        default="linux/amd64",
        show_default=True,
        callback=_platform,
        help="Which image of a multi-platform index to read.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(min=0),
        default=0,
        help="Layers read at the same time; 0 is one per processor.  [default: 0]",
    ),
    feeds_option,
    offline_option,
    database_option,
    cache_option,
    workspace_option,
]


def reading_options(command: Command) -> Command:
    """Adds the options; their values are passed as keywords that `settings` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _processors() -> int:
    """How many this process may use; not every system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def settings(targets: tuple[str, ...], options: dict[str, Any]) -> Settings:
    """Settings of a run from the values of `reading_options`."""
    registries = registry_access(options, os.environ)
    return Settings(
        targets=targets,
        images=options["images"],
        stdin=sys.stdin.buffer if sys.stdin else None,
        known_bases=options["known_bases"],
        own=options["own"],
        platform=options["platform"],
        registries=registries,
        database=options["database"],
        feeds=FeedAccess(offline=options["offline"], mirror=options["feeds_url"], network=registries.network),
        cache_directory=options["cache_dir"],
        jobs=options["jobs"] or _processors(),
        limits=registry_limits(options),
    )
