"""Groovy cut into tokens: enough to tell names, strings and brackets from comments.

Follows the Groovy language documentation, "Syntax", sections "Comments", "Identifiers" and "Strings".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from basewise.model.errors import BasewiseError

_PLAIN = re.compile(r"(?P<space>[ \t\r\f]+)|(?P<name>[A-Za-z_$][\w$]*)|(?P<number>[0-9][\w.]*)")
_SINGLE = re.compile(r"'((?:[^'\\\n]++|\\.)*+)'", re.DOTALL)
_TRIPLE = re.compile(r"'''((?:[^'\\]++|\\.|'(?!''))*+)'''", re.DOTALL)
_SLASHY = re.compile(r"/((?:[^/\\\n]++|\\.)++)/")
_BRACED = re.compile(r"[^{}\"']++|\"(?:[^\"\\\n]++|\\.)*+\"|'(?:[^'\\\n]++|\\.)*+'")
_CHUNK = {'"': re.compile(r'[^"\\$\n]++'), '"""': re.compile(r'[^"\\$]++')}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": "\\\n"}
_BEFORE_SLASHY = "=(,[:~?!&|{};"
"""After these a slash begins a string, and after anything else it divides."""


class UnreadableGroovy(BasewiseError):
    """A string or comment has no end."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        """Where it begins, from 1."""


class Token(msgspec.Struct, frozen=True):
    """A name, number, string or mark."""

    kind: Literal["name", "text", "mark"]
    value: str
    """Of a string what it stands for; a backslash that joins two lines stays, so that lines can be counted."""
    line: int
    """From 1, where it begins."""


def tokens(content: str) -> Iterator[Token]:
    """The tokens of a script, without blanks and comments.

    Raises:
        UnreadableGroovy: with the line, after the tokens before it.
    """
    position, line = content.find("\n") if content.startswith("#!") else 0, 1
    before = ";"
    while 0 <= position < len(content):
        character = content[position]
        if character == "\n":
            position, line = position + 1, line + 1
            continue
        plain = _PLAIN.match(content, position)
        if plain:
            position = plain.end()
            if plain.lastgroup != "space":
                before = "x"
                yield Token("name", plain[0], line)
            continue
        if content.startswith(("//", "/*"), position):
            end = _end_of_comment(content, position, line)
            line += content.count("\n", position, end)
            position = end
            continue
        end, value = _string(content, position, line, before)
        token = Token("mark" if value is None else "text", character if value is None else value, line)
        yield token
        before = character if value is None else "x"
        line += content.count("\n", position, end)
        position = end


def _end_of_comment(content: str, position: int, line: int) -> int:
    if content[position + 1] == "/":
        end = content.find("\n", position)
        return len(content) if end < 0 else end
    end = content.find("*/", position + 2)
    if end < 0:
        raise UnreadableGroovy(line, "a comment has no end, and the rest is not read")
    return end + 2


def _string(content: str, position: int, line: int, before: str) -> tuple[int, str | None]:
    """The end of the string that begins here, and its value; None for what is no string."""
    character = content[position]
    if character == "'":
        pattern = _TRIPLE if content.startswith("'''", position) else _SINGLE
        match = pattern.match(content, position)
        if not match:
            raise UnreadableGroovy(line, "a string has no end, and the rest is not read")
        return match.end(), _unescaped(match[1])
    if character == '"':
        return _interpolated(content, position, line)
    if character == "/" and before in _BEFORE_SLASHY:
        match = _SLASHY.match(content, position)
        return (match.end(), match[1]) if match else (position + 1, None)
    return position + 1, None


def _interpolated(content: str, position: int, line: int) -> tuple[int, str]:
    """A string in double quotes, with `$` where a variable begins, and expressions as written."""
    quote = '"""' if content.startswith('"""', position) else '"'
    start = position = position + len(quote)
    while position < len(content):
        if content.startswith(quote, position):
            return position + len(quote), _unescaped(content[start:position])
        chunk = _CHUNK[quote].match(content, position)
        if chunk:
            position = chunk.end()
        elif content.startswith("${", position):
            position = _end_of_expression(content, position + 2)
        elif content[position] == "\n":
            break
        else:
            position += 2 if content[position] == "\\" else 1
    raise UnreadableGroovy(line, "a string has no end, and the rest is not read")


def _end_of_expression(content: str, position: int) -> int:
    """The place after the brace that closes an expression in a string."""
    depth = 1
    while position < len(content) and depth:
        part = _BRACED.match(content, position)
        if part:
            position = part.end()
            continue
        depth += {"{": 1, "}": -1}.get(content[position], 0)
        position += 1
    return position


def _unescaped(written: str) -> str:
    """The text without its escapes. Any dollar sign may begin a variable: of Groovy, or of the shell that gets it."""
    return _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[1]), written)
