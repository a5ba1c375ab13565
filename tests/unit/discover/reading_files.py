"""Reads files that a test writes down, with the others that lie beside them."""

from __future__ import annotations

from collections.abc import Mapping

from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.source_file import SourceFile
from basewise.model.limits import Limits


def read(source: UsageSource, path: str, files: Mapping[str, str], limits: Limits | None = None) -> Discovered:
    """What a source says of one of the files; its name must be one that the source claims."""
    assert source.claims(path)
    data = {name: content.encode() for name, content in files.items()}

    def names(folder: str) -> list[str]:
        return [name.rpartition("/")[2] for name in data if name.rpartition("/")[0] == folder]

    return source.read(SourceFile(path, data[path], limits or Limits(), data.get, names))


def named(found: Discovered) -> list[str]:
    """References in the order of the file, as they are written for people: without Docker Hub."""
    return [usage.reference.removeprefix("docker.io/").removeprefix("library/") for usage in found.usages]


def reasons(found: Discovered) -> list[str]:
    """Why usages were not assessed."""
    return [usage.status.reason for usage in found.usages if not usage.status.is_ok]
