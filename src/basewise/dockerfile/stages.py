"""Build stages: what each begins from, and the arguments and variables in it.

Dockerfile reference, sections "FROM", "ARG" and "Understand how ARG and FROM interact"; BuildKit,
`frontend/dockerfile/dockerfile2llb/convert.go`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial

from basewise.dockerfile.arguments import NO_VARIABLES, default, global_arguments
from basewise.dockerfile.expansion import Expansion, Value, expansion
from basewise.dockerfile.instruction import Instruction
from basewise.dockerfile.scope import Environment, Scope
from basewise.dockerfile.tokens import Span
from basewise.model.limits import Limits

EXPANDED = frozenset(
    {"ADD", "ARG", "COPY", "ENV", "EXPOSE", "FROM", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
)
"""Instructions whose words BuildKit expands: `SupportsSingleWordExpansion` in `instructions/commands.go`; ARG, EXPOSE
and FROM by themselves. Commands are expanded by their shell, in the container."""


class Build:
    """What all stages of a build share."""

    def __init__(
        self, instructions: Sequence[Instruction], escape: str, given: Mapping[str, str], platform: str, limits: Limits
    ) -> None:
        self.escape = escape
        self.limits = limits
        self.given = given
        first = next((at for at, found in enumerate(instructions) if found.keyword == "FROM"), len(instructions))
        last = next((found for found in reversed(instructions) if found.keyword == "FROM"), None)
        target = stage_name(last) if last else ""
        self.arguments = global_arguments(instructions[:first], escape, given, (platform, target), limits)


class Stage:
    """One build stage."""

    def __init__(self, build: Build, number: int, lines: Sequence[Instruction], named: Mapping[str, Stage]) -> None:
        self._build = build
        self.number = number
        """From 0."""
        self.from_ = from_ = lines[0]
        """The instruction that begins it."""
        self.instructions = tuple(lines[1:])
        """What follows FROM, up to the next one."""
        self.name = stage_name(from_)
        """Lower case; empty when it has none."""
        self.span = Span(from_.span.start, lines[-1].span.end)
        """Its lines."""
        self.base = self._base()
        """What it begins from."""
        self.below = named.get(self.base.text)
        """The stage that it continues; None when it begins from an image."""

    @property
    def platform(self) -> str:
        """The expanded `--platform` of its FROM; empty when it has none."""
        written = next((flag.value or "" for flag in self.from_.flags if flag.name == "platform"), "")
        return self._expanded(written).text

    def environment_at(self, instruction: Instruction) -> Environment:
        """ENV and ARG as they are before an instruction of this stage.

        Raises:
            ValueError: the instruction is of another stage.
        """
        return Environment(self.scope, self._place(instruction))

    def expanded(self, text: str, instruction: Instruction) -> Expansion:
        """Text of an instruction, a word or the value of a flag, as BuildKit expands it there.

        Raises:
            ValueError: the instruction is of another stage.
        """
        if instruction is self.from_:
            return self._expanded(text)
        place = self._place(instruction)
        if instruction.keyword not in EXPANDED:
            return Expansion(text, text)
        return self._in(self.scope, place, text)

    @cached_property
    def scope(self) -> Scope:
        """Names and values, from the first instruction to the last."""
        unread: list[Stage] = []
        below = self.below
        while below is not None and "scope" not in vars(below):
            unread.append(below)
            below = below.below
        scopes = [stage.scope for stage in reversed(unread)]  # the lowest first: a chain of a thousand is no recursion
        scope = Scope(self.below.scope if self.below else None)
        assert not scopes or scope.below is scopes[-1]
        for place, instruction in enumerate(self.instructions):
            if instruction.keyword == "ENV":
                self._set_environment(scope, place, instruction)
            elif instruction.keyword == "ARG":
                self._declare(scope, place, instruction)
        return scope

    def _set_environment(self, scope: Scope, place: int, instruction: Instruction) -> None:
        """All names and values of one ENV are expanded before the first is set."""
        found = []
        for pair in instruction.pairs:
            name = self._in(scope, place, pair.name.text)
            value = self._in(scope, place, pair.value.text if pair.value else "")
            found.append((name.text, Value(value.text, value.unknown, value.from_defaults, value.problem)))
        for text, result in found:
            scope.set(place, text, result)
            scope.environment[text] = result

    def _declare(self, scope: Scope, place: int, instruction: Instruction) -> None:
        """Each argument of one ARG may use the ones before it; without default it takes the global value."""
        for pair in instruction.pairs:
            name = pair.name.text
            if name in NO_VARIABLES:
                continue
            if name not in self._build.given and pair.value is None:
                inherited = self._build.arguments.get(name)
                value = inherited or Value(None, from_defaults=True)
                if value.text is None and scope.find(name, place + 1):
                    continue
            else:
                value = default(pair, self._build.given, partial(self._in, scope, place + 1))
            scope.set(place, name, value)

    def _base(self) -> Expansion:
        written = self.from_.words[0].text if self.from_.words else ""
        found = self._expanded(written)
        if found.text or found.problem:
            return found
        return Expansion("", written, found.arguments, found.from_defaults, found.unknown, "the base name is blank")

    def _expanded(self, text: str) -> Expansion:
        return expansion(text, self._build.escape, self._build.arguments.get, self._build.limits)

    def _in(self, scope: Scope, place: int, text: str) -> Expansion:
        return expansion(text, self._build.escape, lambda name: scope.find(name, place), self._build.limits)

    @cached_property
    def _places(self) -> dict[Instruction, int]:
        return {instruction: place for place, instruction in enumerate(self.instructions)}

    def _place(self, instruction: Instruction) -> int:
        if instruction not in self._places:
            raise ValueError(f"line {instruction.span.start} is not in stage {self.number}")
        return self._places[instruction]


def stage_name(from_: Instruction) -> str:
    """The name that a FROM gives its stage, lower case; empty when it gives none."""
    words = [text for _, _, text in from_.arguments.words]
    return words[2].lower() if len(words) > 2 and words[1].upper() == "AS" else ""


def stages(
    instructions: Sequence[Instruction], escape: str, given: Mapping[str, str], platform: str, limits: Limits
) -> tuple[Stage, ...]:
    """The stages in order; a name stands for a stage from the next FROM on, the last of several of that name."""
    starts = [at for at, found in enumerate(instructions) if found.keyword == "FROM"]
    build = Build(instructions, escape, given, platform, limits)
    found: list[Stage] = []
    named: dict[str, Stage] = {}
    for number, start in enumerate(starts[: limits.dockerfile_stages]):
        end = starts[number + 1] if number + 1 < len(starts) else len(instructions)
        stage = Stage(build, number, instructions[start:end], named)
        found.append(stage)
        if stage.name:
            named[stage.name] = stage
    return tuple(found)
