"""The audit: facts in, inventory out. Pure: no clock, no network, no file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from basewise.model.advisory import SEVERITIES, Severity, SeverityLevel
from basewise.model.facts import Facts
from basewise.model.inventory import (
    Base,
    BaseOccurrence,
    Finding,
    ImageRow,
    Input,
    Inventory,
    Weights,
)
from basewise.model.moments import rfc3339
from basewise.model.reference import Reference
from basewise.phases.audit.findings import FindingBook, Occurrences, all_occurrences
from basewise.phases.audit.gaps import assessed, gaps
from basewise.phases.audit.inheritors import inheritance
from basewise.phases.audit.rows import Context, base_ids, contents_keys, end_of_life_id, last_rebuilt, row


def audit(facts: Facts, *, now: datetime, tool: str, weights: Weights = Weights()) -> Inventory:
    """Judges what was gathered.

    Args:
        now: the moment of the document, and the day on which lifecycles are judged.
        tool: name and version of this program.
        weights: what a severity weighs.
    """
    context = Context(facts, all_occurrences(facts), inheritance(facts), weights, now)
    bases = sorted((row(base, context) for base in base_ids(context)), key=_backlog_order)
    return Inventory(
        generated_at=rfc3339(now),
        tool=tool,
        inputs=[Input(feed.name, feed.date, feed.digest) for feed in facts.feeds],
        weights=weights,
        feeds=facts.feeds,
        sources=facts.sources,
        usages=facts.usages,
        workloads=facts.workloads,
        images=[_image_row(digest, facts) for digest in sorted(facts.images)],
        bases=bases,
        findings=[*_end_of_life_findings(bases, facts), *_findings(bases, context.occurrences, facts)],
        not_assessed=gaps(facts, _names(facts)),
    )


def worst_level(inventory: Inventory) -> SeverityLevel | None:
    """The worst severity that any base in production brings; None when nothing is open."""
    production = {base.id for base in inventory.bases if base.role == "runtime"}
    levels = {f.severity.level for f in inventory.findings if any(at.base in production for at in f.bases)}
    return min(levels, key=SEVERITIES.index, default=None)


def _backlog_order(base: Base) -> tuple[bool, bool, float, float, int, str]:
    """Unidentified bases first, builder bases last; between them by lead, score and inheritors."""
    named = base.reference != ""
    return (named, base.role == "build", -base.lead, -base.score, -base.inheritors_total, base.id)


def _findings(bases: Iterable[Base], occurrences: Occurrences, facts: Facts) -> list[Finding]:
    book = FindingBook()
    for base in bases:
        for key in contents_keys(base.id, facts):
            book.add_base(base.id, key if key in facts.images else "", occurrences.bases.get(key, []))
    for digest, found in facts.identified.items():
        base_digest = found.base.digest if found.base.digest in facts.images else ""
        book.add_image(digest, found.base.id, base_digest, occurrences.images[digest])
    return book.findings()


def _end_of_life_findings(bases: Iterable[Base], facts: Facts) -> list[Finding]:
    """One pseudo-finding per distribution past its end of life, with the bases that stand on it."""
    found: dict[str, Finding] = {}
    for base in bases:
        if base.distro is None or base.distro.eol.state != "yes":
            continue
        name = end_of_life_id(base.distro)
        standing = sorted(digest for digest, image in facts.identified.items() if image.base.id == base.id)
        occurrence = BaseOccurrence(base.id, base.digests[0] if base.digests else "", "", standing)
        if name in found:
            found[name] = msgspec.structs.replace(found[name], bases=[*found[name].bases, occurrence])
            continue
        found[name] = Finding(
            kind="end-of-life",
            vulnerability=name,
            ecosystem="",
            source_package=base.distro.id,
            source_version=base.distro.version,
            severity=Severity("critical", "end of life weighs as critical"),
            sources=[base.distro.source],
            bases=[occurrence],
        )
    return [found[name] for name in sorted(found)]


def _names(facts: Facts) -> dict[str, str]:
    """A name for everything that has contents: the first reference that led to it, else its base id, else its key."""
    names: dict[str, str] = {}
    for base, digests in facts.base_digests.items():
        for digest in digests:
            names.setdefault(digest, base)
    for reference, digest in facts.resolved.items():
        names[digest] = min(names.get(digest, reference), reference)
    return names


def _image_row(digest: str, facts: Facts) -> ImageRow:
    image, contents, found = facts.images[digest], facts.contents[digest], facts.identified[digest]
    config, status = image.config, assessed(contents, facts.matches.not_assessed)
    return ImageRow(
        digest=digest,
        index_digests=image.index_digests,
        config_digest=image.config_digest,
        platform=image.platform,
        references=sorted(Reference.parse(ref).familiar for ref, at in facts.resolved.items() if at == digest),
        built_by=found.built_by,
        created=last_rebuilt(contents, image),
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
        packages=len(contents.counted),
        surface=contents.surface,
        unowned=contents.unowned,
        base=found.base,
        status=status.status,
        reason=status.reason,
    )
