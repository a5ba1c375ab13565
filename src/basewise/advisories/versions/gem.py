"""RubyGems' order of versions: the documentation of Gem::Version (guides.rubygems.org/patterns, docs.ruby-lang.org).

Cut into numbers and words. A word makes a pre-release, older than the end of the version and than any number; zeros at
the end, and before the first word, do not count. A hyphen stands for `.pre.`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from basewise.advisories.versions.interface import InvalidVersion, VersionScheme
from basewise.advisories.versions.keys import number
from basewise.model.limits import DEFAULT_LIMITS

_SHAPE = re.compile(r"[0-9]+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?")
_SEGMENT = re.compile(r"[0-9]+|[A-Za-z]+")

# What may follow, oldest first. The end counts as zeros for ever, so a zero is older or newer than the end by what
# comes after it: a word or a number.
_WORD, _ZERO_BEFORE_WORD, _END, _ZERO_BEFORE_NUMBER, _NUMBER = map(chr, range(1, 6))


class GemScheme(VersionScheme):
    """`number{.segment}[-pre-release]`."""

    name = "RubyGems"

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def key(version: str) -> str:
        if len(version) > DEFAULT_LIMITS.version_characters or not _SHAPE.fullmatch(version):
            raise InvalidVersion(f"'{version[:80]}' is no version of a gem")
        segments = _SEGMENT.findall(version.replace("-", ".pre."))
        first_word = next((at for at, text in enumerate(segments) if not text.isdigit()), len(segments))
        return _key(_without_zeros(segments[:first_word]) + _without_zeros(segments[first_word:]))

    bound_key = key


def _without_zeros(segments: list[str]) -> list[str]:
    while segments and not segments[-1].strip("0"):
        segments = segments[:-1]
    return segments


def _key(segments: list[str]) -> str:
    """Built from the end, where what follows a zero is known."""
    key, zero = _END, ""
    for text in reversed(segments):
        if not text.isdigit():
            key, zero = _WORD + text + key, _ZERO_BEFORE_WORD
        elif text.strip("0"):
            key, zero = _NUMBER + number(text) + key, _ZERO_BEFORE_NUMBER
        else:
            key = zero + key
    return key
