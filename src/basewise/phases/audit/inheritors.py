"""Who inherits which base: workloads where manifests were read, final stages of Dockerfiles where not."""

from __future__ import annotations

import msgspec

from basewise.bases.identify import SCRATCH
from basewise.catalogue.registries import origin_of
from basewise.model.errors import InvalidReference
from basewise.model.facts import Facts
from basewise.model.inventory import InheritorKind, Inheritors
from basewise.model.reference import Reference
from basewise.model.workload import Usage

CONFIDENCE: dict[InheritorKind, float] = {"workloads in manifests": 0.8, "Dockerfiles": 0.5, "none": 1.0}
"""A manifest may not be deployed; a Dockerfile may be built by nobody."""


class Inheritor(msgspec.Struct, frozen=True):
    """One workload, or one FROM line of a final stage, and the contents it would run."""

    name: str
    kind: InheritorKind
    contents: tuple[str, ...]
    """Keys of the contents that decide whether it carries a package: images' or, for FROM lines, the base's digest."""


class Inheritance(msgspec.Struct, frozen=True):
    """Every base id with those who inherit it directly."""

    by_base: dict[str, list[Inheritor]]
    build_only: dict[str, list[str]]
    """Base ids that only builder stages name, with their `file:line`."""

    def of(self, base: str) -> list[Inheritor]:
        """Those who count for a base: its workloads, else its Dockerfiles; never both, they are the same services."""
        found = self.by_base.get(base, [])
        workloads = [inheritor for inheritor in found if inheritor.kind == "workloads in manifests"]
        return workloads or found

    def summary(self, base: str) -> Inheritors:
        """The count with its kind and confidence."""
        found = self.of(base)
        kind: InheritorKind = found[0].kind if found else "none"
        return Inheritors(
            count=len(found), kind=kind, confidence=CONFIDENCE[kind], names=[inheritor.name for inheritor in found]
        )


def inheritance(facts: Facts) -> Inheritance:
    """Reads workloads and FROM lines into one table."""
    by_base: dict[str, list[Inheritor]] = {}
    for base, workloads in _workloads(facts).items():
        by_base[base] = [
            Inheritor(name, "workloads in manifests", tuple(sorted(contents)))
            for name, contents in sorted(workloads.items())
        ]
    build: dict[str, list[str]] = {}
    for usage in facts.usages:
        base = _from_line(usage)
        if not base:
            continue
        if not usage.final:
            build.setdefault(base, []).append(f"{usage.file}:{usage.line}")
            continue
        digest = facts.resolved.get(usage.reference, "")
        line = Inheritor(f"{usage.file}:{usage.line}", "Dockerfiles", (digest,) if digest else ())
        by_base.setdefault(base, []).append(line)
    return Inheritance(by_base, {base: lines for base, lines in build.items() if base not in by_base})


def _workloads(facts: Facts) -> dict[str, dict[str, set[str]]]:
    """Base id, workload id, digests of the workload's images that stand on that base."""
    found: dict[str, dict[str, set[str]]] = {}
    for workload in facts.workloads:
        for container in workload.containers:
            digest = facts.resolved.get(container.reference)
            if digest is not None:
                base = facts.identified[digest].base.id
                if base != SCRATCH:
                    found.setdefault(base, {}).setdefault(workload.id, set()).add(digest)
            elif base := _published(container.reference):
                found.setdefault(base, {}).setdefault(workload.id, set())
    return found


def _from_line(usage: Usage) -> str:
    """The base line that a FROM line names; '' for other usages, `scratch` and what is no reference."""
    if usage.kind != "dockerfile" or not usage.status.is_ok or usage.reference == SCRATCH:
        return ""
    try:
        return Reference.parse(usage.reference).line
    except InvalidReference:
        return ""


def _published(reference: str) -> str:
    """The base line of an image that could not be had, when its name says that a publisher made it; else ''."""
    try:
        parsed = Reference.parse(reference)
    except InvalidReference:
        return ""
    return parsed.line if origin_of(parsed) != "internal" else ""
