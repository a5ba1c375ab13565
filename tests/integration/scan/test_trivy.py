"""The packages of a real image, and the layers that brought them, are those in the SBOM that a real Trivy writes.

Images with Java are not among them: Trivy asks a database that it would have to download for the names of archives.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from packageurl import PackageURL
from tests.integration.fleet_images import full_fleet_layout
from tests.integration.language_images import LANGUAGES, image
from tests.integration.scan.scanned import Scanned, scan
from tests.integration.scan.trivy import bill_of, trivy
from tests.integration.scan.trivy_lacks import Evidence, evidence, is_library_of_the_system, reasons
from tests.integration.upgraded_image import upgraded_image

from basewise.demo.layout import Entry, LayoutBuilder

PREFIX = "aquasecurity:trivy:"
FLEET = (
    *("base-debian11", "python", "orders", "billing", "hardened-python", "base-debian12", "nginx", "redis", "node"),
    *("postgres", "gateway", "web", "batch"),
)

UNREAD = ("java", "conda")
"""What this build of Trivy names no package of: of Java without network, and of conda at all."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Trivy keeps what it has read of layers, for all tests of this file; they skip where there is no Trivy."""
    trivy()
    return tmp_path_factory.mktemp("trivy")


def properties(component: dict[str, Any]) -> dict[str, str]:
    """What Trivy says of a component beyond the fields of CycloneDX."""
    return {entry["name"].removeprefix(PREFIX): entry["value"] for entry in component.get("properties", ())}


def version(told: dict[str, str], kind: str) -> str:
    epoch, release = told.get(f"{kind}Epoch", ""), told.get(f"{kind}Release", "")
    text = told[f"{kind}Version"] + (f"-{release}" if release else "")
    return f"{epoch}:{text}" if epoch else text


def packages_of(bill: dict[str, Any]) -> set[tuple[str, str, str, str, str]]:
    """(name, version, source, source version, diff ID of the layer) of each Debian package of the SBOM."""
    found = set()
    for component in bill["components"]:
        if not component.get("purl", "").startswith("pkg:deb/debian/"):
            continue
        epoch = PackageURL.from_string(component["purl"]).qualifiers.get("epoch")
        own = f"{epoch}:{component['version']}" if epoch else component["version"]
        told = properties(component)
        found.add((component["name"], own, told["SrcName"], version(told, "Src"), told["LayerDiffID"]))
    return found


def system_packages(scanned: Scanned) -> set[tuple[str, str, str, str, str]]:
    """As `packages_of`, by our reading."""
    diff_ids = dict(zip(scanned.image.layer_digests, scanned.contents.diff_ids, strict=True))
    return {
        (package.name, package.version, package.source, package.source_version, diff_ids[package.layer])
        for package in scanned.contents.packages
        if package.type == "deb"
    }


def libraries_of(bill: dict[str, Any]) -> dict[str, str]:
    """Package URLs of what is no package of Debian, of crates with purl-spec's type, and the file that says so."""
    return {
        component["purl"].replace("pkg:rustbinary/", "pkg:cargo/"): properties(component).get("FilePath", "")
        for component in bill["components"]
        if component.get("purl") and not component["purl"].startswith("pkg:deb/")
    }


def is_project(purl: str, file: str) -> bool:
    """Trivy takes a project itself, which nobody installed, for a package of npm."""
    return purl.startswith("pkg:npm/") and file.endswith("/package.json") and "node_modules" not in file.split("/")


def assert_explained(layout: Path, scanned: Scanned, bill: dict[str, Any], cache: Path, folder: Path) -> None:
    """Fails for a library that Trivy has and we lack, or that we have and no rule explains that Trivy lacks it."""
    ours = [package for package in scanned.contents.packages if package.type != "deb"]
    theirs = libraries_of(bill)
    lacking = theirs.keys() - {package.purl for package in ours}
    assert {purl for purl in lacking if not is_project(purl, theirs[purl])} == set()
    extra = [package for package in ours if package.purl not in theirs]
    seen = evidence(layout, scanned, {name: at for name, at, *_ in packages_of(bill)})
    assert [package.purl for package in extra if len(reasons(package, seen)) != 1] == []
    libraries = {package.purl: package.database for package in extra if is_library_of_the_system(package, seen)}
    if libraries:
        alone = records_alone(set(libraries.values()), seen, folder / "alone")
        (folder / "work").mkdir()
        assert libraries.keys() <= libraries_of(bill_of(alone, "app", folder / "work", cache)).keys()


def records_alone(paths: set[str], seen: Evidence, folder: Path) -> Path:
    """A layout whose only image has these files of the image, and nothing that says that dpkg installed them."""
    builder = LayoutBuilder(folder)
    builder.image("app", [builder.layer([Entry(path=path, data=seen.files[path]) for path in sorted(paths)])])
    return builder.path


@pytest.mark.parametrize("tag", ["python", "slim", "statusd"])
def test_packages_sources_and_layers_are_those_of_trivys_sbom(
    tag: str, debian_layout: Path, tmp_path: Path, cache: Path
) -> None:
    assert_same(debian_layout, tag, cache, tmp_path)


@pytest.mark.parametrize("owner", ["", "tzdata", "nobody"])
def test_no_rule_explains_a_package_that_another_one_owns(owner: str, debian_layout: Path) -> None:
    scanned = scan(debian_layout, "python")
    seen = evidence(debian_layout, scanned, {name: at for name, at, *_ in system_packages(scanned)})
    programs = [package for package in scanned.contents.packages if package.type == "generic"]
    assert {len(reasons(package, seen)) for package in programs} == {1}
    assert [reasons(replace(package, owned_by=owner), seen) for package in programs] == [[]] * len(programs)


@pytest.mark.parametrize("tag", FLEET)
def test_a_fleets_images_have_what_trivy_finds_and_nothing_that_no_rule_explains(
    tag: str, tmp_path: Path, cache: Path
) -> None:
    assert_same(full_fleet_layout(), tag, cache, tmp_path)


@pytest.mark.parametrize("tag", ["apt", "pip"])
def test_libraries_of_apt_and_of_pip_are_told_apart_as_trivy_does(tag: str, tmp_path: Path, cache: Path) -> None:
    assert_same(upgraded_image(), tag, cache, tmp_path)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language not in UNREAD])
def test_packages_of_a_language_are_those_of_trivys_sbom(language: str, tmp_path: Path, cache: Path) -> None:
    layout = image(language)
    (tmp_path / "image").mkdir()
    bill = bill_of(layout, "app", tmp_path / "image", cache)
    assert libraries_of(bill)
    assert_explained(layout, scan(layout, "app"), bill, cache, tmp_path)


def assert_same(layout: Path, tag: str, cache: Path, folder: Path) -> None:
    """The packages of Debian are exactly Trivy's; where libraries and programs differ, a rule says why."""
    (folder / "image").mkdir()
    bill = bill_of(layout, tag, folder / "image", cache)
    scanned = scan(layout, tag)
    found = system_packages(scanned)
    assert found == packages_of(bill)
    assert len(found) >= 6
    assert_explained(layout, scanned, bill, cache, folder)
