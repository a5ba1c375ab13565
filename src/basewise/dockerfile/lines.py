"""Cuts a Dockerfile into instructions: directives, comments, continuation lines, here-documents.

BuildKit, `frontend/dockerfile/parser/parser.go` (`Parse`); Dockerfile reference, sections "Format", "Parser
directives", "escape" and "Here-Documents".
"""

from __future__ import annotations

from basewise.dockerfile.characters import SPACES
from basewise.dockerfile.directives import Directives
from basewise.dockerfile.heredocs import opened
from basewise.dockerfile.instruction import Instruction, Piece
from basewise.dockerfile.tokens import Heredoc, Problem, Span, Token
from basewise.model.limits import Limits

BOM = "\ufeff"


class Lines:
    """The instructions of a text, in one pass over its lines."""

    def __init__(self, text: str, limits: Limits) -> None:
        """Takes text within the limits."""
        self.directives = Directives()
        self.instructions: list[Instruction] = []
        self.problems: list[Problem] = []
        self._text = text
        self._limits = limits
        self._lines = text.split("\n")
        self._offset = 0
        self._number = 0
        self._comments: list[Token] = []
        while self._number < len(self._lines):
            self._line()

    def _next(self) -> tuple[str, int]:
        """The next line without its end, and its offset."""
        offset = self._offset
        line = self._lines[self._number]
        self._number += 1
        self._offset += len(line) + 1
        return line.rstrip("\r"), offset

    def _line(self) -> None:
        """One line outside of instructions, or an instruction with all its lines."""
        line, offset = self._next()
        start = offset
        if offset == 0 and line.startswith(BOM):
            line, offset = line[1:], 1
        stripped = line.lstrip(SPACES)
        offset += len(line) - len(stripped)
        column = offset - start + 1
        if not stripped:
            self.directives.is_done = True
            self._comments.clear()
        elif stripped[0] == "#":
            self._comment(stripped, offset, column)
        else:
            self.directives.is_done = True
            self._instruction(start, stripped, (0, offset, self._number, column))

    def _comment(self, text: str, offset: int, column: int) -> None:
        if not self.directives.is_done:
            wrong = self.directives.read(text, self._number)
            if wrong:
                self.problems.append(Problem(self._number, column, wrong[1], wrong[0]))
            if not self.directives.is_done:
                return
        self._comments.append(Token("comment", text, offset, self._number, column))

    def _instruction(self, start: int, text: str, piece: Piece) -> None:
        pieces = [piece]
        part, continues = self._continued(text)
        parts = [part]
        length = len(part)
        while continues and self._number < len(self._lines):
            line, offset = self._next()
            stripped = line.lstrip(SPACES)
            if not stripped:
                continue
            if stripped[0] == "#":
                column = len(line) - len(stripped)
                self._comments.append(Token("comment", stripped, offset + column, self._number, column + 1))
                continue
            part, continues = self._continued(line)
            pieces.append((length, offset, self._number, 1))
            parts.append(part)
            length += len(part)
        joined = parts[0] if len(parts) == 1 else "".join(parts)
        found = Instruction(self._text, joined, pieces, self.directives.escape, self._limits)
        if "<<" in joined and found.takes_heredocs:
            self._heredocs(found, joined)
        place = Span(start, min(self._offset, len(self._text)))
        found.complete(Span(piece[2], self._last()), place, tuple(self._comments))
        self.instructions.append(found)
        self._comments.clear()

    def _last(self) -> int:
        """The number of the last line read; behind the last line end there is none."""
        return self._number - (self._number == len(self._lines) and not self._lines[-1] and self._number > 1)

    def _continued(self, line: str) -> tuple[str, bool]:
        """What a line adds, and True when the next one belongs to it: one escape character at its end, not two."""
        trimmed = line.rstrip(" \t")
        escape = self.directives.escape
        if not trimmed.endswith(escape) or trimmed[-2:-1] == escape:
            return line, False
        return trimmed[:-1], True

    def _heredocs(self, found: Instruction, joined: str) -> None:
        heredocs: list[Heredoc] = []
        bodies: list[tuple[int, int, int]] = []
        for heredoc in opened(joined, self._limits):
            begin = min(self._offset, len(self._text))
            end, is_closed = self._body(heredoc)
            content = self._text[begin:end]
            heredocs.append(
                Heredoc(heredoc.name, content, heredoc.expand, heredoc.chomp, heredoc.descriptor, is_closed)
            )
            bodies.append((begin, end, min(self._offset, len(self._text))))
            if not is_closed:
                token = found.keyword_token
                reason = f"unterminated heredoc {heredoc.name[:80]}"
                self.problems.append(Problem(token.line, token.column, reason, "heredoc-unterminated"))
                break
        found.heredocs, found.bodies = tuple(heredocs), tuple(bodies)

    def _body(self, heredoc: Heredoc) -> tuple[int, bool]:
        """Offset where the content ends, and whether its name stands there."""
        while self._number < len(self._lines):
            if self._number == len(self._lines) - 1 and not self._lines[-1]:
                break  # behind the last line end there is no line
            line, offset = self._next()
            if (line.lstrip("\t") if heredoc.chomp else line) == heredoc.name:
                return offset, True
        return len(self._text), False
