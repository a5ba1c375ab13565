"""The inventory: the audit's document, one row per base line and everything that the row was computed from.

Field names are the contract with users and with later phases; `basewise schema inventory` prints the JSON Schema.
Lists may be empty only when they were looked for: what was not assessed carries a status with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from basewise.model.advisory import SEVERITIES, Cvss, DatedFact, Epss, Feed, Kev, Severity, SeverityLevel
from basewise.model.contents import Distribution, Surface, Unowned
from basewise.model.evidence import OK, Answer, Outcome, Status
from basewise.model.image import Layer, Platform
from basewise.model.repository import FirstIntroduced, Repository, Tie, Untied
from basewise.model.workload import Source, Usage, Workload

INVENTORY_NAME = "inventory"
SCRATCH = "scratch"
"""The base of images that begin with nothing; as in Dockerfiles, it is no image."""
UNIDENTIFIED = "unidentified:"
"""Begins the id of a base that nobody can name; its chain ID follows."""
INVENTORY_SCHEMA = "basewise.dev/inventory/v1"

BuiltBy = Literal["own", "external", "unknown"]
BaseMethod = Literal["self", "layer-chain", "shared-layers", "package-database", "dockerfile", "none"]
Role = Literal["runtime", "build", "ci", "dev"]
Origin = Literal["public", "internal", "hardened", "unknown"]
InheritorKind = Literal["workloads in manifests", "Dockerfiles", "none"]
FindingKind = Literal["vulnerability", "end-of-life"]


class Input(msgspec.Struct, frozen=True):
    """Data the document was computed from (lineage)."""

    source: str
    date: str
    digest: str


class BuildDate(msgspec.Struct, frozen=True):
    """When something was built, and how that is known. Dates in images lie; the method says which one is believed."""

    at: str
    """RFC 3339."""
    method: str


class BaseCandidate(msgspec.Struct, frozen=True):
    """A base that the evidence also allows."""

    id: str
    method: BaseMethod
    confidence: float
    layer_count: int


class ImageBase(msgspec.Struct, frozen=True, kw_only=True):
    """The base an image stands on and how that is known."""

    id: str
    digest: str = ""
    """Manifest digest of the base image, where one is known."""
    method: BaseMethod
    confidence: float
    """0..1; how often an answer of this method is expected to be right."""
    layer_count: int
    """How many of the image's layers, from the bottom, are the base's."""
    candidates: list[BaseCandidate] = []


class ImageRow(msgspec.Struct, frozen=True, kw_only=True):
    """One image of the fleet, by manifest digest."""

    digest: str
    index_digests: list[str] = []
    config_digest: str = ""
    platform: Platform = Platform()
    references: list[str] = []
    built_by: BuiltBy = "unknown"
    created: BuildDate | None = None
    size_bytes: int = 0
    layers: list[Layer] = []
    user: str = ""
    entrypoint: list[str] = []
    cmd: list[str] = []
    ports: list[str] = []
    volumes: list[str] = []
    healthcheck: list[str] = []
    env_names: list[str] = []
    distribution: Distribution | None = None
    packages: int | None = None
    """Without those that belong to a package of the operating system; None when nobody could count them."""
    surface: Surface | None = None
    unowned: Unowned = Unowned()
    base: ImageBase | None = None
    status: Outcome = "ok"
    reason: str = ""


class DistributionLife(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution and whether it still gets security fixes on the day of the document."""

    id: str
    version: str
    eol: Answer
    eol_date: str = ""
    source: str = ""


class Inheritors(msgspec.Struct, frozen=True, kw_only=True):
    """Who inherits a base: what blast radius is multiplied by."""

    count: int
    kind: InheritorKind
    confidence: float
    names: list[str] = []
    """Ids of the workloads, or `file:line` of the FROM lines."""


class SeverityCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Open vulnerabilities of a base by severity; end-of-life is not among them."""

    critical: int = 0
    high: int = 0
    medium: int = 0
    low: int = 0
    negligible: int = 0
    unknown: int = 0

    def items(self) -> list[tuple[SeverityLevel, int]]:
        """Levels with their counts, worst first."""
        return [(level, getattr(self, level)) for level in SEVERITIES]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.items())


class Driver(msgspec.Struct, frozen=True, kw_only=True):
    """One source package of a base, at one version, and what it adds to the score."""

    source_package: str
    source_version: str
    ecosystem: str
    blast: float
    """weight x inheritors."""
    weight: float
    inheritors: int
    severity: SeverityLevel
    kev: bool
    vulnerabilities: list[str]
    """Worst first, at most ten; `vulnerability_count` has the number."""
    vulnerability_count: int
    fixed_in: str = ""
    """Lowest version that fixes all of them for which a fix is known; empty when there is none."""
    unfixed: int = 0
    """How many of them have no known fix."""


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the audit: one base line with all its digests."""

    id: str
    """Canonical repository and tag, `unidentified:<chain ID>`, or `scratch`."""
    reference: str = ""
    """As a person writes it; empty for a base that nobody can name."""
    registry: str = ""
    digests: list[str] = []
    role: Role = "runtime"
    origin: Origin = "unknown"
    distro: DistributionLife | None = None
    images: int = 0
    inheritors: Inheritors
    inheritors_total: int = 0
    """Including those of every base that stands on this one."""
    parents: list[str] = []
    """Bases below this one, nearest first; for an image that is run as it is, its distribution."""
    first_introduced: FirstIntroduced | None = None
    """The earliest that a file names it; None when no history says."""
    last_rebuilt: BuildDate | None = None
    days_since_rebuild: int | None = None
    size_bytes: int | None = None
    packages: int | None = None
    severity_counts: SeverityCounts | None = None
    """None, like every figure here, when the base was not assessed."""
    fixable: int | None = None
    kev: int | None = None
    surface: Surface | None = None
    lead: float | None = None
    score: float | None = None
    drivers: list[Driver] = []
    status: Outcome = "ok"
    reason: str = ""


class FindingDates(msgspec.Struct, frozen=True, kw_only=True):
    """When things became known, each with its source; None is unknown."""

    published: DatedFact | None = None
    fix_available: DatedFact | None = None
    kev_added: DatedFact | None = None
    kev_due: DatedFact | None = None


class BaseOccurrence(msgspec.Struct, frozen=True):
    """A finding that a base brings. Images that replaced the package no longer carry it."""

    base: str
    digest: str
    """Manifest digest of the base image; empty when the base itself was not available."""
    layer: str
    images: list[str]
    """Manifest digests of the images that carry it from this base."""


class OwnOccurrence(msgspec.Struct, frozen=True):
    """A finding that an image's own layers bring."""

    image: str
    layer: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One vulnerability of one source package version, wherever it occurs."""

    kind: FindingKind = "vulnerability"
    vulnerability: str
    ecosystem: str
    source_package: str
    source_version: str
    aliases: list[str] = []
    severity: Severity
    cvss: Cvss | None = None
    purls: list[str] = []
    fixed_in: str = ""
    dates: FindingDates = FindingDates()
    kev: Kev | None = None
    epss: Epss | None = None
    sources: list[str] = []
    """Advisory records that say so."""
    bases: list[BaseOccurrence] = []
    own: list[OwnOccurrence] = []

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.vulnerability, self.ecosystem, self.source_package, self.source_version)


class NotAssessed(msgspec.Struct, frozen=True):
    """One thing that was asked for and could not be assessed, wholly or in part."""

    kind: str
    """`source`, `repository`, `usage`, `image`, `layer`, `packages`."""
    name: str
    status: Outcome
    reason: str


def status_with(gaps: Sequence[NotAssessed]) -> Status:
    """How far a run got that left these gaps."""
    return Status("partial", f"{len(gaps)} not assessed") if gaps else OK


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """What a severity weighs in the score."""

    critical: float = 10.0
    high: float = 5.0
    medium: float = 1.0
    low: float = 0.1
    negligible: float = 0.0
    unknown: float = 1.0
    kev_factor: float = 2.0

    def of(self, level: SeverityLevel, *, kev: bool = False) -> float:
        weight: float = getattr(self, level)
        return weight * (self.kev_factor if kev else 1.0)


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """The document of `basewise audit`."""

    schema: str = INVENTORY_SCHEMA
    generated_at: str
    tool: str
    inputs: list[Input] = []
    weights: Weights = Weights()
    feeds: list[Feed] = []
    sources: list[Source] = []
    usages: list[Usage] = []
    repositories: list[Repository] = []
    workloads: list[Workload] = []
    ties: list[Tie] = []
    """Dockerfiles with the images and workloads that they become."""
    untied: list[Untied] = []
    """Dockerfiles of which nobody says what runs their images."""
    images: list[ImageRow] = []
    bases: list[Base] = []
    """In the order of the backlog: unidentified first, then by lead and score."""
    findings: list[Finding] = []
    not_assessed: list[NotAssessed] = []

    @property
    def status(self) -> Status:
        """`ok` only when everything that was asked for was assessed."""
        return status_with(self.not_assessed)
