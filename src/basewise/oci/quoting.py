"""Text of strangers inside our sentences: short, printable, in quotes."""

from __future__ import annotations

_MOST = 80  # characters


def quoted(text: str) -> str:
    """`text` for an error: control characters are written out, so that no terminal acts on them."""
    return repr(text if len(text) <= _MOST else text[: _MOST - 1] + "…")
