"""Sample documents for tests, small enough to know by heart; whatever is hostile or odd in one is named here."""

from __future__ import annotations

from basewise.model.advisory import Cvss, Epss, Feed, Kev, Severity
from basewise.model.contents import Distribution, Package, Surface, Unowned
from basewise.model.digest import sha256_of
from basewise.model.evidence import Answer
from basewise.model.image import Layer
from basewise.model.image_report import ImageReport
from basewise.model.inventory import (
    Base,
    BaseOccurrence,
    BuildDate,
    DistributionLife,
    Driver,
    Finding,
    ImageBase,
    ImageRow,
    Inheritors,
    Input,
    Inventory,
    NotAssessed,
    OwnOccurrence,
    SeverityCounts,
)
from basewise.model.workload import Container, Source, Workload

NOW = "2026-11-23T12:00:00Z"
TOOL = "basewise 0.1.0"
IMAGE = sha256_of(b"image")
LAYERS = [sha256_of(b"base layer"), sha256_of(b"own layer"), sha256_of(b"unreadable layer")]
HOSTILE = "=cmd|'/c calc'!A1"
"""A formula for a spreadsheet, and a cell border for Markdown."""
TERMINAL_TITLE = "\x1b]0;owned\x07"
"""An escape sequence that renames the terminal's window."""

DEBIAN_11 = DistributionLife(
    id="debian", version="11", eol=Answer("yes"), eol_date="2026-08-31", source="https://www.debian.org/releases/"
)
DEBIAN_12 = DistributionLife(id="debian", version="12", eol=Answer("no"), eol_date="2028-06-30")
OPENSSL = Driver(
    source_package="openssl",
    source_version="1.1.1n-0+deb11u3",
    ecosystem="Debian:11",
    blast=400.0,
    weight=10.0,
    inheritors=40,
    severity="high",
    kev=True,
    vulnerabilities=["CVE-2023-0286", "CVE-2022-4450"],
    vulnerability_count=2,
    fixed_in="1.1.1n-0+deb11u4",
)
END_OF_LIFE = Driver(
    source_package="debian",
    source_version="11",
    ecosystem="",
    blast=400.0,
    weight=10.0,
    inheritors=40,
    severity="critical",
    kev=False,
    vulnerabilities=["EOL-debian-11"],
    vulnerability_count=1,
    unfixed=1,
)
MANY = [f"shop/Deployment/service-{number:02}" for number in range(40)]


def inheritors(*names: str) -> Inheritors:
    return Inheritors(count=len(names), kind="workloads in manifests", confidence=0.8, names=list(names))


PYTHON = Base(
    id="docker.io/library/python:3.11-slim-bullseye",
    reference="python:3.11-slim-bullseye",
    registry="docker.io",
    digests=[sha256_of(b"python")],
    origin="public",
    distro=DEBIAN_11,
    images=38,
    inheritors=inheritors(*MANY),
    inheritors_total=52,
    last_rebuilt=BuildDate("2024-10-10T00:00:00Z", "newest file that a package owns"),
    days_since_rebuild=774,
    size_bytes=45_000_000,
    packages=105,
    severity_counts=SeverityCounts(critical=0, high=2, medium=7, low=3, negligible=11, unknown=1),
    fixable=9,
    kev=1,
    lead=400.0,
    score=812.5,
    drivers=[OPENSSL, END_OF_LIFE],
)
NGINX = Base(
    id="docker.io/library/nginx:1.25",
    reference="nginx:1.25",
    registry="docker.io",
    distro=DEBIAN_12,
    inheritors=inheritors("ops/Deployment/status"),
    inheritors_total=1,
    packages=150,
    severity_counts=SeverityCounts(critical=1),
    fixable=1,
    kev=0,
    lead=10.0,
    score=10.0,
    drivers=[
        Driver(
            source_package="curl",
            source_version="7.88.1-10",
            ecosystem="Debian:12",
            blast=10.0,
            weight=10.0,
            inheritors=1,
            severity="critical",
            kev=False,
            vulnerabilities=["CVE-2023-38545"],
            vulnerability_count=1,
            fixed_in="7.88.1-10+deb12u4",
        )
    ],
    status="partial",
    reason="layer 3 ended too early",
)
MISSING = Base(
    id="registry.test/tools/missing:1",
    reference="registry.test/tools/missing:1",
    inheritors=inheritors("ops/CronJob/tidy"),
    status="not_assessed",
    reason="no source has it",
)
UNIDENTIFIED = Base(
    id="unidentified:" + sha256_of(b"chain"),
    inheritors=inheritors("legacy/Deployment/monolith"),
    inheritors_total=1,
    packages=12,
    severity_counts=SeverityCounts(low=4),
    fixable=0,
    kev=0,
    lead=0.1,
    score=0.4,
    drivers=[
        Driver(
            source_package=name,
            source_version="1",
            ecosystem="Debian:11",
            blast=0.1,
            weight=0.1,
            inheritors=1,
            severity="low",
            kev=False,
            vulnerabilities=[f"CVE-2020-000{number}"],
            vulnerability_count=1,
            unfixed=1,
        )
        for number, name in enumerate(("bash", "grep", "sed", "tar"))
    ],
)
GOLANG = Base(
    id="docker.io/library/golang:1.22",
    reference="golang:1.22",
    role="build",
    inheritors=Inheritors(count=0, kind="none", confidence=1.0),
    packages=200,
    severity_counts=SeverityCounts(high=12),
    fixable=12,
    kev=0,
    lead=0.0,
    score=0.0,
)
ENDED_UNJUDGED = Base(
    id="docker.io/library/centos:7",
    reference="centos:7",
    registry="docker.io",
    distro=DistributionLife(id="centos", version="7", eol=Answer("yes"), eol_date="2024-06-30"),
    inheritors=inheritors("legacy/Deployment/ledger", "legacy/CronJob/close"),
    inheritors_total=2,
    lead=20.0,
    score=20.0,
    drivers=[
        Driver(
            source_package="centos",
            source_version="7",
            ecosystem="",
            blast=20.0,
            weight=10.0,
            inheritors=2,
            severity="critical",
            kev=False,
            vulnerabilities=["EOL-centos-7"],
            vulnerability_count=1,
            unfixed=1,
        )
    ],
    status="not_assessed",
    reason="148 of 148 packages: their distribution is not in OSV's list of ecosystems",
)
"""Past its end of life, which is known, with packages that nobody could judge."""
EMPTY = Base(
    id="scratch",
    reference="scratch",
    inheritors=inheritors("edge/Deployment/proxy"),
    inheritors_total=1,
    packages=0,
    severity_counts=SeverityCounts(),
    fixable=0,
    kev=0,
    lead=0.0,
    score=0.0,
)
HOSTILE_BASE = Base(
    id=HOSTILE,
    reference=HOSTILE + TERMINAL_TITLE,
    inheritors=inheritors("@everyone"),
    packages=1,
    severity_counts=SeverityCounts(),
    fixable=0,
    kev=0,
    lead=0.0,
    score=0.0,
)

SSL_FINDING = Finding(
    vulnerability="CVE-2023-0286",
    ecosystem="Debian:11",
    source_package="openssl",
    source_version="1.1.1n-0+deb11u3",
    severity=Severity("high", "Debian urgency"),
    cvss=Cvss(7.4, "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:H", "CVE-2023-0286"),
    fixed_in="1.1.1n-0+deb11u4",
    kev=Kev("2026-01-01", "2026-01-22"),
    epss=Epss(0.91, 0.99),
    bases=[BaseOccurrence(PYTHON.id, PYTHON.digests[0], LAYERS[0], [IMAGE])],
)
OWN_FINDING = Finding(
    vulnerability="CVE-2023-38545",
    ecosystem="Debian:11",
    source_package="curl",
    source_version="7.74.0-1.3",
    severity=Severity("critical", "CVSS 3.1 of CVE-2023-38545"),
    own=[OwnOccurrence(IMAGE, LAYERS[1])],
)
UNRATED_FINDING = Finding(
    vulnerability="CVE-2099-0001",
    ecosystem="Debian:11",
    source_package="zlib",
    source_version="1:1.2.11",
    severity=Severity("unknown", "no record states one"),
    bases=[BaseOccurrence(PYTHON.id, PYTHON.digests[0], LAYERS[0], [IMAGE])],
)
MILD_FINDING = Finding(
    vulnerability="CVE-2011-4116",
    ecosystem="Debian:11",
    source_package="perl",
    source_version="5.32.1",
    severity=Severity("low", "Debian urgency"),
    bases=[BaseOccurrence(PYTHON.id, PYTHON.digests[0], LAYERS[0], [IMAGE])],
)
EOL_FINDING = Finding(
    kind="end-of-life",
    vulnerability="EOL-debian-11",
    ecosystem="",
    source_package="debian",
    source_version="11",
    severity=Severity("critical", "end of life weighs as critical"),
    bases=[BaseOccurrence(PYTHON.id, PYTHON.digests[0], "", [IMAGE])],
)
OWNED_LIBRARY = Package(
    type="npm",
    name="acorn",
    version="8.8.1",
    source="acorn",
    source_version="8.8.1",
    ecosystem="npm",
    path="usr/share/nodejs/acorn",
    owned_by="node-acorn",
    layer=LAYERS[0],
)
OWN_LIBRARY = Package(
    type="maven",
    name="org.acme:orders",
    version="1.4",
    source="org.acme:orders",
    source_version="1.4",
    ecosystem="Maven",
    path="app/shop.jar!/BOOT-INF/lib/orders-1.4.jar",
    rule="manifest",
    layer=LAYERS[1],
)
FEEDS = [
    Feed(name="OSV Debian", date="2026-11-20T08:00:00Z", digest=sha256_of(b"feed"), records=40_000),
    Feed(name="CISA KEV", date="2026-10-01T00:00:00Z", digest=sha256_of(b"kev"), records=1_200),
]
NOT_ASSESSED = [
    NotAssessed("image", f"registry.test/tools/missing:{number}", "not_assessed", "no source has it")
    for number in range(1, 13)
] + [NotAssessed("packages", "legacy/app|x", "partial", "3 of 12 packages: no advisories for Debian:10")]


def image_row() -> ImageRow:
    """An image of three layers: the base's, its own, and one that could not be read."""
    return ImageRow(
        digest=IMAGE,
        references=["registry.test/shop/orders:1.4.2"],
        created=BuildDate("2026-10-01T00:00:00Z", "newest file that a package owns"),
        size_bytes=48_000_000,
        layers=[
            Layer(digest=LAYERS[0], media_type="", size=45_000_000, diff_id=LAYERS[0], created_by="ADD rootfs"),
            Layer(digest=LAYERS[1], media_type="", size=3_000_000, diff_id=LAYERS[1], created_by="RUN a | b `c`"),
            Layer(digest=LAYERS[2], media_type="", size=512, created_by="COPY . /app"),
        ],
        user="",
        entrypoint=["python", "-m", "orders service"],
        ports=["8080/tcp"],
        env_names=["PATH"],
        distribution=Distribution(id="debian", version="11", pretty_name="Debian GNU/Linux 11 (bullseye)"),
        packages=3,
        surface=Surface(shells=["bin/sh"], setuid_files=["bin/su"], files=3456),
        unowned=Unowned(files=12, bytes=5 * 1024 * 1024),
        base=ImageBase(id=PYTHON.id, digest=PYTHON.digests[0], method="layer-chain", confidence=0.99, layer_count=1),
        status="partial",
        reason="layer 3 ended too early",
    )


def image_report() -> ImageReport:
    return ImageReport(
        generated_at=NOW,
        tool=TOOL,
        image=image_row(),
        packages=[
            _package("openssl", LAYERS[0]),
            _package("zlib", LAYERS[0]),
            _package("curl", LAYERS[1]),
            OWNED_LIBRARY,
            OWN_LIBRARY,
        ],
        findings=[MILD_FINDING, UNRATED_FINDING, OWN_FINDING, SSL_FINDING, EOL_FINDING],
        feeds=FEEDS,
        not_assessed=[NotAssessed("layer", LAYERS[2], "not_assessed", "ended too early")],
    )


def inventory() -> Inventory:
    """One of every kind of base, in the order an audit gives them."""
    return Inventory(
        generated_at=NOW,
        tool=TOOL,
        inputs=[Input("OSV Debian", "2026-11-20T08:00:00Z", sha256_of(b"feed"))],
        feeds=FEEDS,
        sources=[Source("services", "directory")],
        workloads=[
            Workload(
                id="shop/Deployment/orders",
                namespace="shop",
                kind="Deployment",
                name="orders",
                containers=[Container(name="app", role="main", reference="registry.test/shop/orders:1.4.2")],
            )
        ],
        images=[image_row()],
        bases=[UNIDENTIFIED, PYTHON, NGINX, HOSTILE_BASE, MISSING, GOLANG],
        findings=[EOL_FINDING, SSL_FINDING, OWN_FINDING, UNRATED_FINDING],
        not_assessed=NOT_ASSESSED,
    )


def _package(name: str, layer: str) -> Package:
    return Package(
        type="deb", name=name, version="1", source=name, source_version="1", ecosystem="Debian:11", layer=layer
    )
