"""Text whose variables were replaced by what is defined, or the reason why one could not be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

DEFAULTED = 0.9
"""Confidence of a value that a caller, a project's settings or the environment may replace."""
_DEEPEST = 20  # variables that name variables


class Resolved(msgspec.Struct, frozen=True):
    """A text and how sure it is."""

    value: str
    confidence: float = 1.0
    problem: str = ""
    """Why a variable in it has no value here; `value` is then the text as written."""


Lookup = Callable[[str], Resolved | None]
"""The value of a variable; None for one that is not defined."""

Interpolate = Callable[[str, Lookup], Resolved]
"""Replaces the variables of a text."""


class Variables:
    """Variables whose values may name each other, resolved when they are asked for."""

    def __init__(self, written: Mapping[str, str], interpolate: Interpolate, confidence: float = DEFAULTED) -> None:
        """Takes values as written.

        Args:
            written: by name.
            interpolate: how the text of a value is read.
            confidence: of a value that is written there.
        """
        self._written = written
        self._interpolate = interpolate
        self._confidence = confidence
        self._known: dict[str, Resolved] = {}
        self._open: list[str] = []

    def get(self, name: str) -> Resolved | None:
        """The value of a variable; one that depends on itself has a problem for a value."""
        if name in self._known:
            return self._known[name]
        written = self._written.get(name)
        if written is None:
            return None
        if name in self._open or len(self._open) >= _DEEPEST:
            return Resolved(written, problem=f"{name} is defined by itself, or through more than {_DEEPEST} others")
        self._open.append(name)
        found = self._interpolate(written, self.get)
        self._open.pop()
        found = msgspec.structs.replace(found, confidence=min(found.confidence, self._confidence))
        if not self._open:  # what was found inside a circle holds only there
            self._known[name] = found
        return found


def fill(written: str, pattern: re.Pattern[str], value: Callable[[re.Match[str]], Resolved], longest: int) -> Resolved:
    """The text with everything that the pattern finds replaced; the first problem ends it.

    Args:
        written: as it stands in a file.
        pattern: what is replaced.
        value: by what.
        longest: characters that the text may have, and again those that values may add up to.
    """
    if len(written) > longest:
        return Resolved(written, problem=f"it is longer than {longest} characters")
    parts: list[str] = []
    confidence, length, position = 1.0, 0, 0
    for match in pattern.finditer(written):
        found = value(match)
        length += len(found.value)
        if found.problem:
            return Resolved(written, problem=found.problem)
        if length > longest:
            return Resolved(written, problem=f"its variables make it longer than {longest} characters")
        parts += [written[position : match.start()], found.value]
        confidence = min(confidence, found.confidence)
        position = match.end()
    return Resolved("".join([*parts, written[position:]]), confidence) if parts else Resolved(written)


def first_of(*lookups: Lookup) -> Lookup:
    """Asks one after the other."""

    def get(name: str) -> Resolved | None:
        for lookup in lookups:
            found = lookup(name)
            if found is not None:
                return found
        return None

    return get
