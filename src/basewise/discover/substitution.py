"""Build arguments in a FROM line: `$NAME`, `${NAME}` and their defaults.

Follows the Dockerfile reference, section "Environment replacement". Unlike a build, which takes an argument without a
value for empty text, an argument that only the build's caller can know is said to be unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from basewise.discover.references import LONGEST_SHOWN, as_shown
from basewise.model.errors import BasewiseError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MODIFIER = re.compile(r":?[-+?]")
_DEEPEST = 10  # defaults inside defaults


class UnknownArgument(BasewiseError):
    """The text depends on something that the file does not say."""


def substitute(text: str, values: Mapping[str, str | None], escape: str, longest: int) -> str:
    """The text with its arguments replaced and its quotes removed.

    Args:
        text: one word of an instruction.
        values: what is known; None for an argument that is declared without a value.
        escape: the escape character of the file.
        longest: characters that the result may have; arguments that name each other twice would double without end.

    Raises:
        UnknownArgument: naming the argument.
    """
    return _Reader(text, values, escape, longest).read("", 0)


class _Reader:
    """Reads one word from left to right."""

    def __init__(self, text: str, values: Mapping[str, str | None], escape: str, longest: int) -> None:
        self._text = text
        self._shown = as_shown(text)
        self._values = values
        self._escape = escape
        self._longest = longest
        self._length = 0
        self._at = 0

    def read(self, end: str, depth: int) -> str:
        """Text up to the character `end`, which is consumed; all of it for ''."""
        if depth > _DEEPEST:
            raise UnknownArgument(f"defaults are nested deeper than {_DEEPEST}")
        parts: list[str] = []
        quote = ""
        while self._at < len(self._text):
            character = self._text[self._at]
            self._at += 1
            if character == end and not quote:
                return "".join(parts)
            if character == self._escape and quote != "'":
                parts.append(self._text[self._at : self._at + 1])
                self._at += 1
            elif character in "\"'" and quote in ("", character):
                quote = "" if quote else character
            elif character == "$" and quote != "'":
                parts.append(self._argument(depth))
            else:
                parts.append(character)
        if end:
            raise UnknownArgument(f"'{self._shown}' has no closing '{end}'")
        return "".join(parts)

    def _argument(self, depth: int) -> str:
        """The value of what follows a dollar sign."""
        if self._text[self._at : self._at + 1] != "{":
            name = self._name()
            return self._value(name) if name else "$"
        self._at += 1
        name = self._name()
        if not name:
            raise UnknownArgument(f"'{self._shown}' is no argument")
        if self._text[self._at : self._at + 1] == "}":
            self._at += 1
            return self._value(name)
        modifier = _MODIFIER.match(self._text, self._at)
        if not modifier:
            raise UnknownArgument(f"'{self._shown}' changes its argument in a way that is not supported")
        self._at = modifier.end()
        return self._modified(name, modifier[0], depth)

    def _modified(self, name: str, modifier: str, depth: int) -> str:
        """`:-` and `-` give a default, `:+` and `+` a replacement; with the colon empty counts as unset."""
        start = self._at
        value = self._values.get(name)
        is_set = bool(value) if modifier.startswith(":") else value is not None
        wanted = is_set if modifier.endswith("+") else not is_set and modifier.endswith("-")
        other = self.read("}", depth + 1) if wanted else self._skip(start)
        if modifier.endswith("+"):
            return other
        if modifier.endswith("-"):
            return self._value(name) if is_set else other
        return self._value(name)

    def _skip(self, start: int) -> str:
        """Passes over a word that is not wanted; what it names need not be known."""
        level = 1
        for position in range(start, len(self._text)):
            level += {"{": 1, "}": -1}.get(self._text[position], 0)
            if not level:
                self._at = position + 1
                return ""
        raise UnknownArgument(f"'{self._shown}' has no closing '}}'")

    def _name(self) -> str:
        match = _NAME.match(self._text, self._at)
        if not match:
            return ""
        self._at = match.end()
        return match[0]

    def _value(self, name: str) -> str:
        if name not in self._values:
            raise UnknownArgument(f"{name[:LONGEST_SHOWN]} is not declared before the first FROM")
        value = self._values[name]
        if value is None:
            raise UnknownArgument(f"ARG {name[:LONGEST_SHOWN]} has no default")
        self._length += len(value)
        if self._length > self._longest:
            raise UnknownArgument(
                f"the value of {name[:LONGEST_SHOWN]} makes it longer than {self._longest} characters"
            )
        return value
