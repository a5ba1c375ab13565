"""Advisories applied to packages: what is compiled, asked and answered.

Field meanings follow the OSV schema 1.7 (https://ossf.github.io/osv-schema/).
"""

from __future__ import annotations

from typing import Literal

import msgspec

SeverityLevel = Literal["critical", "high", "medium", "low", "negligible", "unknown"]
SEVERITIES: tuple[SeverityLevel, ...] = ("critical", "high", "medium", "low", "negligible", "unknown")
"""Worst first; `unknown` last because it is a missing answer, not a mild one."""


class Severity(msgspec.Struct, frozen=True):
    """How bad, and who says so."""

    level: SeverityLevel
    source: str = ""
    """`Debian urgency`, `AlmaLinux summary`, `CVSS 3.1 of DEBIAN-CVE-…`, or why it is unknown."""


class Cvss(msgspec.Struct, frozen=True):
    """A CVSS base score with the vector it was computed from."""

    score: float
    vector: str
    source: str
    """Id of the record that carries the vector."""


class DatedFact(msgspec.Struct, frozen=True):
    """A moment and who vouches for it. `at` is RFC 3339, or a date alone where the source gives no more."""

    at: str
    source: str


class Kev(msgspec.Struct, frozen=True):
    """An entry of CISA's catalogue of known exploited vulnerabilities."""

    added: str
    due: str
    ransomware: bool = False


class Epss(msgspec.Struct, frozen=True):
    """FIRST's exploit prediction, both in 0..1."""

    score: float
    percentile: float


class PackageVersion(msgspec.Struct, frozen=True, order=True):
    """The question put to the database: one package at one version in one ecosystem.

    The name is the one that the ecosystem's advisories use: of the source package for most distributions.
    """

    ecosystem: str
    name: str
    version: str
    module: str = ""
    """Module stream that an rpm was built for, `nodejs:18`; empty for packages of no module."""


class Match(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One vulnerability that affects one package version; all records of the same CVE are one match."""

    package: PackageVersion
    vulnerability: str
    """CVE, else GHSA, else the record's own id."""
    aliases: list[str] = []
    severity: Severity
    cvss: Cvss | None = None
    fixed_in: str = ""
    """Lowest fixed version above the package's own; empty when no fix is known."""
    package_fixed_in: str = ""
    """Lowest version that fixes all vulnerabilities of this package version for which a fix is known."""
    published: DatedFact | None = None
    fix_available: DatedFact | None = None
    kev: Kev | None = None
    epss: Epss | None = None
    records: list[str] = []
    """Ids of the advisory records that say so."""


class Matches(msgspec.Struct, frozen=True):
    """What an advisory database says of the packages that it was asked about."""

    found: list[Match] = []
    """Ordered by package, then vulnerability."""
    not_assessed: dict[PackageVersion, str] = {}
    """Packages of which nothing, or not everything, can be said, with the reason. One in neither is not affected."""

    def by_package(self) -> dict[PackageVersion, list[Match]]:
        """Matches under the package version that they affect."""
        found: dict[PackageVersion, list[Match]] = {}
        for match in self.found:
            found.setdefault(match.package, []).append(match)
        return found


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """One source that was compiled into the database."""

    name: str
    """`OSV Debian`, `CISA KEV`, `FIRST EPSS`."""
    date: str
    """RFC 3339: the newest change inside the data, which is what staleness is measured from."""
    digest: str
    """SHA-256 of the file it was read from."""
    location: str = ""
    """URL or file name it came from; no directories of the machine."""
    records: int = 0
    """Records in the file, the skipped ones included; 0 when the feed could not be read."""
    skipped: int = 0
    """Records that could not be used; `reason` says why."""
    reason: str = ""
    ecosystems: list[str] = []
    """OSV ecosystems with release that this feed holds statements for."""
