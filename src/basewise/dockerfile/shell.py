"""The commands in a shell script, as far as finding them needs: pipelines, lists, subshells, substitutions.

POSIX.1-2017, Shell Command Language, sections 2.2 "Quoting", 2.3 "Token Recognition", 2.4 "Reserved Words" and 2.9
"Shell Commands", and what Bash adds to them (`[[`, `<<<`, `<(`, `&>`). Nothing is expanded or run; a script that a
shell would refuse is read as far as it goes.
"""

from __future__ import annotations

import re

import msgspec

from basewise.dockerfile.shell_words import OPERATOR, ShellWord, WordReader
from basewise.model.limits import DEFAULT_LIMITS, Limits

_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_COMMENT_IN_BACKTICKS = re.compile(r"#[^\n`]*")
_REDIRECTION = re.compile(r"&>>|&>|<<<|<<-|<<|<>|<&|>>|>&|>\||<(?!\()|>(?!\()")
_NEXT_PATTERN = frozenset({";;", ";&", ";;&"})
_PATTERN_GAP = re.compile(r"(?:[\s|(]|\\\r?\n|#[^\n]*)+")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\[[^\]]*\])?\+?=")
_LEADING = frozenset(
    {"if", "then", "elif", "else", "fi", "do", "done", "while", "until", "esac", "!", "{", "}", "time"}
)
"""Reserved words that a command may follow."""
_HEADS = frozenset({"for", "select", "case", "function"})
"""Reserved words after which names stand, not a command."""


class Command(msgspec.Struct, frozen=True):
    """A simple command; redirections are left out."""

    words: tuple[ShellWord, ...]
    joined: str = ""
    """The operator before it: `;`, `&&`, `||`, `|`, `&`, a line feed, or nothing for the first."""
    depth: int = 0
    """How many subshells and substitutions it stands in."""
    assignments: tuple[ShellWord, ...] = ()
    """`NAME=value` before its name."""
    opened: int = 0
    """Index where the innermost of those begins; it tells two of the same depth apart."""

    @property
    def name(self) -> str:
        """What is run; empty for assignments alone."""
        return self.words[0].text if self.words else ""

    @property
    def start(self) -> int:
        """Index of its first character in the script."""
        return min(word.start for word in (*self.assignments, *self.words))


def commands(script: str, limits: Limits = DEFAULT_LIMITS) -> list[Command]:
    """Every simple command of a script, those of subshells and substitutions too, in the order of their beginnings."""
    reader = _Reader(script, limits)
    reader.read("", 0)
    return sorted(reader.found, key=lambda command: command.start)


class _Reader(WordReader):
    """Reads a script from left to right."""

    def __init__(self, script: str, limits: Limits) -> None:
        super().__init__(script, limits)
        self.found: list[Command] = []
        self._heredocs: list[tuple[str, bool]] = []
        self._opened = 0

    def read(self, stop: str, depth: int) -> None:
        """Commands up to the character `stop`, which is consumed; all of them for ''."""
        words: list[ShellWord] = []
        joined = ""
        outer = self._stop, self._opened
        self._stop, self._opened = stop, self._at
        while True:
            self._skip(_BLANK)
            character = self._script[self._at : self._at + 1]
            if character in (stop, ""):
                self._end(words, joined, depth)
                self._at += 1
                self._stop, self._opened = outer
                return
            is_test = bool(words) and words[0].text == "[[" and words[-1].text != "]]"
            operator = None if is_test else OPERATOR.match(self._script, self._at)
            if character == "#":
                self._skip(_COMMENT_IN_BACKTICKS if stop == "`" else _COMMENT)
            elif operator:
                joined = self._end(words, joined, depth, operator[0])
                self._at = operator.end()
                self._bodies(operator[0])
                if operator[0] in _NEXT_PATTERN:
                    self._pattern(depth)
            elif is_test or not self._grouped(words, character, depth):
                self._argument(words, depth)
                if len(words) == 3 and words[0].text == "case" and words[2].text == "in":
                    words.clear()
                    self._pattern(depth)

    def _grouped(self, words: list[ShellWord], character: str, depth: int) -> bool:
        """A subshell or a redirection; False for anything else."""
        if character == "(":
            self._at += 1
            words.clear()  # the name of a function, if anything
            if not self._nested(")", depth):
                words.append(ShellWord("(", self._at, self._at, is_literal=False, is_read=False))
        elif character == ")":
            self._at += 1
            words.clear()  # it closes nothing
        elif _REDIRECTION.match(self._script, self._at):
            self._redirection(depth)
        else:
            return False
        return True

    def _pattern(self, depth: int) -> None:
        """Passes over the pattern of `case` that stands before its commands, or over `esac`."""
        while self._at < len(self._script):
            self._skip(_PATTERN_GAP)
            if self._script.startswith(")", self._at):
                self._at += 1
                return
            if self._word(depth).text == "esac":
                return

    def _argument(self, words: list[ShellWord], depth: int) -> None:
        word = self._word(depth)
        following = self._script[self._at : self._at + 1]
        is_reserved = not words and word.text == self._script[word.start : word.end] and word.text in _LEADING
        if is_reserved or (word.text.isdecimal() and following and following in "<>"):
            return  # also the number of a redirected file descriptor
        words.append(word)

    def _end(self, words: list[ShellWord], joined: str, depth: int, operator: str = "") -> str:
        """Ends a command; what joins the next one to it."""
        named = 0
        while named < len(words) and _ASSIGNMENT.match(words[named].text):
            named += 1
        is_head = named < len(words) and words[named].text in _HEADS and words[named].is_literal
        if words and not is_head:
            self.found.append(Command(tuple(words[named:]), joined, depth, tuple(words[:named]), self._opened))
        has_ended = bool(words) or operator != "\n" or (not joined and bool(self.found))
        words.clear()
        return operator if has_ended else joined

    def _redirection(self, depth: int) -> None:
        operator = _REDIRECTION.match(self._script, self._at)
        assert operator is not None  # the caller has seen it
        self._at = operator.end()
        self._skip(_BLANK)
        target = self._word(depth)
        if operator[0] in ("<<", "<<-"):
            self._heredocs.append((target.text, operator[0] == "<<-"))

    def _bodies(self, operator: str) -> None:
        """Passes over the here-documents that begin at a line end."""
        if operator != "\n":
            return
        for name, is_chomped in self._heredocs:
            while self._at < len(self._script):
                end = self._script.find("\n", self._at)
                end = len(self._script) if end < 0 else end
                line = self._script[self._at : end]
                self._at = end + 1
                if (line.lstrip("\t") if is_chomped else line) == name:
                    break
        self._heredocs.clear()
