"""Words of a shell script: quotes, escapes, and the substitutions inside of them.

POSIX.1-2017, Shell Command Language, sections 2.2 "Quoting" and 2.6 "Word Expansions".
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

import msgspec

from basewise.model.limits import Limits

OPERATOR = re.compile(r"&&|\|\||;;&|;;|;&|\|&|&(?!>)|;|\||\n")
"""What ends a simple command."""
_PLAIN = re.compile(r"[^\s\\'\"$`;&|<>()]+")
_BRACKET = re.compile(r"[()]")
_PARAMETER = re.compile(r"[A-Za-z0-9_]+|[@*#?$!-]")
_QUOTED = re.compile(r'[^"\\$`]+')


class ShellWord(msgspec.Struct, frozen=True):
    """One word of a command."""

    text: str
    """Without quotes and escapes; variables and substitutions as they are written."""
    start: int
    """Index of its first character in the script."""
    end: int
    is_literal: bool = True
    """False when a shell would put something in it: a variable, a substitution."""
    is_read: bool = True
    """False when the script ends inside of its quotes, or it holds commands that are nested too deep to be read."""


class WordReader(ABC):
    """Reads words; the commands of their substitutions are read by whoever derives from it."""

    def __init__(self, script: str, limits: Limits) -> None:
        self._script = script
        self._limits = limits
        self._at = 0
        self._stop = ""
        self._braced = 0

    @abstractmethod
    def read(self, stop: str, depth: int) -> None:
        """Commands up to the character `stop`, which is consumed; all of them for ''."""

    def _nested(self, stop: str, depth: int) -> bool:
        """Commands inside of something, one level deeper; False when that is too deep, which ends the script."""
        if depth + self._braced + 1 > self._limits.dockerfile_nesting:
            self._at = len(self._script)
            return False
        self.read(stop, depth + 1)
        return True

    def _word(self, depth: int) -> ShellWord:
        start = self._at
        parts: list[str] = []
        is_literal = is_read = True
        while self._at < len(self._script):
            character = self._script[self._at]
            if plain := _PLAIN.match(self._script, self._at):
                self._at = plain.end()
                parts.append(plain[0])
            elif character == "\\":
                parts.append(self._script[self._at + 1 : self._at + 2].replace("\n", ""))
                self._at += 2
            elif character == "'":
                end = self._script.find("'", self._at + 1)
                is_read = is_read and end >= 0
                end = len(self._script) if end < 0 else end
                parts.append(self._script[self._at + 1 : end])
                self._at = end + 1
            elif character == '"':
                text, literal, read = self._double(depth)
                parts.append(text)
                is_literal, is_read = is_literal and literal, is_read and read
            elif character == self._stop == "`":
                break
            elif character in "$`" or (character in "<>" and self._script.startswith("(", self._at + 1)):
                text, read = self._substitution(depth)
                parts.append(text)
                is_literal, is_read = is_literal and text == "$", is_read and read
            elif self._at == start:
                operator = OPERATOR.match(self._script, start)  # in `[[`, where it joins no commands
                self._at += len(operator[0]) if operator else 1
                parts.append(self._script[start : self._at])
            else:
                break
        self._at = min(self._at, len(self._script))
        return ShellWord("".join(parts), start, self._at, is_literal, is_read)

    def _double(self, depth: int) -> tuple[str, bool, bool]:
        """Text between double quotes, whether it is literal, and whether all of it was read."""
        self._at += 1
        parts: list[str] = []
        is_literal = is_read = True
        while self._at < len(self._script) and self._script[self._at] != '"':
            character = self._script[self._at]
            if character == "\\":
                escaped = self._script[self._at + 1 : self._at + 2]
                parts.append(escaped if escaped in ("$", "`", '"', "\\") else character + escaped)
                self._at += 2
            elif character in "$`":
                text, read = self._substitution(depth)
                parts.append(text)
                is_literal, is_read = is_literal and text == "$", is_read and read
            else:
                plain = _QUOTED.match(self._script, self._at)
                assert plain is not None  # it is none of those above
                self._at = plain.end()
                parts.append(plain[0])
        is_read = is_read and self._at < len(self._script)
        self._at += 1
        return "".join(parts), is_literal, is_read

    def _substitution(self, depth: int) -> tuple[str, bool]:
        """What stands at a dollar sign, a backtick or `<(`, as it is written; its commands are found too."""
        start = self._at
        is_read = True
        if self._script.startswith("$((", start):
            self._arithmetic()
        elif self._script.startswith(("$(", "<(", ">("), start):
            self._at += 2
            is_read = self._nested(")", depth)
        elif self._script.startswith("`", start):
            self._at += 1
            is_read = self._nested("`", depth)
        elif self._script.startswith("${", start):
            is_read = self._braces(depth)
        else:
            self._at += 1
            self._skip(_PARAMETER)
        self._at = min(self._at, len(self._script))
        return self._script[start : self._at], is_read

    def _arithmetic(self) -> None:
        """`$((…))`, which holds no command but those of substitutions, and these are left alone."""
        level = 0
        for bracket in _BRACKET.finditer(self._script, self._at):
            level += 1 if bracket[0] == "(" else -1
            if not level:
                self._at = bracket.end()
                return
        self._at = len(self._script)

    def _braces(self, depth: int) -> bool:
        """`${…}` with what is nested in it."""
        if depth + self._braced + 1 > self._limits.dockerfile_nesting:
            self._at = len(self._script)
            return False
        self._braced += 1
        self._at += 2
        is_read = True
        while self._at < len(self._script) and self._script[self._at] != "}":
            character = self._script[self._at]
            if character == '"':
                is_read &= self._double(depth)[2]
            elif character in "$`":
                is_read &= self._substitution(depth)[1]
            else:
                self._at += 2 if character == "\\" else 1
        self._at += 1
        self._braced -= 1
        return is_read

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._script, self._at)
        if match:
            self._at = match.end()
