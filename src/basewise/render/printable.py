"""Text from outside, made safe to show. Imports nothing, so that even the first error line can use it."""

from __future__ import annotations

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """`text` on one line, without characters that would steer a terminal or turn the reading direction."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _REPLACEMENT for c in text)
