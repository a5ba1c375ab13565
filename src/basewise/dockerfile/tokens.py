"""What a syntax tree is made of: pieces of the text as it was written, and what they say.

A token is text of the file with its place. Everything else (words, flags, names and values) says what BuildKit makes
of a token, and keeps it, so that a finding names its place and an edit touches nothing else.
"""

from __future__ import annotations

from typing import Literal

import msgspec

TokenKind = Literal[
    "bom", "directive", "comment", "space", "newline", "continuation", "keyword", "flag", "delimiter", "word",
    "punctuation", "heredoc", "heredoc-end", "name", "value", "unread",
]  # fmt: skip
"""`name` and `value` are parts of a `word`, the other kinds tile the file; `unread` is what lies behind a limit."""


class Token(msgspec.Struct, frozen=True):
    """Some text of the file, as it is written there."""

    kind: TokenKind
    text: str
    offset: int
    """Characters before it, from 0."""
    line: int
    """Where it begins, from 1."""
    column: int
    """Characters before it on its line, from 1."""

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.offset + len(self.text)


class Span(msgspec.Struct, frozen=True):
    """Lines from 1, both included."""

    start: int
    end: int


class Problem(msgspec.Struct, frozen=True):
    """Something for which BuildKit refuses the file, or a limit that ended reading it."""

    line: int
    column: int
    """From 1."""
    reason: str
    rule: str
    """Which rule is broken; stable."""


class Word(msgspec.Struct, frozen=True):
    """One argument as BuildKit has it before expansion: continuations are gone, quotes are kept."""

    text: str
    token: Token


class Flag(msgspec.Struct, frozen=True):
    """An option before the arguments: `--name=value`."""

    name: str
    value: str | None
    """Without quotes and escapes; None when there is no equals sign."""
    token: Token

    @property
    def text(self) -> str:
        """The whole flag without its quotes and escapes."""
        return f"--{self.name}" if self.value is None else f"--{self.name}={self.value}"


class Pair(msgspec.Struct, frozen=True):
    """A name and its value, of ENV, LABEL or ARG."""

    name: Word
    value: Word | None
    """None for an ARG without default."""
    equals: bool
    """False for the older form `ENV name value`, and for an ARG without default."""


class Heredoc(msgspec.Struct, frozen=True):
    """A here-document of RUN, COPY or ADD: Dockerfile reference, section "Here-Documents"."""

    name: str
    content: str
    """As it stands in the file, line ends and leading tabs included."""
    expand: bool
    """True unless its name is quoted: variables in its content are replaced."""
    chomp: bool
    """True for `<<-`: leading tabs do not count."""
    descriptor: int
    """File descriptor written before `<<`; 0 when none is."""
    closed: bool = True
    """False when the file ends inside it."""
