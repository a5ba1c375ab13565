"""The packages of a real image, and the layers that brought them, are those in the SBOM that a real Trivy writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from packageurl import PackageURL
from tests.integration.scan.scanned import scan
from tests.integration.scan.trivy import bill_of

PREFIX = "aquasecurity:trivy:"


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
def test_packages_sources_and_layers_are_those_of_trivys_sbom(tag: str, debian_layout: Path, tmp_path: Path) -> None:
    bill = bill_of(debian_layout, tag, tmp_path)
    scanned = scan(debian_layout, tag)
    diff_ids = dict(zip(scanned.image.layer_digests, scanned.contents.diff_ids, strict=True))
    found = {(p.name, p.version, p.source, p.source_version, diff_ids[p.layer]) for p in scanned.contents.packages}
    assert found == packages_of(bill)
    assert len(found) >= 6
