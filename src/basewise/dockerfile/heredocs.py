"""Here-documents of an instruction: which ones its line opens.

Dockerfile reference, section "Here-Documents"; BuildKit, `frontend/dockerfile/parser/parser.go` (`heredocsFromLine`,
`heredocFromMatch`): the line is cut into words as a shell would, whatever the escape directive says; a line that cannot
be cut opens none.
"""

from __future__ import annotations

import re

from basewise.dockerfile.cursor import UNSET, InvalidExpansion
from basewise.dockerfile.lexer import Lexer
from basewise.dockerfile.tokens import Heredoc
from basewise.model.limits import Limits

_OPENING = re.compile(r"([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)")
_ESCAPE = "\\"
_LARGEST = 2**64 - 1  # what Go makes of a file descriptor that is none


class _Line(Lexer):
    keeps_quotes = True
    keeps_escapes = True
    keeps_unset = True


class _Name(Lexer):
    keeps_unset = True


class _QuotedName(Lexer):
    keeps_quotes = True
    keeps_unset = True


def opened(line: str, limits: Limits) -> list[Heredoc]:
    """The here-documents that a joined line opens, in order, still without content."""
    if "<<" not in line:
        return []
    found = [opening(word, limits) for word in _words(_Line, line, limits)]
    return [heredoc for heredoc in found if heredoc]


def opening(word: str, limits: Limits) -> Heredoc | None:
    """The here-document that a word opens; None when it opens none."""
    match = _OPENING.fullmatch(word)
    if not match or not match[3]:
        return None
    names = _words(_Name, match[3], limits)
    if len(names) != 1:
        return None
    quoted = "".join(_words(_QuotedName, match[3], limits))
    digits = match[1].lstrip("0")
    descriptor = int(digits or "0") if len(digits) < 20 else _LARGEST
    return Heredoc(
        name=names[0],
        content="",
        expand=_quotes(names[0]) == _quotes(quoted),
        chomp=bool(match[2]),
        descriptor=min(descriptor, _LARGEST),
    )


def _words(lexer: type[Lexer], text: str, limits: Limits) -> list[str]:
    reading = lexer(text, _ESCAPE, UNSET, limits)
    try:
        reading.read()
    except InvalidExpansion:
        return []
    return reading.words


def _quotes(text: str) -> int:
    return text.count("'") + text.count('"')
