"""Parser directives: `# syntax=`, `# escape=`, `# check=`, before anything else of the file.

Dockerfile reference, section "Parser directives"; BuildKit, `frontend/dockerfile/parser/directives.go`: the first line
that is none ends them, other comments and empty lines included, and none may be repeated.
"""

from __future__ import annotations

import re

import msgspec

from basewise.dockerfile.characters import SPACES

DEFAULT_ESCAPE = "\\"
_ESCAPES = ("\\", "`")
_KNOWN = frozenset({"syntax", "escape", "check"})
_FORM = re.compile(r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*([^\n]+)")


class Directive(msgspec.Struct, frozen=True):
    """One of them."""

    name: str
    """Lower case."""
    value: str
    line: int
    """From 1."""


class Directives:
    """Reads line after line until one is no directive."""

    def __init__(self) -> None:
        self.found: list[Directive] = []
        self.escape = DEFAULT_ESCAPE
        self.is_done = False

    def read(self, line: str, number: int) -> tuple[str, str] | None:
        """Takes one line, without blanks and line end around it.

        Returns:
            What is wrong with it, rule and reason; None when nothing is.
        """
        form = _FORM.match(line[1:].lstrip(SPACES)) if line.startswith("#") else None
        name = form[1].lower() if form else ""
        value = form[2].rstrip("\t\f\r ") if form else ""
        if name not in _KNOWN or not value:
            self.is_done = True
            return None
        repeated = any(directive.name == name for directive in self.found)
        self.found.append(Directive(name, value, number))
        if repeated:
            return "directive-repeated", f"only one {name} parser directive can be used"
        if name == "escape" and value not in _ESCAPES:
            return "directive-escape", "the escape character is neither a backslash nor a backtick"
        if name == "escape":
            self.escape = value
        return None
