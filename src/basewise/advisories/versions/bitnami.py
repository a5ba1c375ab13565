"""The order of Bitnami's application versions: the upstream's own numbers, and Bitnami's revision of the package.

As github.com/bitnami/go-version describes it: SemVer, except that what follows a hyphen and begins with a number is a
revision and newer than the version alone (`1.25.3-1`), while SemVer would call it a pre-release. Any count of numbers
is read, because upstreams have two or four.
"""

from __future__ import annotations

import re
from functools import lru_cache

from basewise.advisories.versions.interface import InvalidVersion, VersionScheme
from basewise.advisories.versions.keys import identifiers, number
from basewise.model.limits import DEFAULT_LIMITS

_SHAPE = re.compile(
    r"v?([0-9]+(?:\.[0-9]+)*)(?:-([0-9][0-9A-Za-z.-]*)|-?([A-Za-z][0-9A-Za-z.-]*))?(?:\+[0-9A-Za-z.-]+)?"
)
_LETTER = re.compile(r"[a-z]")
_PRE_RELEASE, _END, _REVISION, _LETTERED, _NUMBER = map(chr, range(1, 6))


def _numbers(text: str) -> str:
    parts = text.split(".")
    while len(parts) > 1 and not parts[-1].strip("0"):
        parts.pop()
    return "".join(_NUMBER + number(part) for part in parts)


class BitnamiScheme(VersionScheme):
    """`number{.number}[-revision | -pre-release | letter]`."""

    name = "Bitnami"

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def key(version: str) -> str:
        match = _SHAPE.fullmatch(version) if len(version) <= DEFAULT_LIMITS.version_characters else None
        if match is None:
            raise InvalidVersion(f"'{version[:80]}' is no version of an application")
        numbers, revision, word = match.groups(default="")
        key = _numbers(numbers)
        if revision.strip("0"):
            return key + _REVISION + identifiers(revision.replace("-", "."))
        if _LETTER.fullmatch(word) and f"-{word}" not in version:  # OpenSSL's 1.1.1w, the 23rd update of 1.1.1
            return key + _LETTERED + word + _END
        return key + (_PRE_RELEASE + identifiers(word) if word else _END)

    bound_key = key
