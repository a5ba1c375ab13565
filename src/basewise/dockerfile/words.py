"""How each instruction's arguments are cut into words: BuildKit, `frontend/dockerfile/parser/line_parsers.go`."""

from __future__ import annotations

import re

from basewise.dockerfile.characters import BLANKS, SPACE_CLASS, SPACES
from basewise.dockerfile.json_form import NotStrings, strings

TEXT = frozenset({"MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR"})
TEXT_OR_JSON = frozenset({"CMD", "ENTRYPOINT", "RUN", "SHELL"})
LIST = frozenset({"EXPOSE", "FROM"})
LIST_OR_JSON = frozenset({"ADD", "COPY", "VOLUME"})
PAIRS = frozenset({"ENV", "LABEL"})
KEYWORDS = frozenset({"ARG", "HEALTHCHECK", "ONBUILD"}) | TEXT | TEXT_OR_JSON | LIST | LIST_OR_JSON | PAIRS
"""Every instruction there is: BuildKit, `frontend/dockerfile/command/command.go`."""

_LISTED = re.compile(rf"[^{BLANKS}]+")
_BLANK = re.compile(rf"[{BLANKS}]+")


class Arguments:
    """The words of one instruction, by their place in its joined line."""

    __slots__ = ("is_json", "pairs", "problem", "words")

    def __init__(self) -> None:
        self.words: list[tuple[int, int, str]] = []
        """Start, end, and what the word says."""
        self.pairs: list[tuple[int, int, int, int]] = []
        """Of ENV, LABEL and ARG: start and end of a name, start and end of its value; -1 where there is none."""
        self.is_json = False
        self.problem: tuple[str, str, int] | None = None
        """Rule, reason and place of what BuildKit's parser refuses."""


def arguments(keyword: str, line: str, start: int, end: int, escape: str) -> Arguments:
    """Cuts `line[start:end]`, which begins and ends with no blank.

    Args:
        keyword: upper case; words of an instruction that does not exist are not cut.
    """
    found = Arguments()
    if start >= end:
        return found
    if keyword in PAIRS:
        _pairs(found, keyword, line, start, end, escape)
    elif keyword == "ARG":
        found.words = _quoted(line, start, end, escape)
        found.pairs = [_pair(start, text) for start, _, text in found.words]
    elif keyword == "HEALTHCHECK":
        _health(found, line, start, end)
    elif keyword in KEYWORDS and keyword != "ONBUILD":
        if keyword in TEXT_OR_JSON or keyword in LIST_OR_JSON:
            _json(found, line, start, end)
        if not found.is_json:
            is_list = keyword in LIST or keyword in LIST_OR_JSON
            found.words = _listed(line, start, end) if is_list else [(start, end, line[start:end])]
    return found


def _listed(line: str, start: int, end: int) -> list[tuple[int, int, str]]:
    return [(match.start(), match.end(), match[0]) for match in _LISTED.finditer(line, start, end)]


def _json(found: Arguments, line: str, start: int, end: int) -> None:
    """Takes a JSON array of strings; leaves anything else alone."""
    if line[start] != "[":
        return
    try:
        elements = strings(line, start, end)
    except NotStrings as error:
        found.problem = ("json-not-strings", str(error), start)
        return
    if elements is not None:
        found.words = elements
        found.is_json = True


def _health(found: Arguments, line: str, start: int, end: int) -> None:
    """A type, NONE or CMD, and a command in either form."""
    kind = re.compile(r"[^\t\n\v\f\r ]+").match(line, start, end)
    assert kind is not None
    rest = kind.end()
    while rest < end and line[rest] in "\t\n\v\f\r ":
        rest += 1
    if rest < end:
        _json(found, line, rest, end)
        if not found.is_json:
            found.words = [(rest, end, line[rest:end])]
    found.words.insert(0, (kind.start(), kind.end(), kind[0]))


def _pairs(found: Arguments, keyword: str, line: str, start: int, end: int, escape: str) -> None:
    """`name=value` as often as wanted, or once `name value`: the first word decides."""
    words = _quoted(line, start, end, escape)
    if not words:
        return
    if "=" not in words[0][2]:
        blank = _BLANK.search(line, start, end)
        if blank is None:
            found.problem = ("missing-value", f"{keyword} must have two arguments", start)
            return
        found.words = [(start, blank.start(), line[start : blank.start()]), (blank.end(), end, line[blank.end() : end])]
        found.pairs = [(start, blank.start(), blank.end(), end)]
        return
    for word in words:
        if "=" not in word[2]:
            found.problem = ("missing-equals", f"'{word[2][:80]}' has no =; it must be of the form name=value", word[0])
            return
    found.words = words
    found.pairs = [_pair(start, text) for start, _, text in words]


def _pair(start: int, text: str) -> tuple[int, int, int, int]:
    """Where name and value of one word stand; what was dropped at its end belongs to neither."""
    equals = text.find("=")
    if equals < 0:
        return start, start + len(text), -1, -1
    return start, start + equals, start + equals + 1, start + len(text)


def _patterns(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    return re.compile(
        rf"""(?:[^{SPACE_CLASS}'"{mark}]++|{mark}.|'[^']*+(?:'|\Z)"""
        rf"""|"(?:[^"{mark}]++|{mark}.)*+(?:"|\Z|(?={mark}\Z)))*+(?P<dropped>{mark}?)""",
        re.DOTALL,
    )


_QUOTED = {escape: _patterns(escape) for escape in ("\\", "`")}


def _quoted(line: str, start: int, end: int, escape: str) -> list[tuple[int, int, str]]:
    """Words between blanks that are neither quoted nor escaped (`parseWords`); a last escape character is lost."""
    words = []
    at = start
    while at < end:
        if line[at] in SPACES:
            at += 1
            continue
        match = _QUOTED[escape].match(line, at, end)
        assert match is not None  # it matches nothing too
        text = line[at : match.start("dropped")]
        if text:
            words.append((at, match.end(), text))
        at = match.end()
    return words
