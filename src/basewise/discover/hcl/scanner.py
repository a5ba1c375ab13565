"""The text of an HCL file and the place that was reached in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NoReturn

from basewise.discover.hcl.syntax import UnreadableHcl

_BLANK = re.compile(r"(?:[ \t\r\f]++|/\*(?:[^*]++|\*(?!/))*+\*/|(?://|#)[^\n]*+)*+")
_BLANK_LINES = re.compile(r"(?:[\s,]++|/\*(?:[^*]++|\*(?!/))*+\*/|(?://|#)[^\n]*+)*+")
NAME = re.compile(r"[A-Za-z_][\w-]*+")


class Scanner:
    """Reads from left to right; what it refuses, it refuses with the line."""

    def __init__(self, text: str, depth: int, first_line: int = 1) -> None:
        """Begins at the start.

        Args:
            text: the file, decoded.
            depth: how many blocks, brackets and templates may be inside each other.
            first_line: of the text in its file.
        """
        self.text = text
        self.at = 0
        self.left = depth
        self._first_line = first_line
        self._breaks = [match.start() for match in re.finditer("\n", text)]

    def word(self) -> str:
        """The name that stands here."""
        name = NAME.match(self.text, self.at)
        if not name:
            shown = self.text[self.at : self.at + 1]
            self.refuse(f"'{shown}' is not expected here" if shown else "the text ends here")
        self.at = name.end()
        return name[0]

    def take(self, character: str) -> bool:
        """Passes over a character; False when another one stands here."""
        if not self.text.startswith(character, self.at):
            return False
        self.at += len(character)
        return True

    def blank(self) -> None:
        """Passes over blanks and comments."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def blank_lines(self) -> None:
        """Passes over blanks, comments, line ends and commas."""
        match = _BLANK_LINES.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def enter(self) -> None:
        """Counts one level more, which who calls this gives back to `left`."""
        self.left -= 1
        if self.left < 0:
            self.refuse("nested deeper than hcl_depth")

    @property
    def line(self) -> int:
        """The line that was reached, from 1."""
        return bisect_right(self._breaks, self.at - 1) + self._first_line

    def refuse(self, problem: str) -> NoReturn:
        """Ends the reading."""
        raise UnreadableHcl(f"line {self.line}: {problem}")
