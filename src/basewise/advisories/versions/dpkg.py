"""Debian's order of versions: deb-version(7) and Debian Policy 5.6.12.

As strict as dpkg itself: what `dpkg --compare-versions` refuses is invalid here, what it only warns about (a version
that begins with a letter, an underscore) is compared.
"""

from __future__ import annotations

import re
from functools import lru_cache

from basewise.advisories.versions.interface import InvalidVersion, VersionScheme
from basewise.advisories.versions.keys import number
from basewise.model.limits import DEFAULT_LIMITS

_SHAPE = re.compile(r"(?:([0-9]+):)?([!-~]+?)(?:-([!-,.-~]+))?")
_RUNS = re.compile(r"([^0-9]*)([0-9]*)")
_LARGEST_EPOCH = 2**31 - 1  # dpkg keeps the epoch in a C int

# A run of other characters ends with _END. A tilde sorts before that end, letters after it, all the rest after
# letters; so each character is replaced by one whose code point says so.
_TILDE, _END = "\x01", "\x02"
_ORDER = {ord("~"): _TILDE} | {c: chr(c + 256) for c in range(33, 127) if not chr(c).isalnum() and chr(c) != "~"}


def _part(text: str) -> str:
    """Key of an upstream version or revision. Begins and ends so that no key is the beginning of another."""
    return "".join([word.translate(_ORDER) + _END + number(digits) for word, digits in _RUNS.findall(text)])


class DpkgScheme(VersionScheme):
    """`[epoch:]upstream[-revision]`."""

    name = "Debian"

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def key(version: str) -> str:
        match = _SHAPE.fullmatch(version) if len(version) <= DEFAULT_LIMITS.version_characters else None
        if match is None:
            raise InvalidVersion(f"'{version[:80]}' is no Debian version")
        epoch, upstream, revision = match.groups(default="")
        if not epoch and ":" in version:
            raise InvalidVersion(f"'{version[:80]}' has an epoch that is no number")
        if not revision and "-" in upstream:
            raise InvalidVersion(f"'{version[:80]}' has nothing before or after its hyphen")
        if int(epoch or 0) > _LARGEST_EPOCH:
            raise InvalidVersion(f"'{version[:80]}' has an epoch that is too large")
        return number(epoch) + _part(upstream) + _part(revision or "0")  # no revision is revision 0

    bound_key = key
