"""Builds the demo's fleet: images, manifests, Dockerfiles and advisories of a fictional shop, without network."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from basewise.demo.advisories import write_advisories
from basewise.demo.images import build_layout
from basewise.model.errors import UsageError

MISSING = "registry.acme.test/shop/legacy-reports:2019-04"
"""The one image that a manifest names and no registry has any more."""


class Fleet(msgspec.Struct, frozen=True):
    """Where the parts of the fleet are."""

    root: Path
    services: Path
    """Dockerfiles and manifests: the target of an audit."""
    layout: Path
    """OCI image layout with the images: `--images`."""
    advisories: Path
    """Advisories in OSV's bulk layout: for `db import`."""


def build_fleet(target: Path) -> Fleet:
    """Builds the whole fleet below `target`: the same bytes every time, and safe to repeat.

    Raises:
        UsageError: `target` holds something else under the names that the fleet would take.
    """
    taken = [name for name in ("README.md", "services", "layout", "osv") if (target / name).exists()]
    if taken and not (target / "layout" / "oci-layout").exists():
        raise UsageError(f"'{target}' already holds a '{taken[0]}'", remedy="Name a directory that is new or empty.")
    fleet = Fleet(target, target / "services", target / "layout", target / "osv")
    _copy(resources.files("basewise.demo") / "files", target)
    build_layout(fleet.layout)
    write_advisories(fleet.advisories)
    return fleet


def _copy(source: Traversable, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for item in source.iterdir():
        if item.is_dir():
            _copy(item, target / item.name)
        else:
            (target / item.name).write_bytes(item.read_bytes())
