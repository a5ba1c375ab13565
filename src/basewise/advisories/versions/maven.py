"""Maven's order of versions: the POM reference, section "Version Order Specification".

Cut at dots, hyphens and between letters and digits, each token is a number or a qualifier that a dot or a hyphen
introduces. Tokens that say nothing (`0`, `ga`, `final`, `release`) are dropped before a hyphen and at the end.
"""

from __future__ import annotations

import re
from functools import lru_cache

from basewise.advisories.versions.interface import InvalidVersion, VersionScheme
from basewise.advisories.versions.keys import number
from basewise.model.limits import DEFAULT_LIMITS

_TOKEN = re.compile(r"([.-]?)([0-9]+|[^0-9.-]+|)")
_TYPEABLE = re.compile(r"[^\x00-\x20\x7f]+")
_NULL = frozenset({"", "0", "ga", "final", "release"})
_SHORT = {"a": "alpha", "b": "beta", "m": "milestone"}
_SAME = {"cr": "rc", "ga": "", "final": "", "release": ""}

# What may follow, oldest first; each element of a key begins with one of these, so the first difference decides. A
# version that ends here is padded with what says nothing, so the end and an empty qualifier are one.
_ALPHA, _BETA, _MILESTONE, _CANDIDATE, _SNAPSHOT, _END, _SERVICE_PACK = map(chr, range(1, 8))
_WORD, _HYPHENED, _DOTTED = map(chr, range(8, 11))
_QUALIFIERS = {
    "alpha": _ALPHA,
    "beta": _BETA,
    "milestone": _MILESTONE,
    "rc": _CANDIDATE,
    "snapshot": _SNAPSHOT,
    "": _END,
    "sp": _SERVICE_PACK,
}


class MavenScheme(VersionScheme):
    """Any text is a version of Maven's; only its length, and characters that nobody can type, are refused."""

    name = "Maven"

    @staticmethod
    @lru_cache(maxsize=1 << 17)
    def key(version: str) -> str:
        if not version or len(version) > DEFAULT_LIMITS.version_characters or not _TYPEABLE.fullmatch(version):
            raise InvalidVersion(f"'{version[:80]}' is no Maven version")
        return "".join([_element(is_dotted, token) for is_dotted, token in _trimmed(_tokens(version.lower()))]) + _END

    bound_key = key


def _tokens(version: str) -> list[tuple[bool, str]]:
    """Tokens, each with True for those that are numbers after a dot (or at the beginning). Empty ones are 0."""
    if version[0] in ".-":
        version = f"0{version}"
    pieces = [(match[1], match[2] or "0") for match in _TOKEN.finditer(version) if match[0]]
    following = [*pieces[1:], ("", "")]
    return [
        (_is_number(text) and (separator == "." or at == 0), _in_full(text, *following[at]))
        for at, (separator, text) in enumerate(pieces)
    ]


def _in_full(text: str, separator_after: str, text_after: str) -> str:
    """The token under its full name: `a`, `b` and `m` are short for a qualifier when a number follows directly."""
    if text in _SHORT and not separator_after and _is_number(text_after):
        return _SHORT[text]
    return text.lstrip("0") or "0" if _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _trimmed(tokens: list[tuple[bool, str]]) -> list[tuple[bool, str]]:
    """Without what says nothing at the end, and before each token that a hyphen introduces."""
    kept: list[tuple[bool, str]] = []
    for is_dotted, token in tokens:
        if not is_dotted:
            _trim(kept)
        kept.append((is_dotted, token))
    _trim(kept)
    return kept


def _trim(tokens: list[tuple[bool, str]]) -> None:
    while tokens and tokens[-1][1] in _NULL:
        tokens.pop()


def _element(is_dotted: bool, token: str) -> str:  # noqa: FBT001 - half of a token, not a switch
    if _is_number(token):
        return (_DOTTED if is_dotted else _HYPHENED) + number(token)
    qualifier = _SAME.get(token, token)
    return _QUALIFIERS.get(qualifier) or _WORD + qualifier
