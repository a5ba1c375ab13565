"""Custom resources whose operator names an image in a way of its own."""

from __future__ import annotations

from functools import cache

import msgspec

from basewise.catalogue.loader import load_as


class OperatorImage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one operator's resources name the image that they run. Keys stand directly below `spec`."""

    group: str
    kinds: list[str]
    source: str
    fields: list[str] = []
    """Keys whose text is a whole reference."""
    base: list[str] = []
    """Keys that name a repository."""
    default: str = ""
    """Repository where no such key is set."""
    tag: list[str] = []
    """Keys whose text is the tag; the first that is set counts."""
    digest: str = ""
    """Key with the hexadecimal digits of a SHA-256 digest."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    as_of: str
    operators: list[OperatorImage]


@cache
def _by_kind() -> dict[tuple[str, str], OperatorImage]:
    entries = load_as("operators", _File).operators
    return {(entry.group, kind): entry for entry in entries for kind in entry.kinds}


def operator_image(group: str, kind: str) -> OperatorImage | None:
    """How resources of a kind name their image, where that is known to differ from `spec.image`."""
    return _by_kind().get((group, kind))
