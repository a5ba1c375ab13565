"""JSON with comments, as the development container specification allows it, made readable as YAML."""

from __future__ import annotations

import re

_NEXT = re.compile(r'["/]')
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_NO_BREAK = re.compile(r"[^\n]")


def without_comments(content: str) -> str:
    """The text with blanks for its comments, so that every line and column stays.

    A comma after the last value may stay: YAML allows it. A string or comment without end is left as it is.
    """
    parts: list[str] = []
    position = 0
    while found := _NEXT.search(content, position):
        start = found.start()
        parts.append(content[position:start])
        end = _end(content, start)
        token = content[start:end]
        parts.append(_NO_BREAK.sub(" ", token) if token.startswith(("//", "/*")) else token)
        position = end
    return "".join([*parts, content[position:]])


def _end(content: str, start: int) -> int:
    """The place after the string, comment or character that begins here."""
    if content[start] == '"':
        string = _STRING.match(content, start)
        return string.end() if string else len(content)
    if content.startswith("//", start):
        end = content.find("\n", start)
        return len(content) if end < 0 else end
    if content.startswith("/*", start):
        end = content.find("*/", start + 2)
        return len(content) if end < 0 else end + 2
    return start + 1
