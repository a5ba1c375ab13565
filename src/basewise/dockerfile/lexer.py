"""Expansion of variables and quotes as BuildKit's own shell lexer does it; no shell is involved.

BuildKit, `frontend/dockerfile/shell/lex.go`; Dockerfile reference, section "Environment replacement". What it does to
one word: `$NAME` and `${NAME}` are replaced, quotes and escapes removed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from basewise.dockerfile.characters import SPACES
from basewise.dockerfile.cursor import SHOWN, Cursor, InvalidExpansion, Variables
from basewise.dockerfile.patterns import InvalidPattern, replace, replace_all, without_prefix, without_suffix
from basewise.model.limits import Limits

_PLAIN = {escape: re.compile(rf"""[^$<'"/}}{re.escape(escape)}]+""") for escape in ("\\", "`")}
_DOUBLE = {escape: re.compile(rf"""[^$"{re.escape(escape)}]+""") for escape in ("\\", "`")}
_CUT = re.compile(rf"[{re.escape(SPACES)}]+")


def expand(text: str, escape: str, variables: Variables, limits: Limits) -> str:
    """The text with its variables replaced, its quotes and escapes removed.

    Raises:
        InvalidExpansion: with what BuildKit would say.
    """
    if "$" not in text and "'" not in text and '"' not in text and escape not in text:
        return text
    return Lexer(text, escape, variables, limits).read()


class Lexer(Cursor):
    """Reads one text from left to right."""

    keeps_quotes = False
    keeps_escapes = False
    keeps_unset = False

    def __init__(self, text: str, escape: str, variables: Variables, limits: Limits) -> None:
        super().__init__(text, escape, variables, limits)
        self._raw = self.keeps_escapes
        self._depth = 0
        self.words: list[str] = []
        """The result cut at blanks that are neither quoted nor escaped."""
        self._word: list[str] = []

    def read(self) -> str:
        """All of it."""
        result = self._until("", raw=self._raw, is_pattern=False)
        self._end_word()
        return result

    def _until(self, stop: str, *, raw: bool, is_pattern: bool) -> str:
        """Text up to the character `stop`, which is consumed; all of it for ''.

        Args:
            raw: whether escape characters stay in the result.
            is_pattern: the result is read once more as a pattern, so a quoted escape character is doubled.
        """
        before, self._raw = self._raw, raw
        parts: list[str] = []
        while character := self._peek():
            if character == stop:
                self._at += 1
                self._raw = before
                return "".join(parts)
            if character == "$":
                value = self._dollar()
                self._cut(value)
            elif character in "'\"":
                value = self._single(is_pattern=is_pattern) if character == "'" else self._double(is_pattern=is_pattern)
                self._word.append(value)
            elif character == "<":
                value = self._less()
                self._word.append(value)
            elif character == self._escape:
                self._at += 1
                escaped = self._next()
                value = character + escaped if raw else escaped
                self._word.append(value)
            else:
                plain = _PLAIN[self._escape].match(self._text, self._at)
                value = plain[0] if plain else character  # a slash or brace that ends nothing
                self._at += len(value)
                self._cut(value)
            parts.append(value)
        if stop:
            raise InvalidExpansion(f"'{self._text[:SHOWN]}' has no matching {stop}")
        self._raw = before
        return "".join(parts)

    def _cut(self, text: str) -> None:
        """Adds what is not quoted to the words."""
        first, *rest = _CUT.split(text)
        self._word.append(first)
        for part in rest:
            self._end_word()
            self._word.append(part)

    def _end_word(self) -> None:
        word = "".join(self._word)
        self._word.clear()
        if word:
            self.words.append(word)

    def _less(self) -> str:
        """`<<` and the blanks behind it are one with the word that follows; `<` alone says nothing."""
        self._at += 1
        if self._peek() != "<":
            return "<"
        start = self._at + 1
        self._at = start
        while self._peek() in ("\t", "\r", " "):
            self._at += 1
        return "<<" + self._text[start : self._at]

    def _single(self, *, is_pattern: bool) -> str:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise InvalidExpansion(f"'{self._text[:SHOWN]}' has no matching single quote")
        inner = self._text[self._at + 1 : end]
        self._at = end + 1
        if is_pattern:
            inner = inner.replace(self._escape, self._escape * 2)
        return f"'{inner}'" if self.keeps_quotes else inner

    def _double(self, *, is_pattern: bool) -> str:
        """Between double quotes variables are replaced, and only a quote, a dollar and the escape itself escaped."""
        self._at += 1
        parts = ['"'] if self.keeps_quotes else []
        while character := self._peek():
            if character == '"':
                self._at += 1
                return "".join([*parts, '"'] if self.keeps_quotes else parts)
            if character == "$":
                parts.append(self._dollar())
            elif character == self._escape:
                self._at += 1
                following = self._peek()
                if following and following in f'"${self._escape}':
                    self._at += 1
                    parts.append(character + following if self._raw else following)
                elif following:
                    doubled = self._raw and (is_pattern or not self.keeps_quotes)
                    parts.append(character * 2 if doubled else character)
            else:
                plain = _DOUBLE[self._escape].match(self._text, self._at)
                assert plain is not None  # it is none of those above
                self._at = plain.end()
                parts.append(plain[0])
        raise InvalidExpansion(f"'{self._text[:SHOWN]}' has no matching double quote")

    def _dollar(self) -> str:
        """The value of what follows a dollar sign."""
        self._at += 1
        if self._peek() != "{":
            name = self._name()
            if not name:
                return "$"
            value = self._variables.value(name)
            return f"${name}" if value is None and self.keeps_unset else self._value(name, value)
        self._at += 1
        if self._peek() in ("", "{", "}", ":"):
            raise InvalidExpansion("bad substitution" if self._peek() else "missing '}'")
        name = self._name()
        operator = self._next()
        if operator == "}":
            value = self._variables.value(name)
            return f"${{{name}}}" if value is None and self.keeps_unset else self._value(name, value)
        if operator == "/":
            return self._replacement(name)
        if operator == ":":
            operator += self._next()
        if operator in ("#", "%"):
            return self._trimmed(name, operator)
        if operator not in ("-", "+", "?", ":-", ":+", ":?"):
            raise InvalidExpansion(f"unsupported modifier ({operator}) in substitution")
        return self._default(name, operator)

    def _default(self, name: str, operator: str) -> str:
        """`-` a default, `+` a replacement, `?` an error; with a colon an empty value counts as none."""
        word = self._operand("}", raw=False, is_pattern=False)
        value = self._variables.default(name)
        if value is None and self.keeps_unset:
            return f"${{{name}{operator}{word}}}"
        is_set = bool(value) if operator.startswith(":") else value is not None
        if operator.endswith("+"):
            return word if is_set else ""
        if is_set:
            return self._value(name, value)
        if operator.endswith("-"):
            return word
        missing = "is not allowed to be unset" if value is None else "is not allowed to be empty"
        raise InvalidExpansion(f"{name}: {word[:SHOWN] or missing}")

    def _trimmed(self, name: str, operator: str) -> str:
        """`#` and `%` take the shortest match of a pattern off the front or the end, twice written the longest."""
        pattern = self._operand("}", raw=True, is_pattern=True)
        value = self._variables.value(name)
        if value is None and self.keeps_unset:
            return f"${{{name}{operator}{pattern}}}"
        longest = pattern.startswith(operator)
        without = without_prefix if operator == "#" else without_suffix
        return self._patterned(name, value, lambda text: without(text, pattern[longest:], longest=longest), pattern)

    def _replacement(self, name: str) -> str:
        """`/` replaces the first match of a pattern, `//` each."""
        is_all = self._peek() == "/"
        self._at += is_all
        pattern = self._operand("/", raw=True, is_pattern=True)
        other = self._operand("}", raw=True, is_pattern=False)
        value = self._variables.value(name)
        if value is None and self.keeps_unset:
            return f"${{{name}/{pattern}/{other}}}"
        change = replace_all if is_all else replace
        return self._patterned(name, value, lambda text: change(text, pattern, other), pattern)

    def _patterned(self, name: str, value: str | None, change: Callable[[str], str], pattern: str) -> str:
        longest = self._limits.dockerfile_argument_characters
        if max(len(value or ""), len(pattern)) > longest:
            raise InvalidExpansion(f"a pattern or the value of {name[:SHOWN]} is longer than {longest} characters")
        try:
            return self._value(name, change(value or ""))
        except InvalidPattern as error:
            raise InvalidExpansion(str(error)) from error

    def _operand(self, stop: str, *, raw: bool, is_pattern: bool) -> str:
        """What stands behind an operator. Words begun before it are lost to BuildKit, which has one buffer for all."""
        self._depth += 1
        if self._depth > self._limits.dockerfile_nesting:
            raise InvalidExpansion(f"nested deeper than dockerfile_nesting = {self._limits.dockerfile_nesting}")
        self._word.clear()
        words, self.words = self.words, []
        operand = self._until(stop, raw=raw, is_pattern=is_pattern)
        self._word.clear()
        self.words = words
        self._depth -= 1
        return operand
