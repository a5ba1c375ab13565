"""The few lines that end a run on the error stream: what was counted, how old the data is, what to do next."""

from __future__ import annotations

from basewise.model.freshness import FeedAge, ages
from basewise.model.inventory import SCRATCH, Inventory
from basewise.model.moments import instant
from basewise.render.inventory.backlog import Backlog, backlog, outcome, title
from basewise.render.printable import printable
from basewise.render.words import familiar, plural, size

_ADVISORIES = "OSV "  # how the names of feeds that hold advisories begin


def summary(inventory: Inventory) -> list[str]:
    """Lines for a person, without line ends; ages are measured from the document's own date."""
    rows = backlog(inventory)
    lines = [_counts(inventory, rows), _findings(inventory), *_coverage(inventory)]
    if inventory.not_assessed:
        lines.append(f"not assessed, or in part: {len(inventory.not_assessed)} (listed with reasons in the output)")
    lines.append(f"data: {'; '.join(map(_feed, _ages(inventory))) or 'none'}")
    lines.append(f"next: {_next(inventory, rows)}")
    return [printable(line) for line in lines]


def _counts(inventory: Inventory, rows: Backlog) -> str:
    layers = {layer.digest for image in inventory.images for layer in image.layers}
    unidentified = f", {len(rows.unidentified)} of them unidentified" if rows.unidentified else ""
    builders = f", {plural(len(rows.builders), 'builder base')}" if rows.builders else ""
    return (
        f"{plural(len(inventory.workloads), 'workload')}, {plural(len(inventory.images), 'image')}, "
        f"{plural(len(layers), 'layer')}, {plural(len(rows.production), 'base')}{unidentified}{builders}"
    )


def _findings(inventory: Inventory) -> str:
    if all(image.status == "not_assessed" for image in inventory.images):
        return "vulnerabilities: not assessed"
    vulnerabilities = [finding for finding in inventory.findings if finding.kind == "vulnerability"]
    names = {finding.vulnerability for finding in vulnerabilities}
    from_base = {finding.vulnerability for finding in vulnerabilities if finding.bases}
    known_exploited = {finding.vulnerability for finding in vulnerabilities if finding.kev is not None}
    ended = sum(finding.kind == "end-of-life" for finding in inventory.findings)
    own = f", {len(names - from_base)} of them only from images' own layers" if names - from_base else ""
    whose = "its" if ended == 1 else "their"
    eol = f", {plural(ended, 'distribution')} past {whose} end of life" if ended else ""
    return f"{plural(len(names), 'vulnerability')}{own}, {len(known_exploited)} in KEV{eol}"


def _coverage(inventory: Inventory) -> list[str]:
    """What findings say nothing about: files that neither a package nor the record of a library accounts for."""
    uncovered = [image for image in inventory.images if image.status != "not_assessed" and image.unowned.files]
    if not uncovered:
        return []
    most = max(uncovered, key=lambda image: image.unowned.bytes)
    name = familiar(most.references[0]) if most.references else most.digest
    return [f"files of no package: up to {size(most.unowned.bytes)} in one image ({name})"]


def _feed(age: FeedAge) -> str:
    if age.days is None:
        return f"{age.name} of unknown age"
    return f"{age.name} {plural(int(age.days), 'day')} old{', stale' if age.stale else ''}"


def _ages(inventory: Inventory) -> list[FeedAge]:
    """Ages of the feeds that the images of this inventory were matched against, on the day of the document."""
    now = instant(inventory.generated_at)
    return [] if now is None else ages(inventory.feeds, now)


def _next(inventory: Inventory, rows: Backlog) -> str:
    if not rows.production and not rows.builders:
        return "name a directory that holds Dockerfiles or Kubernetes manifests"
    if not inventory.images:
        return "make the images readable: --images DIR for a layout, docker login for their registries"
    if not inventory.feeds:
        return "basewise db update, or basewise db import DIR; then audit again"
    if rows.unidentified:
        return "the same audit with --known-base REF, the image that the unidentified base may be"
    if why := _outdated(_ages(inventory)):
        return f"basewise db update, because {why}; then audit again"
    if not rows.ranked:
        return "name the manifests that run what these builder bases build"
    looked_at = (row.base for row in rows.ranked if outcome(row.base) != "not_assessed" and row.base.id != SCRATCH)
    leader = next(looked_at, None)
    if leader is None:
        return "make readable what was not assessed; the output says why it was not"
    return f"basewise inspect {title(leader)}, the base that leads the backlog, with this audit's options"


def _outdated(feeds: list[FeedAge]) -> str:
    """Why what is open today may be missing; empty when it is not. Old KEV or EPSS data hides no vulnerability."""
    advisories = [age for age in feeds if age.name.startswith(_ADVISORIES)]
    if not advisories:
        return "there are no advisories"
    stale = [age.name for age in advisories if age.stale]
    if not stale:
        return ""
    return f"{', '.join(stale)} {'is' if len(stale) == 1 else 'are'} stale"
