"""The commands of a shell script, as far as they can be told without running it.

One function on purpose: whatever knows more of the shell can stand in its place.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import msgspec

_OPERATORS = set(";&|()<>")
_LATER = re.compile(r"\$\([^()\n]*\)|`[^`\n]*`|\$\{\{[^{}\n]*\}\}")
"""Output of other commands, and what a CI system fills in before the shell sees it: one word, whatever is in it."""
_HERE = re.compile(r"\$\(pwd\)|`pwd`")
_HIDDEN = str.maketrans("() \t", "\ue000\ue001\ue002\ue003")
_SHOWN = {new: old for old, new in _HIDDEN.items()}
_LONGEST_LINE = 16_384  # characters; shlex takes a microsecond for each


class Command(msgspec.Struct, frozen=True):
    """One simple command."""

    words: list[str]
    """Without quotes; a `$` in one is a variable, or the output of another command."""
    line: int
    """Of the script, from 0."""
    depth: int = 0
    """Subshells that it is in."""


def commands(script: str, mark: re.Pattern[str]) -> Iterator[Command]:
    """The simple commands of those lines that have `mark` in them; lines without it are not looked at."""
    for start, line in _logical_lines(script):
        if len(line) <= _LONGEST_LINE and mark.search(line):
            hidden = _LATER.sub(lambda match: match[0].translate(_HIDDEN), _HERE.sub("$PWD", line))
            yield from _commands(hidden, start)


def _logical_lines(script: str) -> Iterator[tuple[int, str]]:
    """Lines with those that a backslash continues, and the number of the first."""
    parts: list[str] = []
    start = 0
    for number, line in enumerate(script.split("\n")):
        if not parts:
            start = number
        stripped = line.rstrip("\r")
        if stripped.endswith("\\"):
            parts.append(stripped[:-1])
            continue
        yield start, "".join([*parts, stripped])
        parts = []
    if parts:
        yield start, "".join(parts)


def _commands(line: str, number: int) -> Iterator[Command]:
    """Cuts a line at its operators; a quote that another line closes hides the rest of this one."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|()<>")
    lexer.whitespace_split = True
    lexer.commenters = ""  # it would take any '#' for one, inside words too
    words: list[str] = []
    depth = 0
    redirected = False
    while True:
        try:
            word = lexer.get_token()
        except ValueError:
            word = None
        if word is None or word.startswith("#"):
            break
        if word and set(word) <= _OPERATORS:
            redirected = word.strip("&") in {"<", ">", ">>", "<<", "<<<", ">|"}
            if redirected:
                del words[len(words) - int(words[-1:] in (["1"], ["2"])) :]  # the descriptor that is redirected
                continue
            if words:
                yield Command(words, number, depth)
                words = []
            depth = max(0, depth + word.count("(") - word.count(")"))
            continue
        if not redirected:
            words.append(word.translate(_SHOWN))
        redirected = False
    if words:
        yield Command(words, number, depth)
