"""Collects what one file says: its images, the builds it describes, and what could not be told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Table
from functools import cached_property
from typing import TypeVar

import msgspec

from basewise.discover.interface import Discovered
from basewise.discover.nodes import Mapping, Scalar
from basewise.discover.places import Place
from basewise.discover.references import as_shown, read_reference
from basewise.discover.resolved import Resolved
from basewise.discover.source_file import SourceFile
from basewise.model.evidence import OK, Status, worst
from basewise.model.workload import Build, Usage, UsageKind, UsageRole

_LITERAL = re.compile(r"[|][-+0-9]{0,2}[ \t]*(?:#.*)?$")
_JOINED_LINES = 200  # of a text that YAML joins, in which a word is looked for
_LONGEST_LINE = 10_000  # characters
_SHOWN_PROBLEMS = 3
_Row = TypeVar("_Row")
COMMANDED = 0.7
"""Confidence that an image which a script names is used: nothing says that the line is reached."""


class Recorder:
    """What one file said so far."""

    def __init__(self, file: SourceFile, kind: UsageKind, role: UsageRole) -> None:
        self.file = file
        self._kind = kind
        self._role = role
        self._usages: dict[tuple[int, str, str, UsageRole], Usage] = {}
        self._commanded: dict[tuple[int, str, str, UsageRole], Usage] = {}
        self._builds: dict[tuple[int, Place, str, tuple[str, ...], str], Build] = {}
        self._problems: dict[str, None] = {}
        self._beside: list[Discovered] = []
        self._combined = 0
        self._read = False
        """Whether a part of the file could be read, even if it named nothing."""

    def image(
        self,
        written: str,
        line: int,
        resolved: Resolved | None = None,
        *,
        role: UsageRole | None = None,
        workload: str = "",
        confidence: float = 1.0,
    ) -> None:
        """Adds an image that a line names; the same name in the same line counts once.

        Args:
            written: the text as it stands there.
            resolved: the text with its variables replaced, where it has any.
            workload: what runs it, which makes it final when it runs in production.
            confidence: that this is an image at all.
        """
        usage = self._usage(written, line, resolved or Resolved(written))
        usage = msgspec.structs.replace(
            usage,
            role=role or self._role,
            final=bool(workload) and (role or self._role) == "runtime",
            workload=workload,
            confidence=min(usage.confidence, confidence),
        )
        self._usages.setdefault(_key(usage), usage)

    def commanded(self, written: str, line: int) -> None:
        """Adds an image that a command runs or pulls, unless this file turns out to build it."""
        usage = msgspec.structs.replace(self._usage(written, line, Resolved(written)), confidence=COMMANDED)
        self._commanded.setdefault(_key(usage), usage)

    def embedded(self, found: Discovered, line_of: Callable[[Usage], int], line: int) -> None:
        """Adds what another reader found in a text that stands in this file.

        Args:
            found: with lines of that text.
            line_of: the line of the file for a usage.
            line: where the text begins.
        """
        for usage in found.usages:
            own = msgspec.structs.replace(usage, kind=self._kind, file=self.file.path, line=line_of(usage))
            self._usages.setdefault(_key(own), own)
        if not found.status.is_ok:
            self.problem(line, found.status.reason)

    def build(
        self,
        line: int,
        place: Place,
        *,
        target: str = "",
        arguments: Table[str, str] | None = None,
        images: Iterable[str] = (),
        service: str = "",
    ) -> None:
        """Adds a build; `images` are its tags, with their variables replaced where that can be done."""
        names = tuple(dict.fromkeys(read_reference(image)[0] for image in images if image))
        build = Build(
            kind=self._kind,
            file=self.file.path,
            line=line,
            dockerfile=place.dockerfile,
            context=place.context,
            target=target,
            arguments=dict(arguments or {}),
            images=list(names),
            service=service,
        )
        self._builds.setdefault((line, place, target, names, service), build)

    def problem(self, line: int, reason: str) -> None:
        """Notes something that could not be told."""
        self.note(f"line {line}: {reason}")

    def note(self, reason: str) -> None:
        """Notes something that could not be told, whose reason names the line."""
        self._problems.setdefault(reason)

    def roots(self) -> list[Mapping]:
        """The tables of the file, one for each document that could be read; what is wrong with the others is noted."""
        self._problems.update(dict.fromkeys(self.file.problems))
        self._read = bool(self.file.mappings)
        return self.file.mappings

    def beside(self, found: Discovered) -> None:
        """Adds what a file said that this one includes and that is not read by itself."""
        self._beside.append(found)

    def affordable(self, rows: Sequence[_Row], texts: int, line: int) -> Sequence[_Row]:
        """The combinations of a matrix for which texts are read; the first alone when the file has too many.

        Args:
            rows: at least one.
            texts: how many are read for each.
            line: of the matrix, or of what it is for.
        """
        if len(rows) == 1:
            return rows
        self._combined += len(rows) * texts
        if self._combined <= self.file.limits.matrix_values:
            return rows
        self.problem(line, f"the matrices have more than matrix_values = {self.file.limits.matrix_values} combinations")
        return rows[:1]

    def discovered(self) -> Discovered:
        """Everything, in the order of the file."""
        built = {_name(image) for build in self._builds.values() for image in build.images}
        for key, usage in self._commanded.items():
            if _name(usage.reference) not in built:
                self._usages.setdefault(key, usage)
        usages = sorted(self._usages.values(), key=lambda usage: usage.line)
        builds = list(self._builds.values())
        status = self._status(len(usages) + len(builds))
        for found in self._beside:
            usages += found.usages
            builds += found.builds
        return Discovered(usages=usages, builds=builds, status=worst([status, *(f.status for f in self._beside)]))

    def _status(self, said: int) -> Status:
        if not self._problems:
            return OK
        reasons = list(self._problems)[:_SHOWN_PROBLEMS]
        if len(self._problems) > _SHOWN_PROBLEMS:
            reasons.append(f"and {len(self._problems) - _SHOWN_PROBLEMS} more")
        return Status("partial" if said or self._read else "not_assessed", "; ".join(reasons))

    def script_line(self, script: Scalar, offset: int, word: str) -> int:
        """The line of the file in which a word of an embedded script stands.

        Args:
            script: a block (`|`), whose lines are those of the file, or a text that YAML joins (`>`, quotes).
            offset: the line of the script, from 0.
            word: what is looked for where lines were joined.
        """
        if _LITERAL.search(self._line(script.line)):
            return self.line_of(word, script.line + 1 + offset)
        for line in range(script.line, script.line + _JOINED_LINES):
            if word in self._line(line):
                return line
        return script.line

    def line_of(self, word: str, line: int) -> int:
        """The line of a word in a command that begins in a line and that backslashes continue."""
        for current in range(line, line + _JOINED_LINES):
            text = self._line(current)
            if word in text:
                return current
            if not text.endswith("\\"):
                break
        return line

    @cached_property
    def _lines(self) -> list[str]:
        return (self.file.text or "").split("\n")

    def _line(self, line: int) -> str:
        """A line of the file; '' for one that is too long to be searched again for everything that stands in it."""
        text = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        return text.rstrip("\r") if len(text) <= _LONGEST_LINE else ""

    def _usage(self, written: str, line: int, found: Resolved) -> Usage:
        shown = as_shown(written)
        reference, status = shown, Status("not_assessed", f"'{shown}': {found.problem}")
        if not found.problem:
            reference, status = read_reference(found.value)
        return Usage(
            reference=reference,
            kind=self._kind,
            file=self.file.path,
            line=line,
            column=self._column(written, line),
            role=self._role,
            confidence=found.confidence,
            status=status,
        )

    def _column(self, written: str, line: int) -> int:
        """Where the text stands in its line; 0 when it is there twice, or not as it was written."""
        text = self._line(line)
        return text.find(written) + 1 if written and text.count(written) == 1 else 0


def _name(image: str) -> str:
    """An image without tag and digest, which often hold variables where it is built."""
    head, _, tail = image.partition("@")[0].rpartition(":")
    return read_reference(head)[0] if head and "/" not in tail else image


def _key(usage: Usage) -> tuple[int, str, str, UsageRole]:
    return usage.line, usage.reference, usage.workload or usage.build_stage, usage.role
