"""Images that Dockerfiles name: FROM lines, stage references followed to the image beneath, and what is copied from.

Dockerfile reference, sections "FROM", "COPY --from" and "RUN --mount". ADD takes files, URLs and git repositories, but
no image. An ONBUILD trigger runs in a Dockerfile that is not here, so a plain name in it may be a stage there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.references import as_shown, read_reference
from basewise.discover.source_file import SourceFile
from basewise.dockerfile import Dockerfile, Flag, Stage, mounts, parse
from basewise.model.evidence import OK, Status
from basewise.model.workload import Usage, UsageKind

SCRATCH = "scratch"
_NAMES = ("Dockerfile", "Containerfile")
_TEMPLATES = (".j2", ".jinja", ".jinja2", ".erb", ".tmpl", ".tpl", ".template", ".mustache", ".in")
_NO_DOCKERFILES = (
    *(".dockerignore", ".md", ".txt", ".rst", ".html", ".sh", ".py", ".go", ".js", ".ts", ".rb"),
    *(".json", ".yaml", ".yml", ".toml", ".lock", ".orig", ".rej", ".bak", ".swp"),
)
_SHOWN_PROBLEMS = 5
_OF_FRAGMENTS = frozenset({"before-from", "no-instructions", "no-stage"})
_FIXED, _DEFAULTED, _MAY_BE_A_CONTEXT = 1.0, 0.9, 0.8
"""Confidence of a name as written, of one that a build argument may change, and of one that may be a named context."""
_IMAGE_ALONE = re.compile(r"[/:@]")
"""What a reference may have, and the name of a stage or context does not."""


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

    def read(self, file: SourceFile) -> Discovered:
        """The images of one file, each with its stage; `final` where the last stage stands on it."""
        name, limits = file.name, file.limits
        if _without_template(name) != name:
            return _not_assessed(f"a template ({name.rpartition('.')[2]}); render it and audit the result")
        if len(file.data) > limits.dockerfile_bytes:
            return _not_assessed(f"larger than dockerfile_bytes = {limits.dockerfile_bytes}")
        if file.text is None:
            return _not_assessed("not text in UTF-8")
        dockerfile = parse(file.text, limits)
        if not dockerfile.stages:
            return _not_assessed("; ".join(["no FROM line: a fragment, or no Dockerfile", *_problems(dockerfile)]))
        problems = "; ".join(_problems(dockerfile))
        return Discovered(usages=_usages(dockerfile, file.path), status=Status("partial", problems) if problems else OK)


def _problems(dockerfile: Dockerfile) -> list[str]:
    """What a build would refuse, the first few of it; that nothing is built at all is said otherwise."""
    found = [problem for problem in dockerfile.problems if dockerfile.stages or problem.rule not in _OF_FRAGMENTS]
    more = [f"and {len(found) - _SHOWN_PROBLEMS} more"] if len(found) > _SHOWN_PROBLEMS else []
    return [f"line {problem.line}: {problem.reason}" for problem in found[:_SHOWN_PROBLEMS]] + more


def _usages(dockerfile: Dockerfile, path: str) -> list[Usage]:
    """Every place that names an image, in the order of the file."""
    base = dockerfile.target()
    while base.below is not None:
        base = base.below
    found: list[Usage] = []
    for stage in dockerfile.stages:
        if stage.below is None:
            found.append(_from_line(stage, path, final=stage is base))
        found += _copied(stage, dockerfile.stages, path)
    return found


def _from_line(stage: Stage, path: str, *, final: bool) -> Usage:
    reference, status = _reference(stage)
    token = stage.from_.words[0].token if stage.from_.words else None
    return Usage(
        reference=reference,
        kind="dockerfile",
        file=path,
        line=token.line if token else stage.from_.span.start,
        column=token.column if token else 0,
        role="runtime" if final else "build",
        build_stage=stage.name or str(stage.number),
        final=final,
        confidence=_DEFAULTED if stage.base.from_defaults else _FIXED,
        status=status,
    )


def _copied(stage: Stage, stages: Sequence[Stage], path: str) -> list[Usage]:
    """Images that a stage takes files from, by COPY --from and RUN --mount."""
    names = {other.name.lower() for other in stages if other.name} | {str(other.number) for other in stages}
    found: list[Usage] = []
    for instruction in stage.instructions:
        is_trigger = instruction.inner is not None
        for flag in (instruction.inner or instruction).flags:
            name = _source(flag)
            if not name or name.lower() in names or (is_trigger and not _IMAGE_ALONE.search(name)):
                continue
            if name == SCRATCH or name.isdigit():
                continue
            reference, status = read_reference(name)
            found.append(
                Usage(
                    reference=reference,
                    kind="dockerfile",
                    file=path,
                    line=flag.token.line,
                    column=flag.token.column,
                    role="build",
                    confidence=_FIXED if _IMAGE_ALONE.search(name) else _MAY_BE_A_CONTEXT,
                    status=status,
                )
            )
    return found


def _source(flag: Flag) -> str:
    """What a flag takes files from: a stage, an image, or a context that the build is given."""
    if flag.name == "from":
        return flag.value or ""
    if flag.name != "mount" or not flag.value:
        return ""
    try:
        return next((value or "" for key, value in mounts.options(flag.value) if key == "from"), "")
    except mounts.InvalidMount:
        return ""


def _reference(stage: Stage) -> tuple[str, Status]:
    """The image that a stage begins from; as it is written where the file does not tell."""
    base = stage.base
    rest = stage.from_.line.partition(" ")[2].strip()
    written = rest if "{{" in rest else base.written
    if "{{" in written:
        return read_reference(written)
    shown = as_shown(written)
    if base.problem or base.unknown:
        missing = ", ".join(f"{as_shown(name)} has no value" for name in base.unknown[:_SHOWN_PROBLEMS])
        return shown, Status("not_assessed", f"{shown}: {missing or base.problem}")
    if base.text == SCRATCH:
        return SCRATCH, OK
    return read_reference(base.text)


def _without_template(name: str) -> str:
    """The file name without the ending of a template language."""
    for ending in _TEMPLATES:
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def _not_assessed(reason: str) -> Discovered:
    return Discovered(status=Status("not_assessed", reason))
