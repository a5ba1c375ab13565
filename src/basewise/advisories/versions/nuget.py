"""NuGet's order of versions: learn.microsoft.com/nuget/concepts/package-versioning, "Version basics" and below.

SemVer 2.0 with a fourth number, numbers that may be left out, leading zeros that do not count, and pre-release words
that are compared without regard to case.
"""

from __future__ import annotations

import re
from functools import lru_cache

from basewise.advisories.versions.interface import InvalidVersion, VersionScheme
from basewise.advisories.versions.keys import identifiers, number
from basewise.model.limits import DEFAULT_LIMITS

_SHAPE = re.compile(
    r"([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:\.([0-9]+))?"
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?"
)
_PRE_RELEASE, _RELEASE = "\x01", "\x02"


class NugetScheme(VersionScheme):
    """`major[.minor[.patch[.revision]]][-pre-release][+metadata]`."""

    name = "NuGet"

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def key(version: str) -> str:
        match = _SHAPE.fullmatch(version) if len(version) <= DEFAULT_LIMITS.version_characters else None
        if match is None:
            raise InvalidVersion(f"'{version[:80]}' is no NuGet version")
        *numbers, pre = match.groups(default="")
        return "".join(map(number, numbers)) + (_PRE_RELEASE + identifiers(pre.lower()) if pre else _RELEASE)

    bound_key = key
