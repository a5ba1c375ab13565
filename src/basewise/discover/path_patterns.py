"""Patterns that select files by their paths, as .gitignore, CODEOWNERS, Renovate and Dependabot write them.

Matching never goes back further than to the last star, so it takes at most pattern times path, whatever the pattern is.
No pattern of others becomes a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ANY_DEPTH = "**"
_BRACES = re.compile(r"\{([^{}]*)\}")
_MOST_ALTERNATIVES = 100


def path_matches(pattern: Sequence[str], path: Sequence[str]) -> bool:
    """True when a path, cut at its slashes, is one that a pattern, cut likewise, stands for.

    `**` as a whole part stands for any number of parts, none included; in other parts `*` stands for any characters,
    `?` for one, and a backslash for the character after it.
    """
    at = part = 0
    star = mark = -1
    while at < len(path):
        if part < len(pattern) and pattern[part] == ANY_DEPTH:
            star, mark = part, at
            part += 1
        elif part < len(pattern) and part_matches(pattern[part], path[at]):
            part += 1
            at += 1
        elif star >= 0:
            mark += 1
            part, at = star + 1, mark
        else:
            return False
    return all(rest == ANY_DEPTH for rest in pattern[part:])


def part_matches(pattern: str, name: str) -> bool:
    """True when one part of a path is what one part of a pattern stands for."""
    if "*" not in pattern and "?" not in pattern and "\\" not in pattern:
        return pattern == name
    wanted = _characters(pattern)
    at = place = 0
    star = mark = -1
    while at < len(name):
        special, character = wanted[place] if place < len(wanted) else (False, "")
        if special and character == "*":
            star, mark = place, at
            place += 1
        elif character == name[at] or (special and character == "?"):
            place += 1
            at += 1
        elif star >= 0:
            mark += 1
            place, at = star + 1, mark
        else:
            return False
    return all(rest == (True, "*") for rest in wanted[place:])


def alternatives(pattern: str) -> list[str] | None:
    """A pattern with `{a,b}` written out; None for more than can be meant, or braces inside braces."""
    found = [pattern]
    while any(_BRACES.search(one) for one in found):
        found = [
            one[: braces.start()] + choice + one[braces.end() :] if braces else one
            for one in found
            for braces in [_BRACES.search(one)]
            for choice in (braces[1].split(",") if braces else [""])
        ]
        if len(found) > _MOST_ALTERNATIVES:
            return None
    return None if any("{" in one or "[" in one or "(" in one for one in found) else found


def glob_matches(pattern: str, path: str) -> bool | None:
    """True when a path matches a pattern of the kind that minimatch reads; None for what is not understood here.

    Classes in brackets and extended groups are not.
    """
    written = alternatives(pattern.removeprefix("./").removeprefix("/"))
    if written is None:
        return None
    parts = path.split("/")
    return any(path_matches(one.split("/"), parts) for one in written)


def _characters(pattern: str) -> list[tuple[bool, str]]:
    """Each character, and whether it stands for others."""
    found: list[tuple[bool, str]] = []
    escaped = False
    for character in pattern:
        if escaped or character not in "*?\\":
            found.append((False, character))
            escaped = False
        elif character == "\\":
            escaped = True
        elif found[-1:] != [(True, "*")] or character == "?":
            found.append((True, character))
    return found
