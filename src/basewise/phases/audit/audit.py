"""The audit: facts in, inventory out. Pure: no clock, no network, no file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from basewise.model.advisory import Severity, SeverityLevel
from basewise.model.facts import Facts
from basewise.model.inventory import (
    UNIDENTIFIED,
    Base,
    BaseOccurrence,
    DistributionLife,
    Finding,
    ImageRow,
    Input,
    Inventory,
    Weights,
)
from basewise.model.moments import rfc3339
from basewise.model.workload import Workload
from basewise.phases.audit import lifecycle
from basewise.phases.audit.findings import FindingBook, Occurrences, all_occurrences
from basewise.phases.audit.gaps import assessed, gaps
from basewise.phases.audit.inheritors import inheritance
from basewise.phases.audit.introduced import first_introduced
from basewise.phases.audit.rows import Context, base_ids, contents_keys, last_rebuilt, row
from basewise.phases.audit.ties import ties, untied


def audit(facts: Facts, *, now: datetime, tool: str, weights: Weights = Weights()) -> Inventory:
    """Judges what was gathered.

    Args:
        now: the moment of the document, and the day on which lifecycles are judged.
        tool: name and version of this program.
        weights: what a severity weighs.
    """
    introduced = first_introduced(facts.introductions, now)
    context = Context(facts, all_occurrences(facts), inheritance(facts), weights, introduced, now)
    tied = ties(facts)
    bases = sorted((row(base, context) for base in base_ids(context)), key=_backlog_order)
    return Inventory(
        generated_at=rfc3339(now),
        tool=tool,
        inputs=[Input(feed.name, feed.date, feed.digest) for feed in facts.feeds],
        weights=weights,
        feeds=facts.feeds,
        sources=facts.sources,
        usages=facts.usages,
        repositories=facts.repositories,
        workloads=[_with_digests(workload, facts) for workload in facts.workloads],
        ties=tied,
        untied=untied(facts, tied),
        images=[_image_row(digest, facts, now) for digest in sorted(facts.images)],
        bases=bases,
        findings=[*_end_of_life_findings(bases, facts, now), *_findings(bases, context.occurrences, facts)],
        not_assessed=gaps(facts, _names(facts)),
    )


def has_at_least(inventory: Inventory, level: SeverityLevel) -> bool:
    """True when production has something open that weighs at least as much as `level`, from a base or of its own.

    By weight, so that a severity nobody knows counts as what the inventory's weights take it for.
    """
    production = {base.id for base in inventory.bases if base.role == "runtime"}
    running = {image.digest for image in inventory.images if image.base is not None and image.base.id in production}
    return any(
        inventory.weights.of(finding.severity.level) >= inventory.weights.of(level)
        for finding in inventory.findings
        if any(at.base in production for at in finding.bases) or any(at.image in running for at in finding.own)
    )


def _backlog_order(base: Base) -> tuple[bool, bool, float, float, int, str]:
    """Unidentified bases first, builder bases last; between them by lead, score and inheritors."""
    return (
        not base.id.startswith(UNIDENTIFIED),
        base.role != "runtime",
        -(base.lead or 0.0),
        -(base.score or 0.0),
        -base.inheritors_total,
        base.id,
    )


def _findings(bases: Iterable[Base], occurrences: Occurrences, facts: Facts) -> list[Finding]:
    book = FindingBook()
    for base in bases:
        for key in contents_keys(base.id, facts):
            book.add_base(base.id, _digest(key), occurrences.bases.get(key, []))
    for digest, found in facts.identified.items():
        book.add_image(digest, found.base.id, found.base.digest, occurrences.images[digest])
    return book.findings()


def _digest(key: str) -> str:
    """The manifest digest that a key of contents is; '' for a base that has no name and so no manifest."""
    return "" if key.startswith(UNIDENTIFIED) else key


def _end_of_life_findings(bases: Iterable[Base], facts: Facts, now: datetime) -> list[Finding]:
    """One pseudo-finding per distribution past its end of life, with the bases and images that are of it."""
    found: dict[str, Finding] = {}
    for base in bases:
        for key in contents_keys(base.id, facts):
            for life in lifecycle.ended([facts.contents[key]] if key in facts.contents else [], now):
                name = lifecycle.end_of_life_id(life)
                at = BaseOccurrence(base.id, _digest(key), "", _standing_on(base.id, key, facts))
                before = found.get(name) or _end_of_life_finding(name, life)
                found[name] = msgspec.structs.replace(before, bases=[*before.bases, at])
    return [found[name] for name in sorted(found)]


def _standing_on(base: str, key: str, facts: Facts) -> list[str]:
    digest = _digest(key)
    return sorted(
        image
        for image, found in facts.identified.items()
        if (found.base.digest == digest if digest else found.base.id == base)
    )


def _end_of_life_finding(name: str, life: DistributionLife) -> Finding:
    return Finding(
        kind="end-of-life",
        vulnerability=name,
        ecosystem="",
        source_package=life.id,
        source_version=life.version,
        severity=Severity("critical", "end of life weighs as critical"),
        sources=[life.source],
    )


def _with_digests(workload: Workload, facts: Facts) -> Workload:
    """A workload whose containers say which manifest their references name now."""
    return msgspec.structs.replace(
        workload,
        containers=[
            msgspec.structs.replace(container, digest=facts.resolved.get(container.reference, container.digest))
            for container in workload.containers
        ],
    )


def _names(facts: Facts) -> dict[str, str]:
    """A name for everything that has contents: the first reference that led to it, else its base id, else its key."""
    names: dict[str, str] = {}
    for base, digests in facts.base_digests.items():
        for digest in digests:
            names.setdefault(digest, base)
    for reference, digest in facts.resolved.items():
        names[digest] = min(names.get(digest, reference), reference)
    return names


def _image_row(digest: str, facts: Facts, now: datetime) -> ImageRow:
    image, contents, found = facts.images[digest], facts.contents[digest], facts.identified[digest]
    config, status = image.config, assessed(contents, facts.matches.not_assessed)
    return ImageRow(
        digest=digest,
        index_digests=image.index_digests,
        config_digest=image.config_digest,
        platform=image.platform,
        references=sorted(ref for ref, at in facts.resolved.items() if at == digest),
        built_by=found.built_by,
        created=last_rebuilt(contents, image, now),
        size_bytes=image.size_bytes,
        layers=image.layers,
        user=config.user,
        entrypoint=config.entrypoint,
        cmd=config.cmd,
        ports=config.exposed_ports,
        volumes=config.volumes,
        healthcheck=config.healthcheck,
        env_names=sorted(variable.partition("=")[0] for variable in config.env),
        distribution=contents.distribution,
        packages=None if status.status == "not_assessed" else len(contents.counted),
        surface=contents.surface if all(contents.diff_ids) else None,
        unowned=contents.unowned,
        base=found.base,
        status=status.status,
        reason=status.reason,
    )
