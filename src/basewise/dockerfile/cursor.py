"""A place in a text that is expanded, and the names and values at it."""

from __future__ import annotations

from typing import Protocol

from basewise.model.errors import BasewiseError
from basewise.model.limits import Limits

_SPECIAL = frozenset("@*#?-$!0")
SHOWN = 80
"""Characters of a text in a message."""


class InvalidExpansion(BasewiseError):
    """BuildKit cannot expand the text, or a limit ended it."""


class Variables(Protocol):
    """Where values come from."""

    def value(self, name: str) -> str | None:
        """The value that is put in the name's place; None when there is none."""

    def default(self, name: str) -> str | None:
        """The value that decides whether another text takes its place."""


class Unset:
    """No variable has a value."""

    def value(self, name: str) -> None:
        """None, whatever the name."""

    def default(self, name: str) -> None:
        """None, whatever the name."""


UNSET = Unset()


class Cursor:
    """Goes through a text from left to right."""

    def __init__(self, text: str, escape: str, variables: Variables, limits: Limits) -> None:
        self._text = text
        self._escape = escape
        self._variables = variables
        self._limits = limits
        self._at = 0
        self._length = 0

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        character = self._text[self._at : self._at + 1]
        self._at += 1
        return character

    def _name(self) -> str:
        """Letters, digits and underscores; a number; or one of the shell's special parameters."""
        start = self._at
        first = self._peek()
        if first.isdecimal():
            while self._peek().isdecimal():
                self._at += 1
        elif first in _SPECIAL:
            self._at += 1
        else:
            while (character := self._peek()) and (character == "_" or character.isalpha() or character.isdecimal()):
                self._at += 1
        return self._text[start : self._at]

    def _value(self, name: str, value: str | None) -> str:
        if value is None:
            return ""
        self._length += len(value)
        longest = self._limits.dockerfile_argument_characters
        if self._length > longest:
            raise InvalidExpansion(f"the value of {name[:SHOWN]} makes it longer than {longest} characters")
        return value
