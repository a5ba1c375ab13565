"""Parameters inside text, `{{inputs.parameters.x}}` or `$(params.x)`: replaced where the file defines them.

Nothing is guessed: a parameter without a value stays as it is written, and the reference that holds it is not assessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

_LONGEST = 4096  # characters that replacing may reach; no reference is as long


class Value(msgspec.Struct, frozen=True):
    """What a parameter stands for."""

    text: str
    confidence: float = 1.0
    """Below 1 for a default, which whoever starts the run may change."""


class Parameters:
    """What is known in one scope of a file."""

    def __init__(self, pattern: re.Pattern[str], known: Mapping[str, Value]) -> None:
        """Takes what is known.

        Args:
            pattern: finds a parameter; its first group that matched is the name. It must not backtrack.
            known: values by name, in which nothing is left to replace.
        """
        self._pattern = pattern
        self._known = known

    def replace(self, text: str) -> Value:
        """The text with its known parameters replaced, once; the confidence is the least of theirs."""
        parts: list[str] = []
        confidence, length, end = 1.0, 0, 0
        for match in self._pattern.finditer(text):
            value = self._known.get(next((name for name in match.groups() if name), ""))
            if value is None:
                continue
            parts += [text[end : match.start()], value.text]
            length += len(parts[-2]) + len(value.text)
            if length > _LONGEST:
                return Value(text, confidence)
            confidence = min(confidence, value.confidence)
            end = match.end()
        return Value("".join(parts) + text[end:], confidence)

    def with_values(self, more: Mapping[str, Value]) -> Parameters:
        """A scope inside this one."""
        return Parameters(self._pattern, {**self._known, **more})


NO_PARAMETERS = Parameters(re.compile(r"(?!)"), {})
"""For text in which nothing is a parameter."""
