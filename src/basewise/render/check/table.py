"""Findings for people: where, which rule, what, and what to write instead.

Lays out by itself: the table library would cost a hook more than the check does.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from basewise.model.check import Check, CheckFinding
from basewise.render import gaps
from basewise.render.check.words import counted, exception_remarks, place
from basewise.render.interface import Page, Renderer
from basewise.render.printable import printable
from basewise.render.words import plural

_RESET = "\x1b[0m"
_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[33m", "place": "\x1b[1m", "remedy": "\x1b[2m", "good": "\x1b[32m"}
_INDENT = "    "
_NARROWEST = 40  # columns


class CheckTable(Renderer[Check]):
    """Text: a line for each finding that editors can jump from, its remedy below; coloured where the page is."""

    def render(self, document: Check, page: Page) -> bytes:
        return ("\n".join(_lines(document, page)) + "\n").encode("utf-8", "replace")


def _lines(document: Check, page: Page) -> Iterator[str]:
    found = counted(document)
    for finding in found:
        yield from _finding(finding, page)
    if not found:
        usages, files = plural(document.counts.usages, "image"), plural(document.counts.files, "file")
        yield _painted(f"no findings: {usages} named in {files}", "good", page)
    for title, sentences in _sections(document):
        yield from ("", _painted(title, "place", page))
        for sentence in sentences:
            yield from _wrapped(sentence, page)


def _finding(finding: CheckFinding, page: Page) -> Iterator[str]:
    # A line that begins with two colons would be a command to the runner of GitHub Actions.
    where = printable(place(finding))
    where = f"./{where}" if where.lstrip().startswith(":") else where
    level = _painted(finding.level, finding.level, page)
    yield f"{_painted(where, 'place', page)}: {level}: {finding.rule}: {printable(finding.message)}"
    for line in _wrapped(finding.remedy, page):
        yield _painted(line, "remedy", page)


def _sections(document: Check) -> Iterator[tuple[str, list[str]]]:
    if remarks := list(exception_remarks(document)):
        yield "Exceptions to look at", remarks
    if document.baseline is not None and document.baseline.gone:
        gone = document.baseline.gone
        shown = [f"{entry.file}: {entry.rule}: {entry.subject}".rstrip(": ") for entry in gone[: gaps.FIRST]]
        more = [f"and {len(gone) - gaps.FIRST} more"] if len(gone) > gaps.FIRST else []
        yield f"Known findings that are gone: {len(gone)}", [*shown, *more]
    if document.not_assessed:
        yield gaps.title(document.not_assessed), gaps.sentences(document.not_assessed)


def _wrapped(text: str, page: Page) -> list[str]:
    """Lines below what they belong to; a word that is longer than the page stays whole, so that it can be copied."""
    return textwrap.wrap(
        printable(text),
        max(page.width, _NARROWEST),
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _painted(text: str, style: str, page: Page) -> str:
    return f"{_COLOURS[style]}{text}{_RESET}" if page.colour else text
