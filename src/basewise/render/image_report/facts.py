"""What every format says about one image: its facts, its layers, its findings with the layer that brought each."""

from __future__ import annotations

import shlex
from typing import Literal

import msgspec

from basewise.model.advisory import SEVERITIES
from basewise.model.contents import Surface
from basewise.model.digest import short
from basewise.model.evidence import Outcome
from basewise.model.image_report import ImageReport
from basewise.model.inventory import Finding, ImageBase, ImageRow, Weights
from basewise.render.printable import printable
from basewise.render.words import NONE, UNKNOWN, familiar, measured, plural, shortened, size

STEP_LENGTH = 160
"""Characters of a build step that are shown; the whole of it is in the JSON."""
FindingOrigin = Literal["base", "own", "unknown"]

_RANK = {level: place for place, level in enumerate(SEVERITIES)}


class LayerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One layer as it is shown."""

    number: int
    """From 1, base layer first."""
    digest: str
    size: str
    origin: FindingOrigin
    packages: str
    """How many packages of the image it brought."""
    created_by: str
    """The build step, shortened."""


class LibraryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One package that a file of its own records, as it is shown."""

    kind: str
    name: str
    version: str
    path: str
    owned_by: str
    """The package of the operating system that it belongs to, and whose findings are its own."""
    rule: str


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One finding with where it comes from."""

    finding: Finding
    origin: FindingOrigin
    layer: int | None
    """Number of the layer as in `LayerRow`; None when no layer is named."""


def layer_rows(report: ImageReport) -> list[LayerRow]:
    """The layers from the bottom up."""
    brought: dict[str, int] = {}
    for package in (package for package in report.packages if not package.owned_by):
        brought[package.layer] = brought.get(package.layer, 0) + 1
    base = report.image.base
    return [
        LayerRow(
            number=number,
            digest=layer.digest,
            size=size(layer.size),
            origin="unknown" if base is None else "base" if number <= base.layer_count else "own",
            # A layer that was not read to its end has no diff ID, and nobody knows what it brought.
            packages=str(brought.get(layer.digest, 0)) if layer.diff_id else UNKNOWN,
            created_by=shortened(layer.created_by, STEP_LENGTH),
        )
        for number, layer in enumerate(report.image.layers, start=1)
    ]


def library_rows(report: ImageReport) -> list[LibraryRow]:
    """Packages of language ecosystems and programs, those that count for themselves first."""
    rows = [
        LibraryRow(
            kind=package.type,
            name=package.name,
            version=package.version,
            path=package.path,
            owned_by=package.owned_by,
            rule=package.rule,
        )
        for package in report.packages
        if package.path
    ]
    return sorted(rows, key=lambda row: (row.owned_by != "", row.kind, row.name, row.path))


def finding_rows(report: ImageReport) -> list[FindingRow]:
    """Findings, worst first: by the audit's weight with KEV, then severity, CVSS score and EPSS; names decide ties."""
    numbers: dict[str, int] = {}
    for number, layer in enumerate(report.image.layers, start=1):
        numbers.setdefault(layer.digest, number)
    rows = [_finding_row(finding, report.image, numbers) for finding in report.findings]
    return sorted(rows, key=lambda row: _worst_first(row, report.weights))


def _finding_row(finding: Finding, image: ImageRow, numbers: dict[str, int]) -> FindingRow:
    for occurrence in finding.own:
        if occurrence.image == image.digest:
            return FindingRow(finding=finding, origin="own", layer=numbers.get(occurrence.layer))
    for inherited in finding.bases:
        if image.digest in inherited.images:
            return FindingRow(finding=finding, origin="base", layer=numbers.get(inherited.layer))
    return FindingRow(finding=finding, origin="unknown", layer=None)


def _worst_first(row: FindingRow, weights: Weights) -> tuple[bool, float, int, float, float, tuple[str, str, str, str]]:
    finding = row.finding
    return (
        finding.kind != "end-of-life",
        -weights.of(finding.severity.level, kev=finding.kev is not None),
        _RANK[finding.severity.level],
        -(finding.cvss.score if finding.cvss else 0.0),
        -(finding.epss.score if finding.epss else 0.0),
        finding.key,
    )


def image_facts(report: ImageReport) -> list[tuple[str, str]]:
    """(label, value) in reading order; what could not be determined is `?`, what the image does not set is `none`."""
    image = report.image
    facts = [
        ("image", ", ".join(map(familiar, image.references)) or image.digest or UNKNOWN),
        ("digest", image.digest or UNKNOWN),
        ("index", ", ".join(image.index_digests) or NONE),
        ("platform", str(image.platform)),
        ("created", f"{image.created.at} ({image.created.method})" if image.created else UNKNOWN),
        ("size", size(image.size_bytes or None)),
        ("distribution", _distribution(report)),
        ("base", _base(image.base)),
        ("packages", measured(image.packages, image.status)),
        ("findings", _findings(report)),
    ]
    if image.status == "not_assessed":
        return [*facts, ("status", f"not assessed: {image.reason}")]
    facts += [
        # An empty user means root (OCI Image Configuration, `config.User`; Docker's default).
        ("user", image.user or "root (none set)"),
        ("entrypoint", _command(image.entrypoint)),
        ("command", _command(image.cmd)),
        ("ports", ", ".join(image.ports) or NONE),
        ("volumes", ", ".join(image.volumes) or NONE),
        ("health check", _command(image.healthcheck)),
        ("variables", ", ".join(image.env_names) or NONE),
        *_surface(image.surface),
        ("files of no package", f"{image.unowned.files:,}, {size(image.unowned.bytes)}"),
    ]
    return facts if image.status == "ok" else [*facts, ("status", f"assessed in part: {image.reason}")]


def severity_text(finding: Finding) -> str:
    """`high`, or that it is the end of support."""
    return "end of life" if finding.kind == "end-of-life" else finding.severity.level


def version_text(row: LibraryRow) -> str:
    """Version, and where it is from when no record states it."""
    return f"{row.version} (by its {row.rule})" if row.rule else row.version


def package_text(finding: Finding) -> str:
    """Source package and version."""
    return f"{finding.source_package} {finding.source_version}".strip()


def _distribution(report: ImageReport) -> str:
    distribution = report.image.distribution
    if distribution is None:
        return NONE if report.image.status == "ok" else UNKNOWN
    name = distribution.pretty_name or f"{distribution.id} {distribution.version}"
    ended = any(finding.kind == "end-of-life" for finding in report.findings)
    return f"{name}, end of life" if ended else name


def _base(base: ImageBase | None) -> str:
    if base is None:
        return UNKNOWN
    pinned = f" ({short(base.digest)})" if base.digest else ""
    how = f"by {base.method}, confidence {base.confidence:.0%}, {plural(base.layer_count, 'layer')}"
    others = f"; or {', '.join(familiar(candidate.id) for candidate in base.candidates)}" if base.candidates else ""
    return f"{familiar(base.id)}{pinned}: {how}{others}"


def _findings(report: ImageReport) -> str:
    if report.image.status == "not_assessed":
        return UNKNOWN
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in report.findings:
        if finding.kind == "vulnerability":
            counts[finding.severity.level] += 1
    # What is missing from the report may hide more of any severity, so each count is a lower bound then.
    status: Outcome = "ok" if report.status.is_ok else "partial"
    return ", ".join(f"{measured(count, status)} {level}" for level, count in counts.items())


def _surface(surface: Surface | None) -> list[tuple[str, str]]:
    if surface is None:
        return [("attack surface", UNKNOWN)]
    paths = (
        ("shells", surface.shells),
        ("package managers", surface.package_managers),
        ("compilers", surface.compilers),
        ("network tools", surface.network_tools),
        ("setuid files", surface.setuid_files),
        ("setgid files", surface.setgid_files),
    )
    return [(label, ", ".join(found) or NONE) for label, found in paths] + [("files", f"{surface.files:,}")]


def _command(words: list[str]) -> str:
    return printable(shlex.join(words)) if words else NONE
