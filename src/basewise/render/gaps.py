"""What was asked for and could not be looked at: how many, why, and the first of them. One wording for all formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from basewise.model.inventory import NotAssessed
from basewise.render.words import familiar

FIRST = 10
_IMAGES = {"image", "packages"}  # kinds whose name is a reference


def title(entries: Sequence[NotAssessed]) -> str:
    """The heading of the section, with how many there are in all."""
    return f"Not assessed, or in part: {len(entries)}"


def sentences(
    entries: Sequence[NotAssessed], *, words: Callable[[str], str] = str, code: Callable[[str], str] = str
) -> list[str]:
    """One sentence for each of the first entries, and one that counts the rest.

    Args:
        words: how the format writes text from outside.
        code: how it writes names and what is typed.
    """
    found = [_sentence(entry, words, code) for entry in entries[:FIRST]]
    if len(entries) > FIRST:
        found.append(f"and {len(entries) - FIRST} more: see {code('not_assessed')} with {code('--format json')}")
    return found


def _sentence(entry: NotAssessed, words: Callable[[str], str], code: Callable[[str], str]) -> str:
    name = familiar(entry.name) if entry.kind in _IMAGES else entry.name
    part = " (in part)" if entry.status == "partial" else ""
    return f"{words(entry.kind)} {code(name)}{part}: {words(entry.reason)}"
