"""Reads HCL into `syntax`, within bounds: one pass from left to right, no deeper than a limit.

Follows the HCL native syntax specification. Operators, conditions and `for` expressions are passed over: they become
`Other`. Own, because the parser of PyPI (python-hcl2, by Lark) takes about 400 times as long.
"""

from __future__ import annotations

import re

from basewise.discover.hcl.scanner import NAME
from basewise.discover.hcl.syntax import (
    Block,
    Body,
    Call,
    Expression,
    Literal,
    Object,
    Other,
    Template,
    Traversal,
    Tuple,
)
from basewise.discover.hcl.templates import Templates

_NUMBER = re.compile(r"[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_OPERATOR = re.compile(r"==|!=|<=|>=|&&|\|\||\.\.\.|[-+*/%<>?:]")
_SHOWN = 80  # characters of an expression that is not read
_LITERALS = {"true", "false", "null"}


def parse(text: str, depth: int) -> Body:
    """The file as blocks and attributes.

    Args:
        text: the file, decoded.
        depth: how many blocks, brackets and templates may be inside each other.

    Raises:
        UnreadableHcl: with the line.
    """
    return _Parser(text, depth).body("")


def parse_template(text: str, line: int, depth: int) -> Template:
    """A text of JSON syntax, in which interpolations are as in quotes (HCL JSON syntax specification, "Strings")."""
    return _Parser(text, depth, line).whole_template()


class _Parser(Templates):
    """Reads one text."""

    def body(self, closing: str) -> Body:
        """Attributes and blocks up to the closing brace, which is consumed; up to the end for ''."""
        self.enter()
        attributes: dict[str, Expression] = {}
        blocks: list[Block] = []
        while True:
            self.blank_lines()
            if self.at >= len(self.text):
                if closing:
                    self.refuse("a block is not closed")
                break
            if closing and self.take(closing):
                break
            line = self.line
            name = self.word()
            self.blank()
            if self.text.startswith("=", self.at) and not self.text.startswith("==", self.at):
                self.at += 1
                attributes.setdefault(name, self.expression())
            else:
                blocks.append(self._block(name, line))
        self.left += 1
        return Body(attributes, blocks)

    def _block(self, name: str, line: int) -> Block:
        labels: list[str] = []
        while not self.take("{"):
            if self.text.startswith('"', self.at):
                label = self.quoted()
                labels.append("".join(part for part in label.parts if isinstance(part, str)))
            else:
                labels.append(self.word())
            self.blank()
        return Block(name, labels, line, self.body("}"))

    def expression(self) -> Expression:
        """One expression; what an operator follows becomes `Other`, up to its end."""
        self.enter()
        self.blank()
        line, start = self.line, self.at
        found = self._term()
        self.blank()
        if _OPERATOR.match(self.text, self.at):
            self.skip()
            found = Other(line)
        if isinstance(found, Other):
            found = Other(line, self.text[start : self.at].strip()[:_SHOWN])
        self.left += 1
        return found

    def _term(self) -> Expression:
        line = self.line
        character = self.text[self.at : self.at + 1]
        if character == '"':
            return self.quoted()
        if self.is_heredoc:
            return self.heredoc()
        if character == "[":
            return self._tuple(line)
        if character == "{":
            return self._object(line)
        number = _NUMBER.match(self.text, self.at)
        if number:
            self.at = number.end()
            return Literal(line, number[0])
        if NAME.match(self.text, self.at):
            return self._named(line)
        self.skip()
        return Other(line)

    def _named(self, line: int) -> Expression:
        """A literal, a call, or a name with what follows it."""
        name = self.word()
        if self.text.startswith("(", self.at):
            self.at += 1
            arguments = self._items(")")
            return Other(line) if self._follows() else Call(line, name, arguments)
        path = [name]
        while True:
            if self.text.startswith(".", self.at) and NAME.match(self.text, self.at + 1):
                self.at += 1
                path.append(self.word())
            elif self.text.startswith("[", self.at):
                self.at += 1
                index = self.expression()
                self.blank_lines()
                if not self.take("]"):
                    self.skip()
                    self.take("]")
                    return Other(line)
                path.append(_key(index))
            elif self._follows():
                return Other(line)
            else:
                break
        return Literal(line, name) if path[0] in _LITERALS and len(path) == 1 else Traversal(line, tuple(path))

    def _follows(self) -> bool:
        """True when something stands directly behind that is not read (`.0`, `.*`, an index); it is passed over."""
        if self.at < len(self.text) and self.text[self.at] in ".[":
            self.skip()
            return True
        return False

    def _tuple(self, line: int) -> Expression:
        self.at += 1
        if self._is_for():
            return self.passed_over("]", line)
        return Tuple(line, self._items("]"))

    def _items(self, closing: str) -> list[Expression]:
        found: list[Expression] = []
        while True:
            self.blank_lines()
            if self.at >= len(self.text):
                self.refuse("a bracket is not closed")
            if self.take(closing):
                return found
            start = self.at
            found.append(self.expression())
            if self.at == start:
                self.refuse(f"'{self.text[start : start + 1]}' is not expected here")

    def _object(self, line: int) -> Expression:
        self.at += 1
        if self._is_for():
            return self.passed_over("}", line)
        entries: dict[str, Expression] = {}
        while True:
            self.blank_lines()
            if self.at >= len(self.text):
                self.refuse("a brace is not closed")
            if self.take("}"):
                return Object(line, entries)
            key = self._object_key()
            self.blank()
            if not (self.take("=") or self.take(":")):
                self.refuse("a value is expected here")
            value = self.expression()
            if key:
                entries.setdefault(key, value)

    def _object_key(self) -> str:
        if self.text.startswith('"', self.at):
            return _key(self.quoted())
        if self.take("("):
            self.passed_over(")", 0)
            return ""
        number = _NUMBER.match(self.text, self.at)
        if number:
            self.at = number.end()
            return number[0]
        key = self.word()
        while self.take("."):
            key = self.word()
        return key

    def _is_for(self) -> bool:
        self.blank_lines()
        name = NAME.match(self.text, self.at)
        return bool(name) and name is not None and name[0] == "for"


def _key(expression: Expression) -> str:
    """An index or key that is written; '' for one that is computed."""
    if isinstance(expression, Literal):
        return expression.value
    if isinstance(expression, Template) and all(isinstance(part, str) for part in expression.parts):
        return "".join(part for part in expression.parts if isinstance(part, str))
    return ""
