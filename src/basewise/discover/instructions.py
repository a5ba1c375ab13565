"""The instructions of a Dockerfile as BuildKit cuts them: comments, continuation lines, heredocs.

Follows the Dockerfile reference, sections "Format", "Parser directives", "Escape" and "Here-Documents". Small on
purpose and private to `discover`: it reads what names an image and keeps nothing else of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_DIRECTIVE = re.compile(r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+)")
_HEREDOC_WORD = re.compile(r"[0-9]*<<(-?)([^<]+)")
_QUOTING = re.compile(r"""["'\\]""")
_SHOWN = 80  # characters of a name in a message
_TAKES_HEREDOC = {"RUN", "COPY", "ADD"}
DEFAULT_ESCAPE = "\\"


class Instruction(msgspec.Struct, frozen=True):
    """One instruction, its lines joined."""

    keyword: str
    """Upper case."""
    rest: str
    line: int
    """Where it begins, from 1."""
    escape: str = DEFAULT_ESCAPE
    problem: str = ""
    """What is wrong with it, when the file ends inside it."""


def instructions(text: str) -> Iterator[Instruction]:
    """The instructions of a Dockerfile, in order; comments, empty lines and heredoc bodies are none."""
    lines = text.split("\n")
    escape = _escape(lines)
    continuation = re.compile(rf"(?:^|[^{re.escape(escape)}]){re.escape(escape)}[ \t]*$")
    position = 0
    while position < len(lines):
        start = position
        if _is_skipped(lines[start]):
            position += 1
            continue
        joined: list[str] = []
        while position < len(lines):
            line = lines[position].rstrip("\r")
            position += 1
            if joined and _is_skipped(line):
                continue  # BuildKit still allows comments and, with a warning, empty lines inside an instruction
            if not continuation.search(line):
                joined.append(line)
                break
            joined.append(line.rstrip(" \t")[:-1])
        keyword, _, rest = "".join(joined).strip().partition(" ")
        keyword, rest = _tabbed(keyword, rest)
        position, problem = _skip_heredocs(lines, position, keyword, rest)
        yield Instruction(keyword.upper(), rest.strip(), start + 1, escape, problem)


def words(text: str, escape: str = DEFAULT_ESCAPE) -> list[str]:
    """Cuts at blanks outside quotes, as a shell would; quotes and escapes stay as written."""
    found: list[str] = []
    word: list[str] = []
    quote = ""
    escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif character == escape and quote != "'":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in " \t":
            if word:
                found.append("".join(word))
                word = []
            continue
        word.append(character)
    if word:
        found.append("".join(word))
    return found


def _escape(lines: list[str]) -> str:
    """The escape character; directives stand before anything else, other comments included."""
    for line in lines:
        directive = _DIRECTIVE.match(line.strip())
        if not directive:
            break
        if directive[1].lower() == "escape" and directive[2] in {"\\", "`"}:
            return directive[2]
    return DEFAULT_ESCAPE


def _is_skipped(line: str) -> bool:
    stripped = line.strip()
    return not stripped or stripped.startswith("#")


def _tabbed(keyword: str, rest: str) -> tuple[str, str]:
    """Cuts at a tab that stands before the first blank."""
    head, tab, tail = keyword.partition("\t")
    return (head, f"{tail} {rest}") if tab else (keyword, rest)


def _skip_heredocs(lines: list[str], position: int, keyword: str, rest: str) -> tuple[int, str]:
    """The line after the bodies of the heredocs that an instruction opens, and what is wrong with them."""
    keyword = keyword.upper()
    if keyword == "ONBUILD":
        keyword = rest.split(maxsplit=1)[0].upper() if rest.split() else ""
    if keyword not in _TAKES_HEREDOC or "<<" not in rest:
        return position, ""
    for word in words(rest):
        opened = _HEREDOC_WORD.fullmatch(word)
        if not opened:
            continue
        name = _QUOTING.sub("", opened[2])
        while position < len(lines):
            line = lines[position].rstrip("\r")
            position += 1
            if (line.lstrip("\t") if opened[1] else line) == name:
                break
        else:
            return position, f"the heredoc {name[:_SHOWN]} has no end"
    return position, ""
