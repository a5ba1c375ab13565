"""Packages of rpm's databases, in every form, are those that rpm itself lists; broken ones give what is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packageurl import PackageURL
from tests.integration.scan.rpm_images import FILES, FORMS, QUERY, query, query_berkeley, rpm_images
from tests.integration.scan.scanned import scan
from tests.integration.scan.trivy import bill_of

from basewise.model.contents import ImageContents, Package
from basewise.model.limits import DEFAULT_LIMITS
from basewise.scan.databases.rpm.database import Rpm
from basewise.scan.interface import DatabaseContents

DATABASE = "var/lib/rpm/rpmdb.sqlite"


@pytest.fixture(scope="module")
def layout() -> Path:
    return rpm_images()


def source_rpm(package: Package) -> str:
    return f"{package.source}-{package.source_version.rpartition(':')[2]}.src.rpm"


def lines(contents: ImageContents, vendors: dict[str, str]) -> list[str]:
    """Packages as `QUERY` writes them; an image keeps no vendor, which is compared on the layer's records."""
    return sorted(
        f"{p.name} {p.version} {p.architecture} {source_rpm(p)} {vendors[p.name]} {p.module or '(none)'}"
        for p in contents.packages
    )


def read(layout: Path) -> DatabaseContents:
    return Rpm().read({DATABASE: (layout / "roots/app" / DATABASE).read_bytes()}, DEFAULT_LIMITS)


@pytest.mark.parametrize("tag", ["base", *FORMS])
def test_packages_are_those_of_rpm(tag: str, layout: Path) -> None:
    found = scan(layout, tag).contents
    vendors = {record.name: record.maintainer or "(none)" for record in read(layout).records}
    assert lines(found, vendors) == query(layout, "base" if tag == "base" else "app", QUERY)
    assert found.status.is_ok
    assert {package.ecosystem for package in found.packages} == {"Rocky Linux:9"}


def test_a_berkeley_database_is_one_that_rpm_reads_too(layout: Path) -> None:
    for tag in ("berkeley", "berkeley-big-endian"):
        assert query_berkeley(layout / "roots" / tag, QUERY) == query(layout, "app", QUERY)


def test_a_container_manifest_lists_the_same_packages(layout: Path) -> None:
    found = scan(layout, "manifest").contents
    app = scan(layout, "app").contents
    assert {(p.name, p.version, p.architecture, p.source, p.source_version) for p in found.packages} == {
        (p.name, p.version, p.architecture, p.source, p.source_version) for p in app.packages
    }


def test_owned_files_are_those_of_rpm(layout: Path) -> None:
    found = read(layout)
    assert sorted(
        f"{owned.package} /{path}" for owned in found.owned for path in owned.paths.decode().split("\0")
    ) == query(layout, "app", FILES)


def test_the_layer_that_brought_a_package_is_known(layout: Path) -> None:
    scanned = scan(layout, "app")
    above = {p.name for p in scanned.contents.packages if p.layer == scanned.image.layer_digests[-1]}
    assert above == {"added", "upgraded"}


def test_half_a_database_gives_what_is_in_that_half(layout: Path) -> None:
    whole = (layout / "roots/app" / DATABASE).read_bytes()
    found = Rpm().read({DATABASE: whole[: len(whole) // 2]}, DEFAULT_LIMITS)
    assert 0 < len(found.records) < len(query(layout, "app", QUERY))
    assert found.databases[0].status.status == "partial"
    assert "pages" in found.databases[0].status.reason


@settings(deadline=None)
@given(st.sampled_from(["sqlite", "berkeley", "berkeley-big-endian"]), st.data())
def test_mutations_of_what_the_programs_wrote_never_raise(form: str, data: st.DataObject) -> None:
    roots = rpm_images() / "roots"
    path = DATABASE if form == "sqlite" else "var/lib/rpm/Packages"
    whole = bytearray((roots / ("app" if form == "sqlite" else form) / path).read_bytes())
    pages = st.integers(0, len(whole) // 4096 - 1)
    places = pages.flatmap(lambda page: st.integers(page * 4096, page * 4096 + 63)) | st.integers(0, len(whole) - 1)
    for _ in range(data.draw(st.integers(1, 20))):
        whole[data.draw(places)] = data.draw(st.integers(0, 255))
    found = Rpm().read({path: bytes(whole)}, DEFAULT_LIMITS)
    assert found.records or not found.databases[0].status.is_ok


@pytest.mark.parametrize("tag", ["app", "berkeley", "ndb"])
def test_packages_are_those_of_trivys_sbom(tag: str, layout: Path, tmp_path: Path) -> None:
    components = bill_of(layout, tag, tmp_path)["components"]
    purls = [PackageURL.from_string(each["purl"]) for each in components if "purl" in each]
    theirs = {(p.name, str(p.version), dict(p.qualifiers).get("epoch", "0")) for p in purls if p.type == "rpm"}
    theirs -= {("gpg-pubkey", "8483c65d-5ccc5b19", "0")}  # a key, which Trivy counts as a package
    ours = {PackageURL.from_string(package.purl) for package in scan(layout, tag).contents.packages}
    assert {(p.name, str(p.version), dict(p.qualifiers).get("epoch", "0")) for p in ours} == theirs
