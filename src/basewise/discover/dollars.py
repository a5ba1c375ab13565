"""Variables as the Compose specification writes them: `$NAME`, `${NAME}`, `${NAME:-default}` and their kin.

Follows the Compose specification, chapter "Interpolation" (https://docs.docker.com/reference/compose-file/interpolation/).
GitLab, Buildkite, Drone and Cloud Build write the same or a part of it. Where a program would take a variable without a
value for empty text, it is said to be unknown here.
"""

from __future__ import annotations

import re
from functools import partial

from basewise.discover.references import as_shown
from basewise.discover.resolved import DEFAULTED, Interpolate, Lookup, Resolved
from basewise.model.errors import BasewiseError
from basewise.model.limits import Limits

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MODIFIER = re.compile(r":?[-+?]")
_PLAIN = re.compile(r"[^$}]+")
_DEEPEST = 10  # defaults inside defaults


class _Unknown(BasewiseError):
    """The text depends on something that is not defined."""


def interpolation(limits: Limits) -> Interpolate:
    """How texts are read within limits (see `interpolate`)."""
    return partial(interpolate, longest=limits.interpolated_characters)


def interpolate(text: str, lookup: Lookup, longest: int) -> Resolved:
    """The text with its variables replaced; `$$` is a dollar sign.

    Args:
        text: as written.
        lookup: what is defined.
        longest: characters that values may add up to.
    """
    if "$" not in text:
        return Resolved(text)
    reader = _Reader(text, lookup, longest)
    try:
        value = reader.read(0)
    except _Unknown as error:
        return Resolved(text, problem=error.message)
    return Resolved(value, reader.confidence)


class _Reader:
    """Reads one text from left to right."""

    def __init__(self, text: str, lookup: Lookup, longest: int) -> None:
        self._text = text
        self._lookup = lookup
        self._longest = longest
        self._length = 0
        self._at = 0
        self.confidence = 1.0

    def read(self, depth: int) -> str:
        """The text up to the end, or inside of braces (depth above 0) up to the one that closes, which is consumed."""
        if depth > _DEEPEST:
            raise _Unknown(f"defaults are nested deeper than {_DEEPEST}")
        parts: list[str] = []
        while self._at < len(self._text):
            plain = _PLAIN.match(self._text, self._at)
            if plain:
                parts.append(plain[0])
                self._at = plain.end()
                continue
            character = self._text[self._at]
            self._at += 1
            if character == "}" and depth:
                return "".join(parts)
            parts.append(character if character == "}" else self._variable(depth))
        if depth:
            raise _Unknown("a brace is not closed")
        return "".join(parts)

    def _variable(self, depth: int) -> str:
        """The value of what follows a dollar sign."""
        following = self._text[self._at : self._at + 1]
        if following == "$":
            self._at += 1
            return "$"
        if following != "{":
            name = self._name()
            return self._value(name) if name else "$"
        self._at += 1
        name = self._name()
        if not name:
            raise _Unknown("a brace holds no variable")
        if self._text[self._at : self._at + 1] == "}":
            self._at += 1
            return self._value(name)
        modifier = _MODIFIER.match(self._text, self._at)
        if not modifier:
            raise _Unknown(f"{_shown(name)} is changed in a way that is not read")
        self._at = modifier.end()
        return self._modified(name, modifier[0], depth)

    def _modified(self, name: str, modifier: str, depth: int) -> str:
        """`-` gives a default, `+` a replacement, `?` a complaint; with the colon, empty counts as unset."""
        found = self._lookup(name)
        is_set = found is not None and bool(found.value or found.problem or not modifier.startswith(":"))
        if modifier.endswith("?"):
            self._skip(depth)
            return self._value(name)
        if is_set != modifier.endswith("+"):
            self._skip(depth)
            self.confidence = min(self.confidence, DEFAULTED)
            return self._value(name) if is_set else ""
        self.confidence = min(self.confidence, DEFAULTED)
        return self.read(depth + 1)

    def _skip(self, depth: int) -> None:
        """Passes over a text that is not wanted; what it names need not be defined."""
        lookup, self._lookup = self._lookup, _anything
        self.read(depth + 1)
        self._lookup = lookup

    def _name(self) -> str:
        match = _NAME.match(self._text, self._at)
        if not match:
            return ""
        self._at = match.end()
        return match[0]

    def _value(self, name: str) -> str:
        found = self._lookup(name)
        if found is None:
            raise _Unknown(f"{_shown(name)} has no value here")
        if found.problem:
            raise _Unknown(f"{_shown(name)}: {found.problem}")
        self._length += len(found.value)
        if self._length > self._longest:
            raise _Unknown(f"the value of {_shown(name)} makes it longer than {self._longest} characters")
        self.confidence = min(self.confidence, found.confidence)
        return found.value


def _anything(_: str) -> Resolved:
    return Resolved("")


def _shown(name: str) -> str:
    return as_shown(name)
