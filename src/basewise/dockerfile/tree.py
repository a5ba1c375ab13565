"""A Dockerfile as a whole: its instructions and tokens, what is wrong with it, its stages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from basewise.dockerfile import edits, layout
from basewise.dockerfile.directives import Directive
from basewise.dockerfile.instruction import Instruction
from basewise.dockerfile.lines import Lines
from basewise.dockerfile.reading import readable
from basewise.dockerfile.rules import problems_of
from basewise.dockerfile.stages import Stage, stages
from basewise.dockerfile.tokens import Problem, Token
from basewise.model.errors import UsageError
from basewise.model.limits import DEFAULT_LIMITS, Limits

_NO_ARGUMENTS: dict[str, str] = {}
DEFAULT_PLATFORM = "linux/amd64"


class Dockerfile:
    """A parsed Dockerfile. Immutable; `str` gives back the text that was parsed."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._end, self._stopped = readable(text, limits)
        self._lines = Lines(text[: self._end], limits)
        self.instructions: tuple[Instruction, ...] = tuple(self._lines.instructions)
        """In the order of the file."""

    def __str__(self) -> str:
        return "".join([token.text for token in self.tokens])

    @property
    def escape(self) -> str:
        """The escape character: a backslash, or a backtick."""
        return self._lines.directives.escape

    @property
    def directives(self) -> tuple[Directive, ...]:
        """Its parser directives, `syntax`, `escape` and `check`."""
        return tuple(self._lines.directives.found)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Every token in order; together they are the text."""
        return layout.tokens(self._text, self._end, self.instructions, self._lines.directives.found, self.escape)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What BuildKit refuses, all of it rather than the first, and limits that were reached; by line."""
        found = [*self._lines.problems, *problems_of(self.instructions, self._limits)]
        found += [self._stopped] if self._stopped else []
        return tuple(sorted(found, key=lambda problem: (problem.line, problem.column)))

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """Its build stages, with the arguments' defaults, for linux/amd64."""
        return self.stages_with(_NO_ARGUMENTS)

    def stages_with(self, arguments: Mapping[str, str], platform: str = DEFAULT_PLATFORM) -> tuple[Stage, ...]:
        """Its build stages as a build with these arguments has them.

        Args:
            arguments: values given with `--build-arg`, by name.
            platform: what is built for, `os/architecture` or `os/architecture/variant`; what is built on is
                linux/amd64.
        """
        return stages(self.instructions, self.escape, arguments, platform, self._limits)

    def target(self, name_or_number: str | int | None = None) -> Stage:
        """The stage that is built: the last one, or the one asked for, by its name in any case or its number.

        Raises:
            UsageError: there is none.
        """
        if not self.stages:
            raise UsageError("the Dockerfile has no stage to build")
        if name_or_number is None:
            return self.stages[-1]
        wanted = str(name_or_number).lower()
        for stage in reversed(self.stages):
            if stage.name == wanted and wanted:
                return stage
        if wanted.isdecimal() and wanted.isascii() and len(wanted) < 10 and int(wanted) < len(self.stages):
            return self.stages[int(wanted)]
        raise UsageError(f"the Dockerfile has no stage '{wanted[:80]}'")

    def replaced(self, changes: Mapping[Token, str]) -> Dockerfile:
        """The Dockerfile with the text of these tokens replaced, and nothing else.

        Raises:
            InvalidEdit: a token is not of this file, or two of them overlap.
        """
        return Dockerfile(edits.replaced(self._text, changes), self._limits)


def parse(text: str, limits: Limits = DEFAULT_LIMITS) -> Dockerfile:
    """Reads a Dockerfile. What is wrong with it is in `problems`; no text is an error."""
    return Dockerfile(text, limits)
