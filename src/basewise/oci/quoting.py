"""Text of strangers inside our sentences: short, printable, in quotes."""

from __future__ import annotations

_MOST = 80  # characters


def quoted(text: str, most: int = _MOST) -> str:
    """`text` for an error: control characters are written out, so that no terminal acts on them.

    Args:
        most: characters that are shown.
    """
    return repr(text if len(text) <= most else text[: most - 1] + "…")
