"""What BuildKit refuses: its parser's rules, then those of its instruction stage.

BuildKit, `frontend/dockerfile/parser` and `frontend/dockerfile/instructions/parse.go`. BuildKit ends at the first; here
every instruction has its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from basewise.dockerfile.instruction import Instruction
from basewise.dockerfile.rules.arguments import BY_KEYWORD
from basewise.dockerfile.rules.broken import Broken
from basewise.dockerfile.rules.flags import broken_flags
from basewise.dockerfile.tokens import Problem
from basewise.model.limits import Limits


def problems_of(instructions: Sequence[Instruction], limits: Limits) -> Iterator[Problem]:
    """What is wrong with the instructions, each with its place."""
    stages = 0
    is_outside = False
    for instruction in instructions:
        for broken in _broken(instruction):
            yield _problem(instruction, broken)
        if instruction.keyword == "FROM":
            stages += 1
            if stages == limits.dockerfile_stages + 1:
                reason = f"there are more than dockerfile_stages = {limits.dockerfile_stages}"
                yield _problem(instruction, Broken("too-many-stages", reason))
        elif not stages and instruction.keyword != "ARG" and instruction.is_known:
            is_outside = True
            yield _problem(instruction, Broken("before-from", f"{instruction.keyword} stands before the first FROM"))
    if not instructions:
        yield Problem(1, 1, "file with no instructions", "no-instructions")
    elif not stages and not is_outside:
        yield Problem(instructions[-1].span.end, 1, "the file contains no stage to build", "no-stage")


def _broken(instruction: Instruction) -> Iterator[Broken]:
    innermost = instruction  # the parser reads an ONBUILD in an ONBUILD, which is refused later
    while innermost.inner is not None:
        innermost = innermost.inner
    syntax = innermost.arguments.problem
    if not instruction.is_known:
        yield Broken("unknown-instruction", f"unknown instruction: {instruction.written[:80]}")
        return
    if syntax:
        yield Broken(syntax[0], syntax[1], place=syntax[2])
        return
    yield from broken_flags(instruction)
    yield from BY_KEYWORD[instruction.keyword](instruction)


def _problem(instruction: Instruction, broken: Broken) -> Problem:
    if broken.place is not None:
        _, _, line, column = instruction.source_place(broken.place, broken.place)
    else:
        token = broken.token or instruction.keyword_token
        line, column = token.line, token.column
    return Problem(line, column, broken.reason, broken.rule)
