"""Flags before the arguments of an instruction: `--from=build`, `--mount=type=cache,target=/root`.

BuildKit, `frontend/dockerfile/parser/split_command.go` (`extractBuilderFlags`): words that begin with `--`, quotes and
escapes removed, until a word that does not, or `--` alone. BuildKit reads them byte by byte; a flag with characters
beyond ASCII reaches it garbled, here it does not.
"""

from __future__ import annotations

import re

_SPACE = "\t\n\v\f\r "


def _patterns(escape: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A word, a quoted or escaped part of one, and an escaped character, for one escape character."""
    mark = re.escape(escape)
    escaped = rf"{mark}(?:.|\Z)"
    single, double = (rf"(?:[^{quote}{mark}]++|{escaped})*+" for quote in "'\"")
    word = rf"""(?:[^'"{mark}{_SPACE}]++|{escaped}|'{single}(?:'|\Z)|"{double}(?:"|\Z))*+"""
    part = rf"""({escaped})|'({single})(?:'|\Z)|"({double})(?:"|\Z)"""
    return tuple(re.compile(pattern, re.DOTALL) for pattern in (word, part, rf"{mark}(.?)"))  # type: ignore[return-value]


_PATTERNS = {escape: _patterns(escape) for escape in ("\\", "`")}


class FoundFlags:
    """The flags of one instruction."""

    __slots__ = ("delimiter", "rest", "spans")

    def __init__(self) -> None:
        self.spans: list[tuple[int, int, str]] = []
        """Start, end and the text without quotes and escapes of each."""
        self.delimiter: tuple[int, int] | None = None
        """Where `--` stands, which ends them."""
        self.rest = 0
        """Where the arguments begin."""


def flags(line: str, start: int, end: int, escape: str) -> FoundFlags:
    """The flags at the beginning of `line[start:end]`."""
    found = FoundFlags()
    at = start
    while True:
        while at < end and line[at] in _SPACE:
            at += 1
        if not line.startswith("--", at, end):
            break
        match = _PATTERNS[escape][0].match(line, at, end)
        assert match is not None  # it may be empty, but it begins with two hyphens
        text = _plain(match[0], escape)
        at = match.end()
        if text == "--":
            found.delimiter = match.span()
            break
        found.spans.append((match.start(), at, text))
    found.rest = at
    return found


def _plain(word: str, escape: str) -> str:
    """A word without its quotes, and without escape characters, which count between quotes of either kind."""
    if "'" not in word and '"' not in word and escape not in word:
        return word
    _, part, escaped = _PATTERNS[escape]
    return part.sub(lambda match: escaped.sub(r"\1", match[1] or match[2] or match[3] or ""), word)
