"""The inventory ranks bases by blast radius and never shows a zero for something it did not look at."""

from datetime import UTC, datetime

import msgspec

from basewise.model.advisory import Kev, Match, Matches, PackageVersion, Severity, SeverityLevel
from basewise.model.contents import Distribution, ImageContents, Package
from basewise.model.evidence import Answer, Status
from basewise.model.facts import Facts, Identified
from basewise.model.image import Image, Layer
from basewise.model.inventory import Base, ImageBase, Inventory
from basewise.model.repository import Automation, Introduction, Repository
from basewise.model.workload import Container, Source, Usage, Workload
from basewise.phases.audit import audit, has_at_least

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TYPE = "application/vnd.oci.image.layer.v1.tar"


def package(source: str, version: str = "1", layer: str = "os", ecosystem: str = "Debian:12") -> Package:
    return Package(
        type="deb", name=f"lib{source}", version=version, source=source, source_version=version,
        purl=f"pkg:deb/debian/lib{source}@{version}", ecosystem=ecosystem, layer=f"sha256:{layer}",
    )  # fmt: skip


def match(source: str, vulnerability: str, level: SeverityLevel, *, kev: bool = False, version: str = "1") -> Match:
    return Match(
        package=PackageVersion("Debian:12", source, version),
        vulnerability=vulnerability,
        severity=Severity(level, "test"),
        kev=Kev("2026-01-01", "2026-02-01") if kev else None,
        records=[f"DEBIAN-{vulnerability}"],
    )


class FleetFacts:
    """Builds the facts of a fleet whose bases are one layer and whose services add one."""

    def __init__(self) -> None:
        self.images: dict[str, Image] = {}
        self.contents: dict[str, ImageContents] = {}
        self.identified: dict[str, Identified] = {}
        self.resolved: dict[str, str] = {}
        self.digests: dict[str, list[str]] = {}
        self.parents: dict[str, list[str]] = {}
        self.found: list[Match] = []
        self.not_assessed: dict[PackageVersion, str] = {}
        self.usages: list[Usage] = []
        self.workloads: list[Workload] = []
        self.unresolved: dict[str, Status] = {}
        self.introductions: list[Introduction] = []
        self.repositories: list[Repository] = []
        self.distribution = Distribution(id="debian", version="12", ecosystem="Debian:12")

    def base(self, reference: str, packages: list[Package], layer: str = "os", digest: str = "") -> None:
        digest = digest or f"sha256:{reference}"
        self._image(digest, [layer], packages)
        self.resolved[reference] = digest
        self.digests.setdefault(reference, []).append(digest)
        self.identified[digest] = Identified(
            ImageBase(id=reference, digest=digest, method="self", confidence=1, layer_count=1), "external"
        )

    def service(self, name: str, base: str, packages: list[Package], count: int = 1, base_id: str = "",
                on: str = "") -> None:  # fmt: skip
        """`count` workloads that all run one image on `base`, on its digest `on` where the line has several."""
        digest = f"sha256:{name}"
        on = on or self.resolved.get(base, "")
        below = self.images.get(on)
        layers = [layer.digest.removeprefix("sha256:") for layer in below.layers] if below else ["os"]
        self._image(digest, [*layers, name], packages)
        reference = f"reg.test/{name}:1"
        self.resolved[reference] = digest
        self.identified[digest] = Identified(
            ImageBase(id=base_id or base, digest=on, method="layer-chain", confidence=1,
                      layer_count=len(layers)), "own",
        )  # fmt: skip
        for number in range(count):
            container = Container(name="main", role="main", reference=reference)
            identity = f"default/Deployment/{name}-{number}"
            self.workloads.append(
                Workload(id=identity, namespace="default", kind="Deployment", name=name, containers=[container])
            )
            self.usages.append(Usage(reference=reference, kind="kubernetes", workload=identity))

    def matches(self, *matches: Match) -> None:
        self.found += matches

    def audit(self) -> Inventory:
        facts = Facts(
            sources=[Source("./services", "directory")], usages=self.usages, workloads=self.workloads,
            resolved=self.resolved, unresolved=self.unresolved, images=self.images, contents=self.contents,
            identified=self.identified, parents=self.parents, base_digests=self.digests,
            matches=Matches(self.found, self.not_assessed), introductions=self.introductions,
            repositories=self.repositories,
        )  # fmt: skip
        return audit(facts, now=NOW, tool="basewise test")

    def _image(self, digest: str, layers: list[str], packages: list[Package]) -> None:
        stack = [Layer(digest=f"sha256:{layer}", media_type=TYPE, size=10) for layer in layers]
        self.images[digest] = Image(digest=digest, layers=stack)
        self.contents[digest] = ImageContents(
            digest=digest, packages=packages, distribution=self.distribution, diff_ids=[""] * len(stack)
        )


def row(inventory: Inventory, identity: str) -> Base:
    return next(base for base in inventory.bases if base.id == identity)


def test_one_workload_with_150_findings_ranks_below_40_workloads_with_a_single_high() -> None:
    fleet = FleetFacts()
    many = [package(f"p{number}", layer="python") for number in range(75)]
    fleet.base("reg.test/python:1", many, layer="python")
    fleet.base("reg.test/nginx:1", [package("openssl")])
    fleet.service("tool", "reg.test/python:1", many)
    fleet.service("web", "reg.test/nginx:1", [package("openssl")], count=40)
    fleet.matches(match("openssl", "CVE-2026-1", "high"))
    for one in many:
        fleet.matches(match(one.source, f"CVE-2025-{one.source}", "critical"), match(one.source, "CVE-2025-0", "high"))
    inventory = fleet.audit()
    assert [base.id for base in inventory.bases] == ["reg.test/nginx:1", "reg.test/python:1"]
    assert row(inventory, "reg.test/nginx:1").lead == 5 * 40
    assert row(inventory, "reg.test/python:1").lead == 10
    assert row(inventory, "reg.test/python:1").severity_counts.total == 150


def test_a_package_with_500_vulnerabilities_counts_once() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [package("linux")])
    fleet.service("app", "reg.test/python:1", [package("linux")], count=3)
    fleet.matches(*(match("linux", f"CVE-2025-{number}", "high") for number in range(500)))
    found = row(fleet.audit(), "reg.test/python:1")
    assert (found.lead, found.score, len(found.drivers)) == (15, 15, 1)
    assert found.severity_counts.high == found.drivers[0].vulnerability_count == 500


def test_a_known_exploited_vulnerability_weighs_double_and_an_unknown_severity_as_medium() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [package("a"), package("b")])
    fleet.service("app", "reg.test/python:1", [package("a"), package("b")])
    fleet.matches(match("a", "CVE-1", "high", kev=True), match("b", "CVE-2", "unknown"))
    found = row(fleet.audit(), "reg.test/python:1")
    assert [(driver.source_package, driver.blast) for driver in found.drivers] == [("a", 10), ("b", 1)]
    assert (found.severity_counts.unknown, found.kev, found.score) == (1, 1, 11)


def test_a_directory_of_dockerfiles_alone_gives_inheritors() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [package("a")])
    fleet.matches(match("a", "CVE-1", "high"))
    for name in ("one", "two"):
        usage = Usage(reference="reg.test/python:1", kind="dockerfile", file=f"{name}/Dockerfile", line=1, final=True)
        fleet.usages.append(usage)
    found = row(fleet.audit(), "reg.test/python:1")
    assert (found.inheritors.count, found.inheritors.kind, found.lead) == (2, "Dockerfiles", 10)
    assert found.inheritors.names == ["one/Dockerfile:1", "two/Dockerfile:1"]


def test_a_service_with_a_manifest_and_a_dockerfile_is_not_counted_twice() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [package("a")])
    fleet.service("app", "reg.test/python:1", [package("a")])
    fleet.usages.append(
        Usage(reference="reg.test/python:1", kind="dockerfile", file="app/Dockerfile", line=1, final=True)
    )
    found = row(fleet.audit(), "reg.test/python:1")
    assert (found.inheritors.count, found.inheritors.kind) == (1, "workloads in manifests")


def test_a_workload_that_replaced_the_package_no_longer_inherits_its_finding() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [package("a")])
    fleet.service("old", "reg.test/python:1", [package("a")])
    fleet.service("patched", "reg.test/python:1", [package("a", version="2", layer="patched")])
    fleet.matches(match("a", "CVE-1", "high"))
    found = row(fleet.audit(), "reg.test/python:1")
    assert (found.inheritors.count, found.drivers[0].inheritors, found.lead) == (2, 1, 5)


def test_what_an_image_adds_itself_is_its_own_and_not_its_bases() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [])
    fleet.service("app", "reg.test/python:1", [package("curl", layer="app")])
    fleet.matches(match("curl", "CVE-1", "critical"))
    inventory = fleet.audit()
    (finding,) = inventory.findings
    assert [own.image for own in finding.own] == ["sha256:app"]
    assert finding.bases == []
    assert row(inventory, "reg.test/python:1").score == 0


def test_an_unidentified_base_is_listed_above_the_backlog() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [package("a")])
    fleet.service("app", "reg.test/python:1", [package("a")], count=9)
    fleet.service("lone", "", [package("b")], base_id="unidentified:sha256:0")
    fleet.contents["unidentified:sha256:0"] = fleet.contents["sha256:lone"]
    fleet.matches(match("a", "CVE-1", "critical"), match("b", "CVE-2", "low"))
    inventory = fleet.audit()
    assert [base.id for base in inventory.bases] == ["unidentified:sha256:0", "reg.test/python:1"]
    assert inventory.bases[0].lead == 0.1


def test_a_distribution_past_its_end_of_life_outranks_its_zero_findings() -> None:
    fleet = FleetFacts()
    fleet.distribution = Distribution(id="debian", version="11", ecosystem="Debian:11")
    fleet.base("reg.test/old:1", [])
    fleet.service("app", "reg.test/old:1", [], count=2)
    inventory = fleet.audit()
    found = row(inventory, "reg.test/old:1")
    assert (found.lead, found.severity_counts.total) == (20, 0)
    assert found.distro is not None
    assert found.distro.eol.state == "yes"
    (finding,) = inventory.findings
    assert (finding.kind, finding.severity.level, finding.bases[0].images) == (
        "end-of-life", "critical", ["sha256:app", "sha256:reg.test/old:1"],
    )  # fmt: skip


def test_images_of_ci_and_development_are_listed_by_what_they_are_for() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/tools:1", [package("a")])
    fleet.matches(match("a", "CVE-1", "critical"))
    places = ("dev", "dev.json"), ("ci", "ci.yml")
    fleet.usages += [
        Usage(reference="reg.test/tools:1", kind="github-actions", file=file, line=1, role=role)
        for role, file in places
    ]
    found = row(fleet.audit(), "reg.test/tools:1")
    assert (found.role, found.severity_counts.critical, found.lead, found.inheritors.count) == ("ci", 1, 0, 0)


def test_builder_bases_have_findings_but_no_blast() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/golang:1", [package("a")])
    fleet.matches(match("a", "CVE-1", "critical"))
    fleet.usages.append(
        Usage(reference="reg.test/golang:1", kind="dockerfile", file="Dockerfile", line=1, build_stage="0")
    )
    found = row(fleet.audit(), "reg.test/golang:1")
    assert (found.role, found.severity_counts.critical, found.lead, found.inheritors.count) == ("build", 1, 0, 0)


def test_the_public_parent_of_a_golden_image_shows_total_inheritors_and_is_not_scored_for_them() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [package("a")])
    fleet.base("reg.test/golden:1", [package("a")], layer="os")
    fleet.parents["reg.test/golden:1"] = ["reg.test/python:1"]
    fleet.service("app", "reg.test/golden:1", [package("a")], count=4)
    fleet.matches(match("a", "CVE-1", "high"))
    inventory = fleet.audit()
    assert row(inventory, "reg.test/golden:1").lead == 20
    parent = row(inventory, "reg.test/python:1")
    assert (parent.inheritors.count, parent.inheritors_total, parent.lead) == (0, 4, 0)


def test_a_base_line_holds_all_its_digests_and_counts_a_vulnerability_once() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [package("a", version="1")], digest="sha256:older")
    fleet.base("reg.test/python:1", [package("a", version="2")], digest="sha256:newer")
    fleet.matches(match("a", "CVE-1", "high", version="1"), match("a", "CVE-1", "high", version="2"))
    found = row(fleet.audit(), "reg.test/python:1")
    assert found.digests == ["sha256:older", "sha256:newer"]
    assert found.severity_counts.high == 1


def test_a_published_image_that_could_not_be_had_is_a_row_without_numbers() -> None:
    fleet = FleetFacts()
    reference = "docker.io/library/redis:7"
    fleet.unresolved[reference] = Status("not_assessed", "registry says 503")
    container = Container(name="main", role="main", reference=reference)
    fleet.workloads.append(
        Workload(id="default/Deployment/r", namespace="default", kind="Deployment", name="r", containers=[container])
    )
    inventory = fleet.audit()
    found = row(inventory, reference)
    assert (found.status, found.reason, found.packages, found.inheritors.count) == (
        "not_assessed", "registry says 503", None, 1,
    )  # fmt: skip
    assert inventory.not_assessed[0].name == reference


def test_packages_that_the_database_cannot_judge_are_counted_per_image() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [package("a"), package("b", ecosystem=""), package("c")])
    fleet.not_assessed[PackageVersion("Debian:12", "c", "1")] = "invalid version"
    inventory = fleet.audit()
    assert [(gap.kind, gap.status, gap.reason) for gap in inventory.not_assessed] == [
        (
            "packages",
            "partial",
            "1 of 3 packages: their distribution is not in OSV's list of ecosystems; 1 of 3 packages: invalid version",
        ),
    ]
    assert inventory.status.status == "partial"


def test_each_digest_of_a_line_weighs_for_those_who_stand_on_it() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [package("a", version="1", layer="old")], layer="old", digest="sha256:stale")
    fleet.base("reg.test/python:1", [package("a", version="2", layer="new")], layer="new", digest="sha256:fresh")
    fleet.service("one", "reg.test/python:1", [package("a", version="1", layer="old")], on="sha256:stale")
    fleet.service("many", "reg.test/python:1", [package("a", version="2", layer="new")], count=40, on="sha256:fresh")
    fleet.matches(match("a", "CVE-1", "critical", version="1"), match("a", "CVE-1", "low", version="2"))
    found = row(fleet.audit(), "reg.test/python:1")
    assert [(driver.source_version, driver.inheritors, driver.blast) for driver in found.drivers] == [
        ("1", 1, 10), ("2", 40, 4),
    ]  # fmt: skip
    assert (found.lead, found.score) == (10, 14)
    assert found.severity_counts is not None
    assert (found.severity_counts.critical, found.severity_counts.low) == (1, 0)


def test_an_end_of_life_weighs_for_those_who_run_the_digest_that_is_past_it() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/debian:rolling", [], layer="new", digest="sha256:new")
    fleet.distribution = Distribution(id="debian", version="11", ecosystem="Debian:11")
    fleet.base("reg.test/debian:rolling", [], layer="old", digest="sha256:old")
    fleet.service("behind", "reg.test/debian:rolling", [], count=30, on="sha256:old")
    fleet.distribution = Distribution(id="debian", version="12", ecosystem="Debian:12")
    fleet.service("ahead", "reg.test/debian:rolling", [], on="sha256:new")
    inventory = fleet.audit()
    found = row(inventory, "reg.test/debian:rolling")
    assert found.distro is not None
    assert (found.distro.version, found.distro.eol.state) == ("11", "yes")
    assert [(driver.source_version, driver.inheritors) for driver in found.drivers] == [("11", 30)]
    (finding,) = inventory.findings
    assert [(at.digest, at.images) for at in finding.bases] == [("sha256:old", ["sha256:behind", "sha256:old"])]


def test_a_digest_of_a_line_that_could_not_be_had_makes_the_row_partial() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [package("a")])
    fleet.unresolved["reg.test/python:1@sha256:" + "0" * 64] = Status("not_assessed", "registry says 503")
    fleet.service("app", "reg.test/python:1", [package("a")])
    found = row(fleet.audit(), "reg.test/python:1")
    assert (found.status, found.reason) == ("partial", "registry says 503")


def test_an_image_that_could_not_be_read_has_a_row_without_figures() -> None:
    fleet = FleetFacts()
    fleet.service("lone", "", [], base_id="unidentified:sha256:0")
    broken = msgspec.structs.replace(fleet.contents["sha256:lone"], status=Status("not_assessed", "cut"))
    fleet.contents["sha256:lone"] = fleet.contents["unidentified:sha256:0"] = broken
    inventory = fleet.audit()
    found = row(inventory, "unidentified:sha256:0")
    assert (found.status, found.inheritors.count, found.packages, found.severity_counts, found.lead) == (
        "not_assessed", 1, None, None, None,
    )  # fmt: skip
    assert inventory.images[0].packages is None


def test_what_stands_on_nothing_is_a_row_that_brings_nothing() -> None:
    fleet = FleetFacts()
    fleet.service("static", "", [], base_id="scratch")
    found = row(fleet.audit(), "scratch")
    assert (found.status, found.inheritors.count, found.packages, found.lead) == ("ok", 1, 0, 0)


def test_a_gate_by_severity_also_sees_what_an_image_brings_itself() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [])
    fleet.service("app", "reg.test/python:1", [package("curl", layer="app")])
    fleet.matches(match("curl", "CVE-1", "unknown"))
    inventory = fleet.audit()
    assert has_at_least(inventory, "medium")  # what a severity nobody knows weighs
    assert not has_at_least(inventory, "high")


def test_containers_say_which_manifest_they_run() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [])
    fleet.service("app", "reg.test/python:1", [])
    (workload,) = fleet.audit().workloads
    assert [container.digest for container in workload.containers] == ["sha256:app"]


def test_a_library_that_belongs_to_a_package_of_the_system_is_neither_counted_nor_judged() -> None:
    facts = FleetFacts()
    owned = msgspec.structs.replace(package("acorn"), ecosystem="npm", path="usr/share/nodejs/acorn", owned_by="node")
    facts.base("docker.io/library/node:20", [package("bash"), owned])
    question = PackageVersion("npm", "acorn", "1")
    facts.found.append(msgspec.structs.replace(match("acorn", "CVE-1", "high"), package=question))
    facts.not_assessed[question] = "no advisories for npm"
    inventory = facts.audit()
    assert (inventory.findings, inventory.not_assessed) == ([], [])
    assert inventory.images[0].packages == inventory.bases[0].packages == 1


def test_programs_that_no_advisories_speak_of_are_a_gap() -> None:
    fleet = FleetFacts()
    program = msgspec.structs.replace(package("bash", ecosystem=""), type="generic")
    fleet.base("reg.test/tools:1", [package("a"), program])
    assert [gap.reason for gap in fleet.audit().not_assessed] == [
        "1 of 2 packages: programs that no advisories speak of by their upstream versions"
    ]


def test_packages_of_conda_are_counted_and_said_not_to_be_judged() -> None:
    fleet = FleetFacts()
    installed = msgspec.structs.replace(package("numpy", ecosystem=""), type="conda", path="conda-meta/numpy.json")
    fleet.base("reg.test/notebook:1", [package("a"), installed])
    inventory = fleet.audit()
    assert inventory.bases[0].packages == 2
    assert [gap.reason for gap in inventory.not_assessed] == [
        "1 of 2 packages: packages of conda, by whose names nobody publishes advisories"
    ]


def test_a_distribution_without_advisories_says_why() -> None:
    fleet = FleetFacts()
    fleet.distribution = Distribution(id="amzn", version="2023", reason="OSV has no advisories for Amazon Linux")
    fleet.base("reg.test/python:1", [package("a", ecosystem="")])
    (gap,) = fleet.audit().not_assessed
    assert gap.reason == "1 of 1 packages: OSV has no advisories for Amazon Linux"


def test_binary_packages_that_advisories_name_apart_count_once_for_their_source() -> None:
    fleet = FleetFacts()
    built = [
        Package(
            type="rpm", name=name, version="1:3.0.7-27.el9", source="openssl", source_version="1:3.0.7-27.el9",
            purl=f"pkg:rpm/almalinux/{name}@3.0.7-27.el9", ecosystem="AlmaLinux:9", layer="sha256:os",
        )
        for name in ("openssl", "openssl-libs")
    ]  # fmt: skip
    fleet.base("reg.test/python:1", built)
    fleet.service("api", "reg.test/python:1", built)
    for one in built:
        found = match("x", "CVE-1", "high")
        fleet.matches(msgspec.structs.replace(found, package=PackageVersion("AlmaLinux:9", one.name, one.version)))
    inventory = fleet.audit()
    (finding,) = inventory.findings
    assert (finding.source_package, finding.purls) == ("openssl", sorted(one.purl for one in built))
    base = row(inventory, "reg.test/python:1")
    assert (base.severity_counts.high, [driver.source_package for driver in base.drivers]) == (1, ["openssl"])
    assert [base.images for base in finding.bases] == [["sha256:api", "sha256:reg.test/python:1"]]


def test_a_library_in_the_base_and_again_in_the_image_is_a_finding_of_both() -> None:
    fleet = FleetFacts()
    library = msgspec.structs.replace(package("urllib3"), path="usr/lib/python3/urllib3")
    own = msgspec.structs.replace(library, path="app/venv/urllib3", layer="sha256:app")
    fleet.base("reg.test/python:1", [library])
    fleet.service("app", "reg.test/python:1", [library, own])
    fleet.matches(match("urllib3", "CVE-1", "high"))
    (finding,) = fleet.audit().findings
    assert [at.images for at in finding.bases] == [["sha256:app", "sha256:reg.test/python:1"]]
    assert [at.image for at in finding.own] == ["sha256:app"]


def test_a_base_is_named_since_its_first_file_did_and_one_without_history_since_nobody_knows_when() -> None:
    fleet = FleetFacts()
    fleet.base("reg.test/python:1", [package("openssl")])
    fleet.base("reg.test/node:1", [package("openssl")])
    fleet.introductions = [
        Introduction(base="reg.test/python:1", file=file, at=at, method="git", commit=file)
        for file, at in (("b/Dockerfile", "2024-05-01T00:00:00Z"), ("a/Dockerfile", "2023-04-02T00:00:00Z"))
    ]
    inventory = fleet.audit()
    first = row(inventory, "reg.test/python:1").first_introduced
    assert first is not None
    assert (first.at, first.method, first.source) == ("2023-04-02T00:00:00Z", "git", "a/Dockerfile")
    assert row(inventory, "reg.test/node:1").first_introduced is None


def test_a_clone_that_could_not_be_read_wholly_is_a_gap() -> None:
    fleet = FleetFacts()
    nobody = Automation(Answer("no", "none"), Answer("no", "none"))
    fleet.repositories = [
        Repository(path="shop", automation=nobody),
        Repository(path="new", automation=nobody, status="partial", reason="it has no commit"),
    ]
    assert [(gap.kind, gap.name, gap.reason) for gap in fleet.audit().not_assessed] == [
        ("repository", "new", "it has no commit")
    ]
