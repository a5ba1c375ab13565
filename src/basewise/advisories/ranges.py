"""Which versions a record speaks of: the OSV schema, section "Evaluation" (https://ossf.github.io/osv-schema/#evaluation).

A version is affected when it is listed, or when a range holds it; a range's events are applied in the order of their
versions. GIT ranges name commits and never decide about a package version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    unreadable: str = ""
    """Why a range of the entry is not among `ranges`: whether a version that none of these holds is affected is not
    known. Empty when all could be read."""

    def __bool__(self) -> bool:
        return bool(self.ranges or self.versions or self.unreadable)


NOTHING = Ranges([])


def prepare(entry: Affected, scheme: VersionScheme | None) -> Ranges:
    """Events put in order, and listed versions that a range holds anyway left out.

    A range with a bound that is no version of the scheme is left out, with the reason in `Ranges.unreadable`.

    Args:
        scheme: None keeps everything as written: it cannot be evaluated until there is one.

    Returns:
        `NOTHING` when the entry names no version at all, as one does that has GIT ranges only.
    """
    ranges = [bounds for bounds in map(_bounds, entry.ranges or ()) if bounds]
    versions = entry.versions or []
    if not ranges and not versions:
        return NOTHING
    if scheme is None:
        return Ranges(ranges, versions)
    ordered, unreadable = [], ""
    for bounds in ranges:
        try:
            ordered.append(sorted(bounds, key=lambda bound: bound_key(bound.version, scheme)))
        except InvalidVersion as error:
            if not versions:  # else these say it, one by one
                unreadable = unreadable or str(error)
    rest = [version for version in versions if not _held_by_a_range(version, ordered, scheme)] if ordered else versions
    return Ranges(ordered, rest, unreadable)


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


def begins_later(ranges: Ranges) -> bool:
    """True when a version that is not affected may have a newer one that is."""
    return bool(ranges.versions) or any(
        bound.kind == "introduced" and bound.version != "0" for bounds in ranges.ranges for bound in bounds
    )


def fixed_in(version: str, statements: Sequence[Ranges], scheme: VersionScheme, *, least: str = "") -> str:
    """The lowest fixed version above `version` that none of `statements` speaks of as affected; empty without one.

    Ranges that could not be read have no say.

    Args:
        statements: all that is said of one vulnerability (or of several, for a version that fixes all of them).
        least: fixed versions below this one are passed over.

    Raises:
        InvalidVersion: `version` is no version of the scheme.
    """
    above, floor = scheme.key(version), bound_key(least, scheme) if least else ""
    keys = {fix: bound_key(fix, scheme) for fix in _fixes(statements)}
    candidates = [fix for fix, key in keys.items() if key > above and key >= floor]
    for fix in sorted(candidates, key=lambda fix: (keys[fix], fix)):
        if not any(_is_affected(fix, ranges, scheme) for ranges in statements):
            return fix
    return ""


def is_fixed_in(fix: str, ranges: Ranges, scheme: VersionScheme) -> bool:
    """True when `ranges` names `fix`, in whatever spelling, as a fixed version."""
    return any(bound_key(version, scheme) == bound_key(fix, scheme) for version in _fixes([ranges]))


def highest(versions: Iterable[str], scheme: VersionScheme) -> str:
    """The highest of some fixed versions; empty when there are none."""
    return max(versions, key=lambda version: (bound_key(version, scheme), version), default="")


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


def _fixes(statements: Iterable[Ranges]) -> set[str]:
    return {
        bound.version for ranges in statements for bounds in ranges.ranges for bound in bounds if bound.kind == "fixed"
    }


def _is_affected(fix: str, ranges: Ranges, scheme: VersionScheme) -> bool:
    """As `affected`, of a version that an advisory names."""
    key = bound_key(fix, scheme)
    return fix in ranges.versions or any(_holds(bounds, key, scheme.bound_key) for bounds in ranges.ranges)
