"""Images that Dockerfiles build on: their FROM lines, stage references followed to the image beneath.

Follows the Dockerfile reference, sections "FROM" and "Understand how ARG and FROM interact".
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from basewise.discover.instructions import Instruction, instructions, words
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.references import as_shown, read_reference
from basewise.discover.substitution import UnknownArgument, substitute
from basewise.model.evidence import OK, Status
from basewise.model.limits import Limits
from basewise.model.workload import Usage, UsageKind

SCRATCH = "scratch"
_NAMES = ("Dockerfile", "Containerfile")
_TEMPLATES = (".j2", ".jinja", ".jinja2", ".erb", ".tmpl", ".tpl", ".template", ".mustache", ".in")
_NO_DOCKERFILES = (
    *(".dockerignore", ".md", ".txt", ".rst", ".html", ".sh", ".py", ".go", ".js", ".ts", ".rb"),
    *(".json", ".yaml", ".yml", ".toml", ".lock", ".orig", ".rej", ".bak", ".swp"),
)
_PLATFORM_ARGUMENTS: dict[str, str | None] = {
    "BUILDPLATFORM": "linux/amd64",
    "BUILDOS": "linux",
    "BUILDARCH": "amd64",
    "BUILDVARIANT": "",
    "TARGETPLATFORM": "linux/amd64",
    "TARGETOS": "linux",
    "TARGETARCH": "amd64",
    "TARGETVARIANT": "",
}
"""Arguments that BuildKit sets by itself, for the platform that images are audited for."""
_FIXED, _DEFAULTED = 1.0, 0.9
"""Confidence of a name as written, and of one that a build argument may change."""


class DockerfileSource(UsageSource):
    """Dockerfiles and Containerfiles under their usual names; templates of them are not assessed."""

    kind: UsageKind = "dockerfile"

    def claims(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        if name.lower().endswith(_NO_DOCKERFILES) or name.endswith("~"):
            return False
        plain = _without_template(name)
        return any(
            plain == kind or plain.startswith((f"{kind}.", f"{kind}-", f"{kind}_")) or plain.endswith(suffixes)
            for kind in _NAMES
            for suffixes in [(f".{kind}", f".{kind.lower()}")]
        )

    def read(self, path: str, data: bytes, limits: Limits) -> Discovered:
        """The images of one file's FROM lines, each with its stage; `final` where the last stage stands on it."""
        name = path.rpartition("/")[2]
        if _without_template(name) != name:
            return _not_assessed(f"a template ({name.rpartition('.')[2]}); render it and audit the result")
        if len(data) > limits.dockerfile_bytes:
            return _not_assessed(f"larger than dockerfile_bytes = {limits.dockerfile_bytes}")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return _not_assessed("not text in UTF-8")
        stages, problems = _stages(instructions(text), limits)
        if not stages:
            return _not_assessed("; ".join(problems) or "no FROM line: a fragment, or no Dockerfile")
        status = Status("partial", "; ".join(problems)) if problems else OK
        return Discovered(usages=_usages(stages, path), status=status)


class _Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One build stage."""

    number: int
    name: str
    line: int
    below: int | None = None
    """Number of the stage that it continues; None when it begins from an image."""
    reference: str = ""
    confidence: float = _FIXED
    status: Status = OK


def _stages(found: Iterable[Instruction], limits: Limits) -> tuple[list[_Stage], list[str]]:
    """The stages in order, and what could not be read."""
    arguments = _Arguments(limits.dockerfile_argument_characters)
    stages: list[_Stage] = []
    numbers: dict[str, int] = {}
    problems: list[str] = []
    for instruction in found:
        if instruction.problem:
            problems.append(f"line {instruction.line}: {instruction.problem}")
        if instruction.keyword == "ARG" and not stages:
            arguments.declare(instruction)
        if instruction.keyword != "FROM":
            continue
        stage = _stage(instruction, arguments, len(stages), numbers)
        if stage is None:
            problems.append(f"line {instruction.line}: FROM without an image")
            continue
        stages.append(stage)
        if stage.name:
            numbers[stage.name] = stage.number
    return stages, problems


class _Arguments:
    """The arguments declared before the first FROM, which are the ones that FROM lines may use."""

    def __init__(self, longest: int) -> None:
        self._values: dict[str, str | None] = dict(_PLATFORM_ARGUMENTS)
        self._longest = longest

    def declare(self, instruction: Instruction) -> None:
        """Adds those of an ARG line; a default may use the ones before it."""
        for word in words(instruction.rest, instruction.escape):
            name, equals, default = word.partition("=")
            if not equals:
                self._values.setdefault(name, None)
                continue
            try:
                self._values[name] = self.substitute(default, instruction.escape)
            except UnknownArgument:
                self._values[name] = None

    def substitute(self, text: str, escape: str) -> str:
        """The text with its arguments replaced (see `substitution.substitute`)."""
        return substitute(text, self._values, escape, self._longest)


def _stage(instruction: Instruction, arguments: _Arguments, number: int, numbers: dict[str, int]) -> _Stage | None:
    """The stage that a FROM line begins; None when the line names nothing.

    Args:
        number: its own, from 0.
        numbers: the stages before it by name, lower case.
    """
    parts = [word for word in words(instruction.rest, instruction.escape) if not word.startswith("--")]
    if not parts:
        return None
    name = parts[2].lower() if len(parts) > 2 and parts[1].upper() == "AS" else ""
    stage = _Stage(number=number, name=name, line=instruction.line)
    written = instruction.rest if "{{" in instruction.rest else parts[0]
    try:
        image = arguments.substitute(written, instruction.escape)
    except UnknownArgument as error:
        shown = as_shown(written)
        status = Status("not_assessed", f"{shown}: {error.message}")
        return msgspec.structs.replace(stage, reference=shown, status=status)
    if image.lower() in numbers:
        return msgspec.structs.replace(stage, below=numbers[image.lower()])
    if image == SCRATCH:
        return msgspec.structs.replace(stage, reference=SCRATCH)
    reference, status = read_reference(image or written)
    confidence = _DEFAULTED if "$" in written else _FIXED
    return msgspec.structs.replace(stage, reference=reference, status=status, confidence=confidence)


def _usages(stages: list[_Stage], path: str) -> list[Usage]:
    """One usage for each stage that begins from an image."""
    base = stages[-1]
    while base.below is not None:
        base = stages[base.below]
    return [
        Usage(
            reference=stage.reference,
            kind="dockerfile",
            file=path,
            line=stage.line,
            build_stage=stage.name or str(stage.number),
            final=stage is base,
            confidence=stage.confidence,
            status=stage.status,
        )
        for stage in stages
        if stage.below is None
    ]


def _without_template(name: str) -> str:
    """The file name without the ending of a template language."""
    for ending in _TEMPLATES:
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def _not_assessed(reason: str) -> Discovered:
    return Discovered(status=Status("not_assessed", reason))
