"""One instruction: where it stands, and what BuildKit makes of it. Everything beyond its lines is read when asked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Literal

from basewise.dockerfile.characters import BLANKS, SPACES
from basewise.dockerfile.flags import FoundFlags, flags
from basewise.dockerfile.heredocs import opening
from basewise.dockerfile.tokens import Flag, Heredoc, Pair, Span, Token, TokenKind, Word
from basewise.dockerfile.words import KEYWORDS, Arguments, arguments
from basewise.model.limits import Limits

_HEREDOCS = frozenset({"ADD", "COPY", "RUN"})
_HEAD = re.compile(rf"([^{BLANKS}]*)[{BLANKS}]*")
Piece = tuple[int, int, int, int]
"""One line's part of the joined line: where it begins there, in the file, on which line, in which column."""


class Instruction:
    """An instruction with its here-documents; of ONBUILD also the instruction that it holds (`inner`)."""

    def __init__(
        self, source: str, line: str, pieces: Sequence[Piece], escape: str, limits: Limits, start: int = 0
    ) -> None:
        """Takes the joined line, of which the instruction begins at `start`."""
        self._source = source
        self._line = line
        self._pieces = pieces
        self._escape = escape
        self._limits = limits
        self._start = start
        self.span = Span(pieces[0][2], pieces[-1][2])
        """Its lines, here-documents included."""
        self.place = Span(0, 0)
        """Offsets of its first line's beginning and of what follows its last line."""
        self.heredocs: tuple[Heredoc, ...] = ()
        self.bodies: tuple[tuple[int, int, int], ...] = ()
        """Of each here-document: offset of its content, of its end, and of the line behind it."""
        self.comments: tuple[Token, ...] = ()
        """The comments directly before it and between its lines."""

    def complete(self, span: Span, place: Span, comments: tuple[Token, ...]) -> None:
        """Takes what is known at its end only."""
        self.span, self.place, self.comments = span, place, comments
        self.__dict__.pop("inner", None)  # it was asked for before its here-documents were known

    @property
    def line(self) -> str:
        """All of it as one line: continuations, comments and empty lines are gone, here-documents not included."""
        return self._line[self._start :].strip(SPACES)

    @cached_property
    def keyword(self) -> str:
        """Upper case; what no instruction is called is kept, upper case too."""
        return self.written.lower().upper()

    @property
    def written(self) -> str:
        """The keyword as it is written."""
        start, end = self._head
        return self._line[start:end]

    @property
    def is_known(self) -> bool:
        """True when there is such an instruction."""
        return self.keyword in KEYWORDS

    @property
    def keyword_token(self) -> Token:
        return self._token("keyword", *self._head)

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        found = []
        for start, end, text in self.found_flags.spans:
            name, equals, value = text[2:].partition("=")
            found.append(Flag(name, value if equals else None, self._token("flag", start, end)))
        return tuple(found)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Its arguments: JSON strings decoded, quotes of other words kept.

        A command in shell form and the argument of WORKDIR, USER, STOPSIGNAL and MAINTAINER are one word each; ONBUILD
        has the keyword and the words of the instruction that it holds.
        """
        found: list[Word] = []
        holder = self
        while holder.inner is not None:
            holder = holder.inner
            found.append(Word(holder.written, holder.keyword_token))
        words = holder.arguments.words
        return (*found, *[Word(text, self._token("word", start, end)) for start, end, text in words])

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Names and values of ENV, LABEL and ARG."""
        return tuple([self._pair(*pair) for pair in self.arguments.pairs])

    @property
    def form(self) -> Literal["exec", "shell"]:
        """`exec` when the arguments are a JSON array."""
        return "exec" if (self.inner or self).arguments.is_json else "shell"

    @property
    def json(self) -> tuple[str, ...] | None:
        """The arguments of an exec form; None for any other."""
        found = (self.inner or self).arguments
        if not found.is_json:
            return None
        start = 1 if (self.inner or self).keyword == "HEALTHCHECK" else 0
        return tuple([text for _, _, text in found.words[start:]])

    @cached_property
    def inner(self) -> Instruction | None:
        """What an ONBUILD holds."""
        start, end = self._rest
        if self.keyword != "ONBUILD" or start >= end:
            return None
        held = Instruction(self._source, self._line, self._pieces, self._escape, self._limits, start)
        held.span, held.place, held.heredocs, held.comments = self.span, self.place, self.heredocs, self.comments
        held.bodies = self.bodies
        return held

    @property
    def takes_heredocs(self) -> bool:
        """True when `<<` in it can open a here-document."""
        holder = self.inner or self
        return holder.keyword in _HEREDOCS and not holder.arguments.is_json

    def opens(self, word: Word) -> bool:
        """True when a word of it opens a here-document."""
        return opening(word.text, self._limits) is not None

    @cached_property
    def found_flags(self) -> FoundFlags:
        """Its flags by their place in the joined line."""
        return flags(self._line, self._body, self._end, self._escape)

    @cached_property
    def arguments(self) -> Arguments:
        """Its arguments by their place in the joined line."""
        return arguments(self.keyword, self._line, *self._rest, self._escape)

    def spans(self) -> list[tuple[TokenKind, int, int]]:
        """What it consists of by place in the joined line, in order; blanks and punctuation stand between."""
        found: list[tuple[TokenKind, int, int]] = []
        holder: Instruction | None = self
        while holder is not None:
            found += holder.own_spans()
            holder = holder.inner
        return found

    def own_spans(self) -> list[tuple[TokenKind, int, int]]:
        """The same without the instruction that an ONBUILD holds."""
        found: list[tuple[TokenKind, int, int]] = [("keyword", *self._head)]
        found += [("flag", start, end) for start, end, _ in self.found_flags.spans]
        if self.found_flags.delimiter:
            found.append(("delimiter", *self.found_flags.delimiter))
        if self.inner is not None:
            return found
        words = self.arguments.words
        start, end = self._rest
        if not words and start < end and not self.arguments.is_json:
            found.append(("unread", start, end))
        return found + [("word", begin, stop) for begin, stop, _ in words]

    def source_place(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Offsets in the file of a part of the joined line, and the line and column where it begins."""
        piece = self._piece(start)
        last = piece if end <= start else self._piece(end - 1)
        offset = piece[1] + start - piece[0]
        return offset, last[1] + max(end, start) - last[0], piece[2], piece[3] + start - piece[0]

    def place_of(self, index: int) -> tuple[int, int]:
        """Line and column in the file of a character of the arguments, by its index in the command of a shell form."""
        _, _, line, column = self.source_place(self._rest[0] + index, self._rest[0] + index)
        return line, column

    def _piece(self, at: int) -> Piece:
        if len(self._pieces) == 1:
            return self._pieces[0]
        return self._pieces[max(bisect_right(self._pieces, at, key=lambda piece: piece[0]) - 1, 0)]

    def _token(self, kind: TokenKind, start: int, end: int) -> Token:
        offset, behind, line, column = self.source_place(start, end)
        return Token(kind, self._source[offset:behind], offset, line, column)

    def _pair(self, start: int, end: int, begin: int, stop: int) -> Pair:
        name = Word(self._line[start:end], self._token("name", start, end))
        if begin < 0:
            return Pair(name, None, equals=False)
        value = Word(self._line[begin:stop], self._token("value", begin, stop))
        return Pair(name, value, equals=self._line[end : end + 1] == "=")

    @cached_property
    def _end(self) -> int:
        return len(self._line.rstrip(SPACES))

    @cached_property
    def _heads(self) -> tuple[int, int, int]:
        start = len(self._line) - len(self._line[self._start :].lstrip(SPACES))
        match = _HEAD.match(self._line, start, max(self._end, start))
        assert match is not None  # it matches nothing too
        return start, match.end(1), match.end()

    @property
    def _head(self) -> tuple[int, int]:
        return self._heads[:2]

    @property
    def _body(self) -> int:
        return self._heads[2]

    @cached_property
    def _rest(self) -> tuple[int, int]:
        """Where the arguments stand, without blanks around them."""
        start = self.found_flags.rest
        while start < self._end and self._line[start] in SPACES:
            start += 1
        return start, self._end
