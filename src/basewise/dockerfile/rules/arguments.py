"""How many arguments an instruction takes, and of what form: BuildKit, `frontend/dockerfile/instructions/parse.go`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from basewise.dockerfile.characters import SPACES
from basewise.dockerfile.instruction import Instruction
from basewise.dockerfile.rules.broken import Broken

_STAGE_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
_NO_TRIGGER = frozenset({"MAINTAINER", "FROM"})
_SHOWN = 80

Rule = Callable[[Instruction], Iterator[Broken]]


def _any(instruction: Instruction) -> Iterator[Broken]:  # noqa: ARG001 -- of one shape with the others
    yield from ()


def _at_least_one(instruction: Instruction) -> Iterator[Broken]:
    if not instruction.arguments.words:
        yield Broken("no-argument", f"{instruction.keyword} requires at least one argument")


def _exactly_one(instruction: Instruction) -> Iterator[Broken]:
    if not instruction.arguments.words:
        yield Broken("no-argument", f"{instruction.keyword} requires exactly one argument")


def _named(instruction: Instruction) -> Iterator[Broken]:
    """`parseKvps`, `parseArg`."""
    yield from _at_least_one(instruction)
    for pair in instruction.pairs:
        if not pair.name.text and pair.value is not None:
            yield Broken("blank-name", f"{instruction.keyword} names can not be blank", pair.name.token)


def _copied(instruction: Instruction) -> Iterator[Broken]:
    """`parseAdd`, `parseCopy`, `parseSourcesAndDest`."""
    words = instruction.arguments.words
    if len(words) < 2:
        yield Broken("no-destination", f"{instruction.keyword} requires at least two arguments")
    elif instruction.opens(instruction.words[-1]):
        reason = f"{instruction.keyword} cannot accept a heredoc as a destination"
        yield Broken("heredoc-destination", reason, instruction.words[-1].token)


def _from(instruction: Instruction) -> Iterator[Broken]:
    """`parseBuildStageName`."""
    texts = [text for _, _, text in instruction.arguments.words]
    if len(texts) == 3 and texts[1].upper() == "AS":
        if not _STAGE_NAME.fullmatch(texts[2].lower()):
            reason = f"invalid name for build stage: '{texts[2][:_SHOWN]}'"
            yield Broken("stage-name", reason, instruction.words[2].token)
    elif len(texts) != 1:
        yield Broken("from-arguments", "FROM requires either one or three arguments")


def _health(instruction: Instruction) -> Iterator[Broken]:
    """`parseHealthcheck`."""
    yield from _at_least_one(instruction)
    texts = [text for _, _, text in instruction.arguments.words]
    kind = texts[0].upper() if texts else "CMD"
    if kind == "NONE" and len(texts) > 1:
        yield Broken("healthcheck-none", "HEALTHCHECK NONE takes no arguments")
    elif kind == "CMD" and len(texts) == 1:
        yield Broken("healthcheck-command", "missing command after HEALTHCHECK CMD")
    elif kind not in ("CMD", "NONE"):
        yield Broken("healthcheck-type", f"unknown type '{texts[0][:_SHOWN]}' in HEALTHCHECK (try CMD)")


def _onbuild(instruction: Instruction) -> Iterator[Broken]:
    """`parseOnBuild`."""
    if instruction.inner is None:
        yield Broken("no-argument", "ONBUILD requires at least one argument")
        return
    trigger = instruction.inner.keyword
    if trigger == "ONBUILD":
        yield Broken("onbuild-onbuild", "ONBUILD cannot hold an ONBUILD", instruction.inner.keyword_token)
    elif trigger in _NO_TRIGGER:
        yield Broken("onbuild-trigger", f"{trigger} isn't allowed in ONBUILD", instruction.inner.keyword_token)


def _shell(instruction: Instruction) -> Iterator[Broken]:
    """`parseShell`."""
    yield from _at_least_one(instruction)
    if instruction.arguments.words and not instruction.arguments.is_json:
        yield Broken("shell-not-json", "SHELL requires the arguments to be in JSON form", instruction.words[0].token)


def _volume(instruction: Instruction) -> Iterator[Broken]:
    """`parseVolume`."""
    yield from _at_least_one(instruction)
    for at, (_, _, text) in enumerate(instruction.arguments.words):
        if not text.strip(SPACES):
            yield Broken("volume-empty", "VOLUME can not be an empty string", instruction.words[at].token)


BY_KEYWORD: dict[str, Rule] = {
    "ADD": _copied,
    "ARG": _named,
    "CMD": _any,
    "COPY": _copied,
    "ENTRYPOINT": _any,
    "ENV": _named,
    "EXPOSE": _at_least_one,
    "FROM": _from,
    "HEALTHCHECK": _health,
    "LABEL": _named,
    "MAINTAINER": _exactly_one,
    "ONBUILD": _onbuild,
    "RUN": _any,
    "SHELL": _shell,
    "STOPSIGNAL": _exactly_one,
    "USER": _exactly_one,
    "VOLUME": _volume,
    "WORKDIR": _exactly_one,
}
