"""Distributions at a day in the past: which packages, at which versions, in which sets (data: snapshots.yaml)."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

import msgspec
import yaml


class DemoPackage(msgspec.Struct, frozen=True, order=True):
    """One binary package and the source it was built from."""

    name: str
    version: str
    source: str
    source_version: str

    @classmethod
    def parse(cls, text: str) -> DemoPackage:
        """Reads `name version [source [source-version]]`."""
        name, version, *more = text.split()
        source = more[0] if more else name
        return cls(name, version, source, more[1] if len(more) > 1 else version)


class Snapshot(msgspec.Struct, frozen=True):
    """One distribution on one day."""

    name: str
    built: date
    os_release: dict[str, str]
    packages: dict[str, list[DemoPackage]]
    """Sets of packages by name; `base` is what the first layer holds."""

    @property
    def mtime(self) -> int:
        """Seconds since 1970 at which every file of this snapshot was made."""
        return int(datetime(self.built.year, self.built.month, self.built.day, tzinfo=UTC).timestamp())

    @property
    def merged_usr(self) -> bool:
        """True when /bin is a link to usr/bin, as in Debian's images since 12."""
        return self.os_release["ID"] == "debian" and int(self.os_release["VERSION_ID"]) >= 12


@functools.cache
def snapshot(name: str) -> Snapshot:
    """The snapshot of that name.

    Raises:
        KeyError: there is none; the names are the keys of snapshots.yaml.
    """
    raw = _data()[name]
    sets = {key: [DemoPackage.parse(line) for line in lines] for key, lines in raw["packages"].items()}
    return Snapshot(name, raw["built"], raw["os_release"], sets)


@functools.cache
def _data() -> dict[str, Any]:
    text = resources.files("basewise.demo").joinpath("snapshots.yaml").read_bytes()
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))
