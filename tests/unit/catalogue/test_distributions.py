import json
import os
import zipfile
from pathlib import Path

import pytest
from packageurl import PackageURL

from basewise.catalogue.distributions import distribution_of, ecosystem_for, purl_of
from basewise.catalogue.loader import load
from basewise.model.contents import Distribution, OsRelease


def ecosystem(name: str, version: str) -> str:
    return distribution_of(OsRelease(id=name, version_id=version)).ecosystem


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("debian", "11", "Debian:11"),
        ("debian", "9.13", "Debian:9"),
        ("ubuntu", "24.04", "Ubuntu:24.04:LTS"),
        ("ubuntu", "22.04", "Ubuntu:22.04:LTS"),
        ("ubuntu", "23.04", "Ubuntu:23.04"),
        ("ubuntu", "24.10", "Ubuntu:24.10"),
        ("alpine", "3.20.3", "Alpine:v3.20"),
        ("alpine", "3.9.0", "Alpine:v3.9"),
        ("alpine", "3.21_alpha20240807", "Alpine:edge"),
        ("alpine", "3.23.0_alpha20250612", "Alpine:edge"),
        ("wolfi", "20230201", "Wolfi"),
        ("chainguard", "20230214", "Chainguard"),
        ("minimos", "20241031", "MinimOS"),
        ("alpaquita", "23", "Alpaquita:23"),
        ("alpaquita", "stream", "Alpaquita:stream"),
        ("bellsoft-hardened-containers", "25", "BellSoft Hardened Containers:25"),
        ("almalinux", "9.4", "AlmaLinux:9"),
        ("rocky", "8.10", "Rocky Linux:8"),
        ("rhel", "9.4", "Red Hat:enterprise_linux:9::baseos"),
        ("rhel", "8", "Red Hat:enterprise_linux:8::baseos"),
        ("rhel", "7.9", "Red Hat:enterprise_linux:7::server"),
        ("rhel", "10.1", "Red Hat:enterprise_linux:10.1"),
        ("sles", "15.6", "SUSE:Linux Enterprise Server 15 SP6"),
        ("sles", "15", "SUSE:Linux Enterprise Server 15"),
        ("sles", "12.5", "SUSE:Linux Enterprise Server 12 SP5"),
        ("sles", "16.0", "SUSE:Linux Enterprise Server 16.0"),
        ("opensuse-leap", "15.6", "openSUSE:Leap 15.6"),
        ("opensuse-tumbleweed", "20260101", "openSUSE:Tumbleweed"),
        ("azurelinux", "3.0", "Azure Linux:3"),
        ("mariner", "2.0", "Azure Linux:2"),
    ],
)
def test_an_os_release_leads_to_the_ecosystem_of_its_release(name: str, version: str, expected: str) -> None:
    assert ecosystem(name, version) == expected
    assert distribution_of(OsRelease(id=name, version_id=version)).reason == ""


@pytest.mark.parametrize(
    ("release", "reason"),
    [
        (OsRelease(id="debian", version_codename="forky"), "no VERSION_ID"),
        (OsRelease(id="alpine", version_id="unknown"), "no Alpine release"),
        (OsRelease(id="rhel", version_id="10"), "CPE"),
        (OsRelease(id="amzn", version_id="2023"), "OSV has no advisories for Amazon Linux"),
        (OsRelease(id="ol", version_id="9.4"), "OSV has no advisories for Oracle Linux"),
        (OsRelease(id="photon", version_id="5.0"), "Photon OS"),
        (OsRelease(id="dhi", version_id="13"), "which release of Alpine or Debian"),
        (OsRelease(id="dhi", version_id="3.24", id_like="wolfi"), "which release of Alpine or Debian"),
        (OsRelease(id="gentoo", version_id="2.15"), "'gentoo' is no distribution that we know advisories for"),
        (OsRelease(name="Nameless"), "os-release has no ID"),
    ],
)
def test_where_there_is_no_ecosystem_the_reason_is_said(release: OsRelease, reason: str) -> None:
    found = distribution_of(release)
    assert found.ecosystem == ""
    assert reason in found.reason


@pytest.mark.parametrize(
    ("release", "expected", "own", "foreign"),
    [
        (OsRelease(id="dhi", id_like="alpine", version_id="3.24"), "Docker Hardened Images:Alpine:3.24", "apk", "deb"),
        (OsRelease(id="dhi", id_like="debian", version_id="13"), "Docker Hardened Images:Debian:13", "deb", "apk"),
    ],
)
def test_a_docker_hardened_image_is_of_the_lineage_that_it_is_like(
    release: OsRelease, expected: str, own: str, foreign: str
) -> None:
    found = distribution_of(release)
    assert ecosystem_for(found, own) == expected
    assert ecosystem_for(found, foreign) == ""
    assert purl_of(own, "zlib", "1", "", found).startswith(f"pkg:{own}/dhi/zlib@1")
    assert purl_of(foreign, "zlib", "1", "", found) == ""


def test_debian_testing_goes_by_its_code_name() -> None:
    found = distribution_of(OsRelease(id="debian", version_codename="forky", pretty_name="Debian forky/sid"))
    assert (found.version, found.pretty_name) == ("forky", "Debian forky/sid")


def test_only_packages_of_the_distributions_own_kind_are_in_its_ecosystem() -> None:
    debian = distribution_of(OsRelease(id="debian", version_id="12"))
    assert ecosystem_for(debian, "deb") == "Debian:12"
    assert ecosystem_for(debian, "apk") == ""
    assert ecosystem_for(Distribution(id="gentoo"), "deb") == ""
    assert purl_of("apk", "musl", "1", "x86_64", debian) == ""


def test_a_purl_keeps_every_part_through_its_own_parser() -> None:
    alpine = distribution_of(OsRelease(id="alpine", version_id="3.20.3"))
    purl = PackageURL.from_string(purl_of("apk", "libstdc++", "13.2.1_git20240309-r0", "x86_64", alpine))
    assert (purl.type, purl.namespace, purl.name, purl.version) == (
        "apk",
        "alpine",
        "libstdc++",
        "13.2.1_git20240309-r0",
    )
    assert purl.qualifiers == {"arch": "x86_64", "distro": "alpine-3.20.3"}
    assert purl_of("deb", "x", "1", "", Distribution(id="other")) == "pkg:deb/other/x@1?distro=other"


@pytest.mark.parametrize(
    ("name", "namespace"),
    [
        ("rhel", "redhat"),
        ("centos", "centos"),
        ("fedora", "fedora"),
        ("amzn", "amazon"),
        ("ol", "oracle"),
        ("photon", "photon"),
        ("azurelinux", "azure-linux"),
        ("mariner", "azure-linux"),
        ("sles", "suse"),
        ("opensuse-leap", "opensuse"),
        ("opensuse-tumbleweed", "opensuse"),
    ],
)
def test_an_rpm_has_the_namespace_of_its_vendor_and_its_epoch_as_a_qualifier(name: str, namespace: str) -> None:
    found = distribution_of(OsRelease(id=name, version_id="9"))
    assert purl_of("rpm", "openssl", "1:3.0.7-27", "x86_64", found) == (
        f"pkg:rpm/{namespace}/openssl@3.0.7-27?arch=x86_64&distro={name}-9&epoch=1"
    )
    assert purl_of("rpm", "bash", "5-1", "", found) == f"pkg:rpm/{namespace}/bash@5-1?distro={name}-9"
    assert purl_of("deb", "bash", "5-1", "", found) == ""


def test_every_entry_has_a_source_a_date_and_a_status() -> None:
    entries = load("distributions")["distributions"]
    assert len({entry["id"] for entry in entries}) == len(entries)
    for entry in entries:
        assert entry["source"], entry["id"]
        assert entry["date"].isoformat(), entry["id"]
        assert entry["status"] in {"confirmed", "unconfirmed"}
        assert entry["packages"] in {"deb", "apk", "rpm"}
        open_ended = any("version" not in rule for rule in entry["ecosystems"])
        assert open_ended or entry["unmatched"], entry["id"]


@pytest.mark.parametrize(
    ("folder", "releases"),
    [
        ("Debian", [("debian", "11"), ("debian", "12"), ("debian", "13")]),
        ("Alpine", [("alpine", f"3.{minor}.1") for minor in range(10, 25)] + [("alpine", "3.25_alpha20261101")]),
        ("Wolfi", [("wolfi", "20230201")]),
        ("Alpaquita", [("alpaquita", "23"), ("alpaquita", "25"), ("alpaquita", "stream")]),
        ("BellSoft Hardened Containers", [("bellsoft-hardened-containers", "25")]),
        ("AlmaLinux", [("almalinux", "8.10"), ("almalinux", "9.6"), ("almalinux", "10.0")]),
    ],
)
def test_names_are_those_that_the_advisories_use(folder: str, releases: list[tuple[str, str]]) -> None:
    data = os.environ.get("BASEWISE_TEST_DATA")
    if not data:
        pytest.skip("BASEWISE_TEST_DATA does not name the directory of test data")
    with zipfile.ZipFile(Path(data) / "osv" / folder / "all.zip") as archive:
        wanted = {ecosystem(*release) for release in releases}
        for name in archive.namelist():
            affected = json.loads(archive.read(name)).get("affected", [])
            wanted -= {entry.get("package", {}).get("ecosystem") for entry in affected}
            if not wanted:
                break
    assert wanted == set()
