"""Texts of HCL: in quotes and heredocs, with interpolations; and how what is not read is passed over."""

from __future__ import annotations

import re
from abc import abstractmethod

from basewise.discover.hcl.scanner import Scanner
from basewise.discover.hcl.syntax import Expression, Other, Template

_HEREDOC = re.compile(r"<<(-?)([A-Za-z_][\w-]*)[ \t\r]*\n")
_QUOTED = re.compile(r'[^"\\$%\n]++')
_BODY = re.compile(r"[^$%]++")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_SKIPPED = re.compile(r"[^\[\](){}\"#/\n,<]++")
_COMMENT = re.compile(r"/\*(?:[^*]++|\*(?!/))*+\*/|(?://|#)[^\n]*+")
_OPENING, _CLOSING = "([{", ")]}"


class Templates(Scanner):
    """Reads texts."""

    @abstractmethod
    def expression(self) -> Expression:
        """One expression."""

    @property
    def is_heredoc(self) -> bool:
        """True where a heredoc begins."""
        return bool(_HEREDOC.match(self.text, self.at))

    def whole_template(self) -> Template:
        """All of the text."""
        line = self.line
        parts: list[str | Expression] = []
        while self.at < len(self.text):
            plain = _BODY.match(self.text, self.at)
            if plain:
                parts.append(plain[0])
                self.at = plain.end()
            else:
                parts.append(self.marked())
        return Template(line, parts)

    def quoted(self) -> Template:
        """A text in quotes."""
        line = self.line
        self.at += 1
        parts: list[str | Expression] = []
        while True:
            plain = _QUOTED.match(self.text, self.at)
            if plain:
                parts.append(plain[0])
                self.at = plain.end()
            elif self.take('"'):
                return Template(line, parts)
            elif escape := _ESCAPE.match(self.text, self.at):
                parts.append(_unescaped(escape))
                self.at = escape.end()
            elif self.text[self.at : self.at + 1] in {"$", "%"}:
                parts.append(self.marked())
            else:
                self.refuse("a text is not closed")

    def marked(self) -> str | Expression:
        """What a dollar or percent sign begins: an interpolation, a directive, or nothing."""
        line = self.line
        sign = self.text[self.at]
        if self.text.startswith(sign * 2 + "{", self.at):
            self.at += 3
            return sign + "{"
        if not self.text.startswith("{", self.at + 1):
            self.at += 1
            return sign
        self.at += 2
        self.take("~")
        if sign == "%":
            return self.passed_over("}", line)
        found = self.expression()
        self.blank_lines()
        self.take("~")
        if not self.take("}"):
            return self.passed_over("}", line)
        return found

    def heredoc(self) -> Template:
        """The lines up to the one that has the name alone."""
        line = self.line
        opening = _HEREDOC.match(self.text, self.at)
        if opening is None:
            self.refuse("a heredoc is expected here")
        end = re.compile(rf"^[ \t]*{re.escape(opening[2])}[ \t\r]*$", re.MULTILINE).search(self.text, opening.end())
        if not end:
            self.refuse(f"the heredoc {opening[2][:80]} has no end")
        self.at = opening.end()
        parts: list[str | Expression] = []
        while self.at < end.start():
            plain = _BODY.match(self.text, self.at, end.start())
            if plain:
                parts.append(plain[0])
                self.at = plain.end()
            else:
                parts.append(self.marked())
        if self.at > end.start():
            self.refuse("an interpolation is not closed")
        self.at = end.end()
        return Template(line, parts, heredoc=True)

    def passed_over(self, closing: str, line: int) -> Other:
        """Everything up to a closing bracket."""
        while self.at < len(self.text) and not self.take(closing):
            start = self.at
            self.skip()
            self.blank_lines()
            if self.at == start and not self.text.startswith(closing, self.at):
                self.refuse(f"'{self.text[start : start + 1]}' is not expected here")
        return Other(line)

    def skip(self) -> None:
        """Passes over the rest of an expression: to a comma, a closing bracket or, outside brackets, the line's end."""
        open_brackets: list[str] = []
        while self.at < len(self.text):
            plain = _SKIPPED.match(self.text, self.at)
            if plain:
                self.at = plain.end()
                continue
            character = self.text[self.at]
            if not open_brackets and (character in ",\n" or character in _CLOSING):
                return
            if character == '"':
                self.enter()
                self.quoted()
                self.left += 1
                continue
            comment = _COMMENT.match(self.text, self.at)
            if comment:
                self.at = comment.end()
                continue
            if self.is_heredoc:
                self.heredoc()
                continue
            if character in _OPENING:
                open_brackets.append(_CLOSING[_OPENING.index(character)])
            elif open_brackets and character == open_brackets[-1]:
                open_brackets.pop()
            self.at += 1


def _unescaped(escape: re.Match[str]) -> str:
    if escape[3] is not None:
        return _ESCAPES.get(escape[3], escape[3])
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
