"""Composer's order of versions: getcomposer.org/doc/articles/versions.md, and PHP's version_compare().

Up to four numbers, missing ones zero, then a stability: `dev` < `alpha` < `beta` < `RC` < none < `patch`. Dates in
place of numbers are compared part by part. A branch (`dev-main`) has no place among versions; a numbered one
(`1.x-dev`) is the newest of its line.
"""

from __future__ import annotations

import re
from functools import lru_cache

from basewise.advisories.versions.interface import InvalidVersion, VersionScheme
from basewise.advisories.versions.keys import number
from basewise.model.limits import DEFAULT_LIMITS

# Possessive, as digits after digits could be cut in as many ways as there are digits.
_MODIFIER = r"(?:[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?[0-9]++)*+))?([.-]?dev)?)"
_CLASSIC = re.compile(rf"v?([0-9]{{1,5}}(?:\.[0-9]+){{0,3}}){_MODIFIER}(?:\+\S+)?", re.IGNORECASE)
_DATE = re.compile(
    rf"v?([0-9]{{4}}(?:[.:-]?[0-9]{{2}}){{1,6}}(?:[.:-]?[0-9]{{1,3}}){{0,2}}){_MODIFIER}(?:\+\S+)?", re.IGNORECASE
)
_BRANCH = re.compile(r"v?([0-9]+(?:\.(?:[0-9]+|[x*])){0,3})[.-]?dev", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]+")
_PARTS = 4
_NEWEST = "9999999"  # what Composer puts in place of the `x` of a branch

_DEV, _ALPHA, _BETA, _CANDIDATE, _END, _NUMBER, _PATCH = map(chr, range(1, 8))
_STABILITY = {
    "": "",
    "stable": "",
    "a": _ALPHA,
    "alpha": _ALPHA,
    "b": _BETA,
    "beta": _BETA,
    "rc": _CANDIDATE,
    "p": _PATCH,
    "pl": _PATCH,
    "patch": _PATCH,
}


def _numbers(parts: list[str]) -> str:
    return "".join(_NUMBER + number(part) for part in parts)


def _classic(match: re.Match[str]) -> str:
    parts = match[1].split(".")
    return _numbers(parts + ["0"] * (_PARTS - len(parts))) + _modified(match)


def _modified(match: re.Match[str]) -> str:
    _, stability, numbers, dev = match.groups(default="")
    suffix = _STABILITY[stability.lower()]
    return suffix + (_numbers(_DIGITS.findall(numbers)) if suffix else "") + (_DEV if dev else "")


def _branch(match: re.Match[str]) -> str:
    parts = [part if part.isdigit() else _NEWEST for part in match[1].split(".")]
    return _numbers(parts + [_NEWEST] * (_PARTS - len(parts))) + _DEV


class ComposerScheme(VersionScheme):
    """Packagist's scheme, which Drupal's own repository shares."""

    name = "Composer"

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def key(version: str) -> str:
        if len(version) <= DEFAULT_LIMITS.version_characters:
            if match := _CLASSIC.fullmatch(version):
                return _classic(match) + _END
            if match := _DATE.fullmatch(version):
                return _numbers(_DIGITS.findall(match[1])) + _modified(match) + _END
            if match := _BRANCH.fullmatch(version):
                return _branch(match) + _END
        raise InvalidVersion(f"'{version[:80]}' is no Composer version")

    bound_key = key
