"""Which versions a record speaks of: the OSV schema, section "Evaluation" (https://ossf.github.io/osv-schema/#evaluation).

A version is affected when it is listed, or when a range holds it; a range's events are applied in the order of their
versions. GIT ranges name commits and never decide about a package version.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from basewise.advisories.osv import Affected, Event, Range
from basewise.advisories.versions import InvalidVersion, VersionScheme

EventKind = Literal["introduced", "fixed", "last_affected", "limit"]
_KINDS: tuple[EventKind, ...] = ("introduced", "fixed", "last_affected", "limit")


class Bound(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event: what happens, and at which version."""

    kind: EventKind
    version: str


class Ranges(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The versions that one `affected[]` entry speaks of, ready to be evaluated."""

    ranges: list[list[Bound]]
    """Events of each range, in order of their versions."""
    versions: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.ranges or self.versions)


NOTHING = Ranges([])


def prepare(entry: Affected, scheme: VersionScheme | None) -> Ranges:
    """Events put in order, and listed versions that a range holds anyway left out.

    Args:
        scheme: None keeps everything as written: it cannot be evaluated until there is one.

    Returns:
        `NOTHING` when the entry names no version at all, as one does that has GIT ranges only.

    Raises:
        InvalidVersion: a bound is no version of the scheme, and no versions are listed that would say the same.
    """
    ranges = [bounds for bounds in map(_bounds, entry.ranges or ()) if bounds]
    versions = entry.versions or []
    if not ranges and not versions:
        return NOTHING
    if scheme is None:
        return Ranges(ranges, versions)
    ordered = []
    for bounds in ranges:
        try:
            ordered.append(sorted(bounds, key=lambda bound: bound_key(bound.version, scheme)))
        except InvalidVersion:
            if not versions:
                raise
    rest = [version for version in versions if not _held_by_a_range(version, ordered, scheme)] if ordered else versions
    return Ranges(ordered, rest)


def affected(version: str, ranges: Ranges, scheme: VersionScheme) -> bool:
    """True when `version` is one that `ranges` speaks of.

    Raises:
        InvalidVersion: `version` is no version of the scheme.
    """
    key, key_of = scheme.key(version), scheme.bound_key
    if version in ranges.versions:
        return True
    for bounds in ranges.ranges:
        if _holds(bounds, key, key_of):
            return True
    return bool(ranges.versions) and _is_listed(key, ranges.versions, scheme)


def fixed_in(version: str, ranges: Ranges, scheme: VersionScheme) -> str:
    """The lowest fixed version above `version` that is not itself affected; empty when there is none.

    Raises:
        InvalidVersion: `version` is no version of the scheme.
    """
    key = scheme.key(version)
    fixes = {bound.version for bounds in ranges.ranges for bound in bounds if bound.kind == "fixed"}
    above = {fix for fix in fixes if bound_key(fix, scheme) > key}
    if len(ranges.ranges) > 1 or len(above) > 1:
        above = {fix for fix in above if not _open(fix, ranges, scheme)}
    return lowest(above, scheme)


def lowest(versions: set[str], scheme: VersionScheme) -> str:
    """The lowest of some fixed versions; empty when there are none."""
    if len(versions) <= 1:
        return next(iter(versions), "")
    return min(versions, key=lambda version: (bound_key(version, scheme), version))


def bound_key(version: str, scheme: VersionScheme) -> str:
    """Key of an event's version; "0" is before every version, and no key of a version is empty."""
    return "" if version == "0" else scheme.bound_key(version)


def _bounds(given: Range) -> list[Bound]:
    if given.type == "GIT":
        return []
    bounds = [bound for bound in map(_bound, given.events or ()) if bound]
    if any(bound.kind == "limit" and bound.version == "*" for bound in bounds):  # no limit, beside whatever others
        bounds = [bound for bound in bounds if bound.kind != "limit"]
    # Without `introduced` no version is ever affected: the schema requires one, and a range that lacks it says nothing.
    return bounds if any(bound.kind == "introduced" for bound in bounds) else []


def _bound(event: Event) -> Bound | None:
    for kind in _KINDS:
        version = getattr(event, kind)
        if version:
            return Bound(kind, version)
    return None


def _holds(bounds: list[Bound], key: str, key_of: Callable[[str], str]) -> bool:
    """Runs the events in order. A limit that is reached ends the matter; of several limits the highest counts."""
    inside, limited, below_a_limit = False, False, False
    for bound in bounds:
        at = "" if bound.version == "0" else key_of(bound.version)
        kind = bound.kind
        if kind == "introduced":
            inside = inside or key >= at
        elif kind == "fixed":
            inside = inside and key < at
        elif kind == "last_affected":
            inside = inside and key <= at
        else:
            limited, below_a_limit = True, below_a_limit or key < at
    return inside and (below_a_limit or not limited)


def _is_listed(key: str, versions: list[str], scheme: VersionScheme) -> bool:
    """True when one of the versions is another spelling of the one with that key."""
    for version in versions:
        try:
            if scheme.key(version) == key:
                return True
        except InvalidVersion:
            continue
    return False


def _held_by_a_range(version: str, ranges: list[list[Bound]], scheme: VersionScheme) -> bool:
    try:
        key = scheme.key(version)
    except InvalidVersion:
        return False
    return any(_holds(bounds, key, scheme.bound_key) for bounds in ranges)


def _open(fix: str, ranges: Ranges, scheme: VersionScheme) -> bool:
    """True when a version that one range names as its fix is affected according to another."""
    key = scheme.bound_key(fix)
    return fix in ranges.versions or any(_holds(bounds, key, scheme.bound_key) for bounds in ranges.ranges)
