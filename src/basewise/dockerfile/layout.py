"""Every token of a text, in order: together they are the text.

Words and flags are where the instructions say; blanks, line ends, comments, continuations and the punctuation of JSON
lie between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from basewise.dockerfile.characters import SPACE_CLASS, SPACES
from basewise.dockerfile.directives import Directive
from basewise.dockerfile.instruction import Instruction
from basewise.dockerfile.lines import BOM
from basewise.dockerfile.tokens import Token, TokenKind

_BETWEEN = {
    escape: re.compile(rf"([{SPACE_CLASS}]+)|({re.escape(escape)}[ \t]*\Z)|(.)", re.DOTALL) for escape in ("\\", "`")
}


def tokens(
    text: str, end: int, instructions: Sequence[Instruction], directives: Sequence[Directive], escape: str
) -> tuple[Token, ...]:
    """The tokens of a text.

    Args:
        end: how much of it was read; the rest is one token.
    """
    writer = _Writer(text, escape, {directive.line for directive in directives})
    if text.startswith(BOM) and end:
        writer.write("bom", 1)
    for instruction in instructions:
        writer.between(instruction.place.start)
        for kind, start, stop in instruction.spans():
            offset, behind, _, _ = instruction.source_place(start, stop)
            writer.between(offset)
            writer.write(kind, behind)
        for begin, stop, behind in instruction.bodies:
            writer.between(begin)
            writer.write("heredoc", stop)
            writer.closing(behind)
        writer.between(instruction.place.end)
    writer.between(end)
    writer.write("unread", len(text))
    return tuple(writer.found)


class _Writer:
    """Writes tokens one behind the other, counting lines and columns."""

    def __init__(self, text: str, escape: str, directive_lines: set[int]) -> None:
        self.found: list[Token] = []
        self._text = text
        self._between = _BETWEEN[escape]
        self._directive_lines = directive_lines
        self._at = 0
        self._line = 1
        self._line_start = 0

    def write(self, kind: TokenKind, end: int) -> None:
        """One token up to the offset `end`; none when there is nothing."""
        if end <= self._at:
            return
        text = self._text[self._at : end]
        self.found.append(Token(kind, text, self._at, self._line, self._at - self._line_start + 1))
        self._at = end
        if "\n" in text:
            self._line += text.count("\n")
            self._line_start = self._text.rfind("\n", 0, end) + 1

    def between(self, end: int) -> None:
        """What stands up to the offset `end` outside of words."""
        while self._at < end:
            line_end = self._text.find("\n", self._at, end)
            stop = end if line_end < 0 else line_end
            self._part_of_line(stop if line_end < 0 else self._without_returns(stop))
            if line_end >= 0:
                self.write("newline", line_end + 1)

    def closing(self, end: int) -> None:
        """The line that ends a here-document."""
        if self._at < end:
            line_end = end - self._text.endswith("\n", self._at, end)
            self.write("heredoc-end", self._without_returns(line_end))
            self.write("newline", end)

    def _without_returns(self, line_end: int) -> int:
        while line_end > self._at and self._text[line_end - 1] == "\r":
            line_end -= 1
        return line_end

    def _part_of_line(self, stop: int) -> None:
        """Blanks, then a comment or what is left of an instruction's line."""
        lead = self._at
        while lead < stop and self._text[lead] in SPACES:
            lead += 1
        self.write("space", lead)
        if lead >= stop:
            return
        if self._text[lead] == "#":
            is_directive = self._line in self._directive_lines
            self.write("directive" if is_directive else "comment", self._without_returns(stop))
            self.write("space", stop)
            return
        for match in self._between.finditer(self._text, lead, stop):
            kind: TokenKind = "space" if match[1] else "continuation" if match[2] else "punctuation"
            self.write(kind, match.end())
