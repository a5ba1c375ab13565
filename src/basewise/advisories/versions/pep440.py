"""Python's order of versions: PEP 440, now the specification "Version specifiers" of packaging.python.org.

Parsed by the library `packaging`, which defines what is a version; put in order here, as the section "Summary of
permitted suffixes and relative ordering" says.
"""

from __future__ import annotations

from functools import lru_cache

from packaging.version import InvalidVersion as NoPythonVersion
from packaging.version import Version

from basewise.advisories.versions.interface import InvalidVersion, VersionScheme
from basewise.advisories.versions.keys import number
from basewise.model.limits import DEFAULT_LIMITS

# What may follow the release, oldest first: a developmental release of the version itself stands before its
# pre-releases, and one of a pre-release or post-release before that.
_DEV, _ALPHA, _BETA, _CANDIDATE, _FINAL, _POST, _NUMBER = map(chr, range(1, 8))
_PRE = {"a": _ALPHA, "b": _BETA, "rc": _CANDIDATE}
_LAST, _WORD, _VALUE = "\x01", "\x02", "\x03"  # of a local version: its end, a text, a number


def _local(label: str | None) -> str:
    parts = (label or "").split(".") if label else []
    return "".join(_VALUE + number(part) if part.isdigit() else _WORD + part for part in parts) + _LAST


def _key(version: Version) -> str:
    release = list(version.release)
    while len(release) > 1 and not release[-1]:
        release.pop()
    key = number(str(version.epoch)) + "".join(_NUMBER + number(str(part)) for part in release)
    if version.pre is not None:
        key += _PRE[version.pre[0]] + number(str(version.pre[1]))
    if version.post is not None:
        key += _POST + number(str(version.post))
    if version.dev is not None:
        key += _DEV + number(str(version.dev))
    return key + _FINAL + _local(version.local)


class Pep440Scheme(VersionScheme):
    """`[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]` in any of the spellings that PEP 440 normalises."""

    name = "PEP 440"

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def key(version: str) -> str:
        try:
            if len(version) <= DEFAULT_LIMITS.version_characters:
                return _key(Version(version))
        except NoPythonVersion:
            pass
        raise InvalidVersion(f"'{version[:80]}' is no Python version (PEP 440)")

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def bound_key(version: str) -> str:
        """As `key`. Records that come from a CPE may end in its `NA`, "no update" (NISTIR 7695): the version itself."""
        return Pep440Scheme.key(version.removesuffix("-NA"))
