"""Text of strangers inside our sentences: short, printable, in quotes."""

from __future__ import annotations

from collections.abc import Sequence

_MOST = 80  # characters
_LISTED = 8  # names


def quoted(text: str, most: int = _MOST) -> str:
    """`text` for an error: control characters are written out, so that no terminal acts on them.

    Args:
        most: characters that are shown.
    """
    return repr(text if len(text) <= most else text[: most - 1] + "…")


def enumerated(names: Sequence[str], most: int = _LISTED) -> str:
    """Names for an error, with commas between; how many there are beyond `most` is said."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
