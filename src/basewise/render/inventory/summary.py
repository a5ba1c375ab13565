"""The few lines that end a run on the error stream: what was counted, how old the data is, what to do next."""

from __future__ import annotations

from basewise.catalogue.ecosystems import streams
from basewise.model.advisory import Feed
from basewise.model.freshness import FeedAge, ages
from basewise.model.inventory import Inventory
from basewise.model.moments import instant
from basewise.render.inventory.backlog import Backlog, backlog, title
from basewise.render.printable import printable
from basewise.render.words import plural


def summary(inventory: Inventory) -> list[str]:
    """Lines for a person, without line ends; ages are measured from the document's own date."""
    rows = backlog(inventory)
    lines = [_counts(inventory, rows), _findings(inventory)]
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
    vulnerabilities = {f.vulnerability: f.kev is not None for f in inventory.findings if f.kind == "vulnerability"}
    ended = {(f.source_package, f.source_version) for f in inventory.findings if f.kind == "end-of-life"}
    known_exploited = sum(vulnerabilities.values())
    eol = f", {len(ended)} end of life" if ended else ""
    packages = {f.key[1:] for f in inventory.findings if f.kind == "vulnerability"}
    return (
        f"{plural(len(vulnerabilities), 'vulnerability')} in {plural(len(packages), 'source package version')}, "
        f"{known_exploited} in KEV{eol}"
    )


def _feed(age: FeedAge) -> str:
    if age.days is None:
        return f"{age.name} of unknown age"
    return f"{age.name} {plural(int(age.days), 'day')} old{', stale' if age.stale else ''}"


def _ages(inventory: Inventory) -> list[FeedAge]:
    """Ages of the feeds that the images of this inventory were matched against, on the day of the document."""
    met = {image.distribution.ecosystem for image in inventory.images if image.distribution is not None}
    used = [feed for feed in inventory.feeds if not feed.ecosystems or any(_speaks_of(feed, name) for name in met)]
    now = instant(inventory.generated_at)
    return [] if now is None else ages(used, now)


def _speaks_of(feed: Feed, ecosystem: str) -> bool:
    return not set(feed.ecosystems).isdisjoint(streams(ecosystem, feed.ecosystems))


def _next(inventory: Inventory, rows: Backlog) -> str:
    if not rows.production and not rows.builders:
        return "name a directory that holds Dockerfiles or Kubernetes manifests"
    if not inventory.feeds:
        return "basewise db update, or basewise db import DIR; then audit again"
    if rows.unidentified:
        return "basewise audit … --known-base REF, with the image that the unidentified base may be"
    if all(age.stale for age in _ages(inventory)):
        return "basewise db update; then audit again"
    if rows.ranked:
        return f"basewise inspect {title(rows.ranked[0].base)}, the base that leads the backlog"
    return "name the manifests that run what these builder bases build"
