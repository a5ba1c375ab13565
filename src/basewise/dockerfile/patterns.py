"""Shell patterns in `${NAME#pattern}` and its kin: `*` is any text, `?` any character, a backslash makes them plain.

BuildKit, `frontend/dockerfile/shell/lex.go` (`convertShellPatternToRegex`); POSIX.1-2017, "Pattern Matching Notation",
without bracket expressions. No pattern takes more than the product of both lengths: the pieces between stars are found
one after the other, the earliest place of each being right for all that follow.
"""

from __future__ import annotations

import re

_STAR = "*"
_TEMPLATE = re.compile(r"\$(?:(\$)|\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))")


class InvalidPattern(ValueError):
    """It escapes what needs no escape."""


def without_prefix(value: str, pattern: str, *, longest: bool) -> str:
    """The value without what the pattern matches at its beginning."""
    end = _prefix(value, _segments(_items(pattern)), longest=longest)
    return value if end is None else value[end:]


def without_suffix(value: str, pattern: str, *, longest: bool) -> str:
    """The value without what the pattern matches at its end."""
    end = _prefix(value[::-1], _segments(_items(_reversed(pattern))), longest=longest)
    return value if end is None else value[: len(value) - end]


def replace(value: str, pattern: str, other: str) -> str:
    """The value with the first match of the pattern replaced, which is as long as it can be."""
    place = _find(value, _segments(_items(pattern)), 0)
    return value if place is None else value[: place[0]] + other + value[place[1] :]


def replace_all(value: str, pattern: str, other: str) -> str:
    """The value with every match replaced; `$0` in the replacement is the match (Go's `Regexp.ReplaceAllString`)."""
    segments = _segments(_items(pattern))
    parts: list[str] = []
    copied = at = 0
    while at <= len(value) and (place := _find(value, segments, at)):
        start, end = place
        parts.append(value[copied:start])
        if end > copied or start == 0:  # nothing is no match directly behind one
            parts.append(_filled(other, value[start:end]))
        copied = end
        at = max(end, at + 1)
    return "".join(parts) + value[copied:]


def _filled(template: str, match: str) -> str:
    def part(found: re.Match[str]) -> str:
        if found[1]:
            return "$"
        return match if (found[2] or found[3]) == "0" else ""

    return _TEMPLATE.sub(part, template) if "$" in template else template


def _reversed(pattern: str) -> str:
    """From its end, each escape staying before what it escapes."""
    pieces: list[str] = []
    at = 0
    while at < len(pattern):
        width = 2 if pattern[at] == "\\" else 1
        pieces.append(pattern[at : at + width])
        at += width
    return "".join(reversed(pieces))


def _items(pattern: str) -> list[tuple[bool, str]]:
    """Its characters, each with True when it is a wildcard."""
    items: list[tuple[bool, str]] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character != "\\":
            items.append((character in "*?", character))
            continue
        escaped = pattern[at : at + 1]
        if escaped in ("}", "/"):
            continue  # only ${…} needed that escape
        if escaped not in ("*", "?", "\\"):
            raise InvalidPattern(f"invalid escape '\\{escaped}' in a pattern")
        items.append((False, escaped))
        at += 1
    return items


def _segments(items: list[tuple[bool, str]]) -> list[str]:
    """Regular expressions of what stands between the stars; none of them repeats anything."""
    segments: list[list[str]] = [[]]
    for is_wildcard, character in items:
        if is_wildcard and character == _STAR:
            segments.append([])
        else:
            segments[-1].append("." if is_wildcard else re.escape(character))
    return ["".join(segment) for segment in segments]


def _prefix(value: str, segments: list[str], *, longest: bool) -> int | None:
    """Where a match that begins with the value ends."""
    first = re.compile(segments[0]).match(value)
    if first is None:
        return None
    return _rest(value, segments[1:], first.end(), longest=longest)


def _find(value: str, segments: list[str], start: int) -> tuple[int, int] | None:
    """The first match from `start` on, as long as it can be."""
    first = re.compile(segments[0]).search(value, start)
    if first is None:
        return None
    end = _rest(value, segments[1:], first.end(), longest=True)
    return None if end is None else (first.start(), end)


def _rest(value: str, segments: list[str], at: int, *, longest: bool) -> int | None:
    """Where the match of segments with stars before each ends."""
    if not segments:
        return at
    for segment in segments[:-1]:
        found = re.compile(segment).search(value, at)
        if found is None:
            return None
        at = found.end()
    if not longest:
        found = re.compile(segments[-1]).search(value, at)
        return found.end() if found else None
    return _last_end(value, segments[-1], at)


def _last_end(value: str, segment: str, at: int) -> int | None:
    """Where the last place of a segment ends."""
    if not segment:
        return len(value)
    end = None
    pattern = re.compile(f"(?={segment})")
    width = len(re.sub(r"\\(.)|(.)", ".", segment, flags=re.DOTALL))
    for found in pattern.finditer(value, at):
        end = found.start() + width
    return end
