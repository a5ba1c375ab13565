"""Which Dockerfile becomes which image, and what runs that image.

A file that says how an image is built (compose, Skaffold, Bake, a step of CI) ties its Dockerfile to a name, and the
name to the workloads whose images are of that repository. Tags are not compared: CI makes them up. Where nothing says
so, the labels of an image name its repository (image-spec, annotations.md: `org.opencontainers.image.source`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from basewise.model.errors import InvalidReference
from basewise.model.facts import Facts
from basewise.model.reference import Reference
from basewise.model.repository import Repository, Tie, TieMethod, Untied
from basewise.model.workload import Build, UsageKind

SAME_TAG, SAME_REPOSITORY = 0.95, 0.9
HIDDEN_REGISTRY, HIDDEN_ALL_BUT_NAME = 0.7, 0.5
"""Confidence where a variable stands for what comes before the path, and where only the last part of it is told."""
STATED = 1.0
"""That a Dockerfile becomes an image is written there; so is that a compose service runs what it builds."""
ONLY_DOCKERFILE, SAME_NAME = 0.8, 0.6
"""Confidence of a label, where the repository has one Dockerfile, and where one of several is called as the image."""

_SOURCE = "org.opencontainers.image.source"
_REVISION = "org.opencontainers.image.revision"
_METHODS: dict[UsageKind, TieMethod] = {"compose": "compose", "bake": "bake", "skaffold": "skaffold"}
_VARIABLE = re.compile(r"[${}%<>]")
_SCHEME = re.compile(r"^[a-z+]+://")
_USER = re.compile(r"^[^/@]*@")
_UNSAID = "no compose file, Skaffold, Bake, CI step or image label says which image it becomes"


class _Run(msgspec.Struct, frozen=True):
    """One image that one workload runs."""

    reference: Reference
    workload: str


class _Runs:
    """What runs, by the names of images."""

    def __init__(self, facts: Facts) -> None:
        self.by_name: dict[str, list[_Run]] = {}
        self.by_last: dict[str, list[_Run]] = {}
        """By the last part of the name."""
        self.by_digest: dict[str, list[_Run]] = {}
        for workload in facts.workloads:
            for container in workload.containers:
                try:
                    run = _Run(Reference.parse(container.reference), workload.id)
                except InvalidReference:
                    continue
                name = run.reference.name
                self.by_name.setdefault(name, []).append(run)
                self.by_last.setdefault(name.rpartition("/")[2], []).append(run)
                if digest := facts.resolved.get(container.reference):
                    self.by_digest.setdefault(digest, []).append(run)


def ties(facts: Facts) -> list[Tie]:
    """Every tie that builds and labels make, in the order of their Dockerfiles."""
    runs = _Runs(facts)
    found = [tie for build in facts.builds for tie in _of_build(build, runs)]
    known = {(tie.dockerfile, workload) for tie in found for workload in tie.workloads}
    found += [
        tie
        for tie in _of_labels(facts, runs)
        if not all((tie.dockerfile, workload) in known for workload in tie.workloads)
    ]
    return sorted(found, key=lambda tie: (tie.dockerfile, tie.stage, tie.reference, tie.source))


def untied(facts: Facts, found: Iterable[Tie]) -> list[Untied]:
    """Dockerfiles that no tie leads to a workload, each with what is missing."""
    by_file: dict[str, list[Tie]] = {}
    for tie in found:
        by_file.setdefault(tie.dockerfile, []).append(tie)
    missing = []
    for file in _dockerfiles(facts):
        its = by_file.get(file, [])
        if any(tie.workloads for tie in its):
            continue
        names = sorted({tie.reference for tie in its if tie.reference})
        reason = f"it becomes {', '.join(names[:3])}, which nothing that was read runs" if names else _UNSAID
        missing.append(Untied(file, reason))
    return missing


def _dockerfiles(facts: Facts) -> list[str]:
    """Dockerfiles that name a base, sorted."""
    return sorted({usage.file for usage in facts.usages if usage.kind == "dockerfile" and usage.file})


def _of_build(build: Build, runs: _Runs) -> Iterator[Tie]:
    """A tie for each name that a build gives, and one for a compose service, which runs what it builds."""
    if not build.dockerfile:
        return
    method = _METHODS.get(build.kind, "ci")
    blank = Tie(
        dockerfile=build.dockerfile,
        stage=build.target,
        method=method,
        kind=build.kind,
        source=f"{build.file}:{build.line}",
        confidence=STATED,
    )
    if build.kind == "compose":
        image = next(iter(build.images), "")
        yield msgspec.structs.replace(blank, reference=image, workloads=[f"{build.file}:{build.service}"])
    for image in build.images:
        found = list(_running(image, runs))
        if found:
            least = min(confidence for _, confidence in found)
            workloads = list(dict.fromkeys(run.workload for run, _ in found))
            yield msgspec.structs.replace(blank, reference=image, workloads=workloads, confidence=least)
        elif build.kind != "compose":
            yield msgspec.structs.replace(blank, reference=image)


def _running(image: str, runs: _Runs) -> Iterator[tuple[_Run, float]]:
    """Who runs an image, with the confidence that it is this one."""
    if not _VARIABLE.search(image):
        try:
            built = Reference.parse(image)
        except InvalidReference:
            return
        for run in runs.by_name.get(built.name, []):
            yield run, SAME_TAG if run.reference.line == built.line else SAME_REPOSITORY
        return
    suffix, hidden = _literal_end(image)
    if not suffix:
        return
    confidence = SAME_REPOSITORY if not hidden else HIDDEN_REGISTRY if "/" in suffix else HIDDEN_ALL_BUT_NAME
    for run in runs.by_last.get(suffix.rpartition("/")[2], []):
        if run.reference.name == suffix or (hidden and run.reference.name.endswith(f"/{suffix}")):
            yield run, confidence


def _literal_end(image: str) -> tuple[str, bool]:
    """The parts of a name that no variable stands for, from its end, and whether a variable stands before them.

    A tag may be a variable, the last part of the path may not.
    """
    path = image.partition("@")[0]
    head, slash, last = path.rpartition("/")
    name = last if _VARIABLE.match(last) else last.partition(":")[0]
    parts = [*(head.split("/") if slash else []), name]
    literal: list[str] = []
    for part in reversed(parts):
        if _VARIABLE.search(part) or not part:
            return "/".join(reversed(literal)), True
        literal.append(part)
    try:
        return Reference.parse("/".join(parts)).name, False
    except InvalidReference:
        return "", False


def _of_labels(facts: Facts, runs: _Runs) -> Iterator[Tie]:
    """Ties of images whose labels name a repository that was read."""
    by_address = {_address(one.url): one for one in facts.repositories if one.url}
    dockerfiles = set(_dockerfiles(facts))
    for digest, running in sorted(runs.by_digest.items()):
        labels = facts.images[digest].config.labels if digest in facts.images else {}
        repository = by_address.get(_address(labels.get(_SOURCE, "")))
        if repository is not None:
            yield from _of_label(digest, labels, repository, running, dockerfiles)


def _of_label(
    digest: str, labels: Mapping[str, str], repository: Repository, running: list[_Run], dockerfiles: set[str]
) -> Iterator[Tie]:
    """The Dockerfile of a repository that an image may come from; none when several may and none is called as it is."""
    files = [one.file for one in repository.files if one.file in dockerfiles]
    confidence = ONLY_DOCKERFILE
    if len(files) > 1:
        names = {run.reference.repository.rpartition("/")[2] for run in running}
        files = [file for file in files if names & set(_names(file))]
        confidence = SAME_NAME
    if len(files) != 1:
        return
    if labels.get(_REVISION) == repository.head:
        confidence += 0.05  # the very commit that was read
    yield Tie(
        dockerfile=files[0],
        reference=str(running[0].reference),
        workloads=list(dict.fromkeys(run.workload for run in running)),
        method="image-label",
        source=digest,
        confidence=round(confidence, 2),
    )


def _names(file: str) -> Iterator[str]:
    """What the image of a Dockerfile may be called: its folder, or the rest of its own name."""
    folder, _, name = file.rpartition("/")
    yield folder.rpartition("/")[2].lower()
    for kind in ("dockerfile", "containerfile"):
        yield name.lower().removesuffix(f".{kind}").removeprefix(f"{kind}.")


def _address(url: str) -> str:
    """Host and path of a repository, however it is written; '' for what names none."""
    plain = _USER.sub("", _SCHEME.sub("", url.strip()))
    host, separator, path = plain.partition("/")
    if not _SCHEME.match(url) and ":" in host:  # the short form of ssh, host:path
        host, _, first = host.partition(":")
        path = f"{first}{separator}{path}"
    return f"{host.lower()}/{path.strip('/').removesuffix('.git')}" if path else ""
