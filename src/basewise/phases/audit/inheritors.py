"""Who inherits which base: workloads where manifests were read, final stages of Dockerfiles where none were."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from basewise.catalogue.registries import origin_of
from basewise.model.errors import InvalidReference
from basewise.model.facts import Facts
from basewise.model.inventory import SCRATCH, InheritorKind, Inheritors, Role
from basewise.model.reference import Reference
from basewise.model.workload import Usage, UsageRole

CONFIDENCE: dict[InheritorKind, float] = {"workloads in manifests": 0.8, "Dockerfiles": 0.5, "none": 1.0}
"""A manifest may not be deployed; a Dockerfile may be built by nobody."""


class Inheritor(msgspec.Struct, frozen=True):
    """One workload, or one FROM line of a final stage, and the contents it would run."""

    name: str
    contents: tuple[str, ...]
    """Keys of the contents that decide whether it carries a package: images' or, for FROM lines, the base's digest."""


class Inheritance(msgspec.Struct, frozen=True):
    """Every base id with those who inherit it directly. All are of one kind: the strongest that the run read."""

    kind: InheritorKind
    by_base: dict[str, list[Inheritor]]
    final: frozenset[str]
    """Base ids that begin a final stage of a Dockerfile."""
    roles: dict[str, Role]
    """Base ids that production does not run, with what they are for: builder stages, jobs of CI, development."""

    def of(self, base: str) -> list[Inheritor]:
        """Those who inherit a base directly."""
        return self.by_base.get(base, [])

    def summary(self, base: str) -> Inheritors:
        """The count with its kind and confidence."""
        found = self.of(base)
        kind: InheritorKind = self.kind if found else "none"
        return Inheritors(
            count=len(found), kind=kind, confidence=CONFIDENCE[kind], names=[inheritor.name for inheritor in found]
        )


def inheritance(facts: Facts) -> Inheritance:
    """Reads workloads and FROM lines into one table.

    A Dockerfile and the workload that runs its image are the same service: as soon as a run has workloads, they alone
    are counted.
    """
    workloads = _workloads(facts)
    final: dict[str, list[Inheritor]] = {}
    others: dict[str, set[UsageRole]] = {}
    for usage in facts.usages:
        base = _named_base(usage)
        if not base:
            continue
        if not usage.final:
            others.setdefault(base, set()).add("build" if usage.is_built_upon else usage.role)
            continue
        digest = facts.resolved.get(usage.reference, "")
        final.setdefault(base, []).append(Inheritor(f"{usage.file}:{usage.line}", (digest,) if digest else ()))
    return Inheritance(
        kind="workloads in manifests" if facts.workloads else "Dockerfiles",
        by_base=workloads if facts.workloads else final,
        final=frozenset(final),
        roles={base: _role(roles) for base, roles in others.items() if base not in final and base not in workloads},
    )


def _role(roles: Collection[UsageRole]) -> Role:
    """The one that comes nearest to production."""
    return next(role for role in ("build", "ci", "dev", "runtime") if role in roles)


def _workloads(facts: Facts) -> dict[str, list[Inheritor]]:
    """Base id to its workloads, each with the digests of those of its images that stand on that base."""
    found: dict[str, dict[str, set[str]]] = {}
    for workload in facts.workloads:
        for container in workload.containers:
            digest = facts.resolved.get(container.reference)
            if digest is not None:
                base = facts.identified[digest].base
                name = Reference.parse(container.reference).line if base.method == "self" else base.id
                found.setdefault(name, {}).setdefault(workload.id, set()).add(digest)
            elif name := _published(container.reference, facts.own):
                found.setdefault(name, {}).setdefault(workload.id, set())
    return {
        base: [Inheritor(name, tuple(sorted(contents))) for name, contents in sorted(workloads.items())]
        for base, workloads in found.items()
    }


def _named_base(usage: Usage) -> str:
    """The base line that a place names as one: a FROM line, a job of CI, a development container; '' for all others."""
    is_base = usage.is_built_upon or usage.final or usage.role in {"ci", "dev"}
    if not is_base or not usage.status.is_ok or usage.reference == SCRATCH:
        return ""
    try:
        return Reference.parse(usage.reference).line
    except InvalidReference:
        return ""


def _published(reference: str, own: Sequence[str]) -> str:
    """The base line of an image that could not be had, when its name says that a publisher made it; else ''."""
    try:
        parsed = Reference.parse(reference)
    except InvalidReference:
        return ""
    return parsed.line if origin_of(parsed, own) != "internal" else ""
