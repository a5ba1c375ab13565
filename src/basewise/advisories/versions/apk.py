"""The order of apk-tools: apk-package(5), "version", and the comparison of apk-tools 2.14 and 3.

`number{.number}…{letter}{_suffix{number}}…{~hash}{-r#}`. Where one version goes on and the other does not, a
pre-release suffix makes the longer one older and everything else makes it newer; of two different continuations a
further number is newest, then a letter, a later suffix, a suffix number, a hash, a revision.

One thing more is read than apk-tools 2.14 does: a number after the letter (`6.6.2p1`, `8u372_p7`). apk-tools up to 2.12
accepted it, installed databases and advisories hold such versions, and refusing them would leave a Java run-time
unassessed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from basewise.advisories.versions.interface import InvalidVersion, VersionScheme
from basewise.advisories.versions.keys import number
from basewise.model.limits import DEFAULT_LIMITS

_SHAPE = re.compile(
    r"([0-9]+)((?:\.[0-9]+)*)(?:([a-z])([0-9]*))?"
    r"((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*)(?:~([0-9a-f]+))?(?:-r([0-9]+))?"
)
_SUFFIX = re.compile(r"_([a-z]+)([0-9]*)")

# What may follow, oldest first; each element of a key begins with one of these, so the first difference decides.
_EARLIER, _MALFORMED, _END, _REVISION, _HASH, _SUFFIX_NUMBER, _LATER, _LETTER, _NUMBER = map(chr, range(1, 10))
_SUFFIXES = {name: _EARLIER + str(n) for n, name in enumerate(("alpha", "beta", "pre", "rc"))} | {
    name: _LATER + str(n) for n, name in enumerate(("cvs", "svn", "git", "hg", "p"))
}
_FRACTION = "\x00"


def _component(digits: str) -> str:
    """A number after a dot. With a leading zero it is compared as text, like a decimal fraction: 1.05 < 1.1 < 1.5."""
    return _FRACTION + digits if digits[0] == "0" else chr(len(digits)) + digits


def _well_formed(match: re.Match[str]) -> str:
    first, numbers, letter, after_letter, suffixes, commit, revision = match.groups(default="")
    parts = [number(first)]
    parts += [_NUMBER + _component(digits) for digits in numbers.split(".")[1:]]
    if letter:
        parts.append(_LETTER + letter)
    if after_letter:
        parts.append(_NUMBER + number(after_letter))
    for name, digits in _SUFFIX.findall(suffixes):
        parts.append(_SUFFIXES[name] + (_SUFFIX_NUMBER + number(digits) if digits else ""))
    if commit:
        parts.append(_HASH + commit)
    if revision:
        parts.append(_REVISION + number(revision))
    return "".join(parts)


class ApkScheme(VersionScheme):
    """Alpine's scheme, which Wolfi, Chainguard, Alpaquita and MinimOS share."""

    name = "apk"

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def key(version: str) -> str:
        match = _SHAPE.match(version)
        if match is None or match.end() < len(version) or len(version) > DEFAULT_LIMITS.version_characters:
            raise InvalidVersion(f"'{version[:80]}' is no apk version")
        return _well_formed(match) + _END

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def bound_key(version: str) -> str:
        """As apk-tools compares what it cannot read to its end (`1.2.31-0`): just before its well-formed beginning."""
        match = _SHAPE.match(version)
        if match is None or len(version) > DEFAULT_LIMITS.version_characters:
            raise InvalidVersion(f"'{version[:80]}' does not begin like an apk version")
        return _well_formed(match) + (_END if match.end() == len(version) else _MALFORMED)
