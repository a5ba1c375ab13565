"""A Debian image whose libraries of Python apt installed, and the same after pip upgraded one of them over apt's.

Tags: `apt` has python3-idna and pip as packages; `pip` has a layer more, in which pip, itself upgraded first (Debian's
leaves alone what apt installed), took the old library away and put the new one in `usr/local`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.integration.building import built_once, run
from tests.integration.real_images import bootstrapped, unpack

_PROGRAMS = ("mmdebstrap", "umoci", "apt-get", "chroot")
_WHEELS = ("pip==23.3.2", "idna==3.7")


def upgraded_image() -> Path:
    """The layout; skips, with the reason, where it cannot be built."""
    return built_once("upgraded", _PROGRAMS, _build)


def _build(layout: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        run("umoci", "init", "--layout", str(layout))
        bootstrapped(layout, "apt", work / "apt.tar", "--include=python3-pip,python3-idna")
        root = unpack(layout, "apt", work / "pip")
        wheels = root / "tmp" / "wheels"
        run(sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(wheels), *_WHEELS)
        for wheel in _WHEELS:
            run("chroot", str(root), "python3", "-m", "pip", "install", "--no-index", "--find-links", "/tmp/wheels",
                "--no-cache-dir", "--upgrade", wheel)  # fmt: skip
        run("rm", "-r", str(wheels))
        run("umoci", "repack", "--image", f"{layout}:pip", str(work / "pip"))
