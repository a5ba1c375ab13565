"""Images that Dockerfiles build on: their FROM lines, stage references followed to the image beneath."""

from __future__ import annotations

from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.references import LONGEST_SHOWN, read_reference
from basewise.dockerfile import Dockerfile, Stage, parse
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
_SHOWN_PROBLEMS = 5
_OF_FRAGMENTS = frozenset({"before-from", "no-instructions", "no-stage"})
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
        dockerfile = parse(text, limits)
        if not dockerfile.stages:
            return _not_assessed("; ".join(["no FROM line: a fragment, or no Dockerfile", *_problems(dockerfile)]))
        problems = "; ".join(_problems(dockerfile))
        return Discovered(usages=_usages(dockerfile, path), status=Status("partial", problems) if problems else OK)


def _problems(dockerfile: Dockerfile) -> list[str]:
    """What a build would refuse, the first few of it; that nothing is built at all is said otherwise."""
    found = [problem for problem in dockerfile.problems if dockerfile.stages or problem.rule not in _OF_FRAGMENTS]
    more = [f"and {len(found) - _SHOWN_PROBLEMS} more"] if len(found) > _SHOWN_PROBLEMS else []
    return [f"line {problem.line}: {problem.reason}" for problem in found[:_SHOWN_PROBLEMS]] + more


def _usages(dockerfile: Dockerfile, path: str) -> list[Usage]:
    """One usage for each stage that begins from an image."""
    base = dockerfile.target()
    while base.below is not None:
        base = base.below
    return [_usage(stage, path, final=stage is base) for stage in dockerfile.stages if stage.below is None]


def _usage(stage: Stage, path: str, *, final: bool) -> Usage:
    reference, status = _reference(stage)
    return Usage(
        reference=reference,
        kind="dockerfile",
        file=path,
        line=stage.from_.span.start,
        build_stage=stage.name or str(stage.number),
        final=final,
        confidence=_DEFAULTED if stage.base.from_defaults else _FIXED,
        status=status,
    )


def _reference(stage: Stage) -> tuple[str, Status]:
    """The image that a stage begins from; as it is written where the file does not tell."""
    base = stage.base
    rest = stage.from_.line.partition(" ")[2].strip()
    written = rest if "{{" in rest else base.written
    if "{{" in written:
        return read_reference(written)
    shown = written[:LONGEST_SHOWN]
    if base.problem or base.unknown:
        missing = ", ".join(f"{name[:LONGEST_SHOWN]} has no value" for name in base.unknown[:_SHOWN_PROBLEMS])
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
