"""Expanded text, and how far it can be relied on."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from basewise.dockerfile.cursor import InvalidExpansion
from basewise.dockerfile.lexer import expand
from basewise.model.limits import Limits


class Value(msgspec.Struct, frozen=True):
    """What a name stands for."""

    text: str | None
    """None for an argument without default that nobody gave."""
    unknown: tuple[str, ...] = ()
    """Names without value that the text rests on."""
    from_defaults: bool = False
    """True when a build argument may change it."""
    problem: str = ""


class Expansion(msgspec.Struct, frozen=True):
    """Text with its variables replaced as BuildKit replaces them."""

    text: str
    """What BuildKit has, names without value being empty; as it is written when it cannot be expanded."""
    written: str
    arguments: tuple[str, ...] = ()
    """Names that it uses, in order."""
    from_defaults: bool = False
    """True when an argument that was not given, and may be, decides about the text."""
    unknown: tuple[str, ...] = ()
    """Names without value that leave a gap in the text."""
    problem: str = ""
    """Why BuildKit refuses to expand it."""

    @property
    def is_known(self) -> bool:
        """True when the text is what a build uses, unless arguments are given."""
        return not self.unknown and not self.problem


def expansion(written: str, escape: str, find: Callable[[str], Value | None], limits: Limits) -> Expansion:
    """Expands one word.

    Args:
        find: the value of a name; None for one that is declared nowhere.
    """
    record = _Record(find)
    try:
        text = expand(written, escape, record, limits)
    except InvalidExpansion as error:
        return record.expansion(written, written, error.message)
    return record.expansion(text, written, record.problem)


class _Record:
    """Gives values out and remembers which."""

    def __init__(self, find: Callable[[str], Value | None]) -> None:
        self._find = find
        self._used: dict[str, None] = {}
        self._unknown: dict[str, None] = {}
        self._from_defaults = False
        self.problem = ""

    def value(self, name: str) -> str | None:
        text = self.default(name)
        if text is None:
            self._unknown[name] = None
        return text

    def default(self, name: str) -> str | None:
        self._used[name] = None
        value = self._find(name)
        if value is None:
            return None
        self._unknown.update(dict.fromkeys(value.unknown))
        self._from_defaults |= value.from_defaults
        self.problem = self.problem or value.problem
        return value.text

    def expansion(self, text: str, written: str, problem: str) -> Expansion:
        return Expansion(text, written, tuple(self._used), self._from_defaults, tuple(self._unknown), problem)
