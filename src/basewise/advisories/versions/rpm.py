"""RPM's order of versions: rpm-version(7), as rpm has compared since 4.15.

`[epoch:]version[-release]`. Epochs by value, then versions, then releases; each is cut into runs of digits and runs of
letters, and what stands between them only separates. A tilde is older than the end, a caret newer than the end and
older than anything else, a run of letters older than a number. No release is older than any.
"""

from __future__ import annotations

import re
from functools import lru_cache

from basewise.advisories.versions.interface import InvalidVersion, VersionScheme
from basewise.advisories.versions.keys import number
from basewise.model.limits import DEFAULT_LIMITS

_PRINTABLE = re.compile(r"[!-~]+")
_SEGMENT = re.compile(r"([~^])|([A-Za-z]+)|([0-9]+)")

# What may follow, oldest first; each element of a key begins with one of these, so the first difference decides.
_TILDE, _END, _CARET, _LETTERS, _NUMBER, _RELEASE = map(chr, range(1, 7))
_SIGNS = {"~": _TILDE, "^": _CARET}


def _part(text: str) -> str:
    """Key of a version or a release. Its end is written, so that no key is the beginning of another."""
    segments = [
        _SIGNS[sign] if sign else _LETTERS + letters if letters else _NUMBER + number(digits)
        for sign, letters, digits in _SEGMENT.findall(text)
    ]
    return "".join(segments) + _END


def _split(version: str) -> tuple[str, str, str | None]:
    """Epoch, version, release as rpm cuts them: at the colon after leading digits, and at the last hyphen."""
    head, colon, rest = version.partition(":")
    epoch, rest = (head, rest) if colon and (head.isdigit() or not head) else ("", version)
    upstream, hyphen, release = rest.rpartition("-")
    return (epoch, upstream, release) if hyphen else (epoch, release, None)


class RpmScheme(VersionScheme):
    """The scheme of all distributions that install with rpm."""

    name = "rpm"

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def key(version: str) -> str:
        if len(version) > DEFAULT_LIMITS.version_characters or not _PRINTABLE.fullmatch(version):
            raise InvalidVersion(f"'{version[:80]}' is no rpm version")
        epoch, upstream, release = _split(version)
        if not any(character.isalnum() for character in upstream):
            raise InvalidVersion(f"'{version[:80]}' has no version before its release")
        return number(epoch) + _part(upstream) + ("" if release is None else _RELEASE + _part(release))

    bound_key = key
