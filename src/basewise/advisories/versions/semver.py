"""Semantic Versioning 2.0.0, section 11, for npm, crates.io and Go.

Read as leniently as their tools do, because refusing a version leaves a package unassessed: a leading `v` (Go modules),
numbers that are left out (`1.21`), leading zeros, and a pre-release without its hyphen (`1.9.0b1`, node-semver's
"loose"; `go1.22rc1`, Go's own releases). Build metadata does not count: `+incompatible` and `+dirty` are such.
"""

from __future__ import annotations

import re
from functools import lru_cache

from basewise.advisories.versions.interface import InvalidVersion, VersionScheme
from basewise.advisories.versions.keys import identifiers, number
from basewise.model.limits import DEFAULT_LIMITS

_SHAPE = re.compile(
    r"(?:v|go)?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?"
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)|([A-Za-z][0-9A-Za-z-]*(?:\.[0-9A-Za-z-]+)*))?"
    r"(?:\+[0-9A-Za-z.-]+)?"
)
_MORE_NUMBERS = re.compile(r"([0-9]+\.[0-9]+\.[0-9]+)((?:\.[0-9]+)+)")
_PRE_RELEASE, _RELEASE, _BEYOND = "\x01", "\x02", "\x03"


class SemverScheme(VersionScheme):
    """`major.minor.patch[-pre-release][+build]`."""

    name = "SemVer"

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def key(version: str) -> str:
        match = _SHAPE.fullmatch(version) if len(version) <= DEFAULT_LIMITS.version_characters else None
        if match is None:
            raise InvalidVersion(f"'{version[:80]}' is no semantic version")
        major, minor, patch, pre, attached = match.groups(default="")
        numbers = number(major) + number(minor) + number(patch)
        pre = pre or attached
        return numbers + (_PRE_RELEASE + identifiers(pre) if pre else _RELEASE)

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def bound_key(version: str) -> str:
        """As `key`; of four numbers, which old advisories name, `1.6.0.2` is just after 1.6.0."""
        match = _MORE_NUMBERS.fullmatch(version) if len(version) <= DEFAULT_LIMITS.version_characters else None
        if match is None:
            return SemverScheme.key(version)
        release = SemverScheme.key(match[1]).removesuffix(_RELEASE)
        return release + _BEYOND + identifiers(match[2][1:])
