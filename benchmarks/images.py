"""The images that benchmarks read: those of build-images.sh, built once."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import run

CACHE = Path(__file__).resolve().parent.parent / ".cache"
_BUILD_SECONDS = 1800.0


def tags(layout: Path) -> set[str]:
    """The names of the images of a layout."""
    entries = json.loads((layout / "index.json").read_text())["manifests"]
    return {entry.get("annotations", {}).get("org.opencontainers.image.ref.name", "") for entry in entries}


def built_images() -> Path:
    """The layout of build-images.sh, built when it is not there yet: some minutes, as root on Debian."""
    layout = CACHE / "bench-images"
    if layout.exists():
        return layout
    data = os.environ.get("BASEWISE_TEST_DATA")
    if not data:
        sys.exit("No images: name an OCI layout with --images, or set BASEWISE_TEST_DATA to build them.")
    unfinished = CACHE / "bench-images.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    CACHE.mkdir(exist_ok=True)
    print("building images: two to five minutes, once", file=sys.stderr)
    with tempfile.TemporaryDirectory() as scratch:
        script = str(Path(data) / "tools" / "build-images.sh")
        done = run(["bash", script, str(unfinished)], scratch=Path(scratch), timeout=_BUILD_SECONDS)
    if done.exit_code:
        sys.exit(f"{script} ended with {done.exit_code}:\n{done.stderr[-2000:]}")
    return unfinished.rename(layout)
