"""Real images of a small fleet, built by the test data's own script from Debian packages, once per checkout."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

CACHE = Path(__file__).parents[2] / ".cache" / "test-images"
BUILD_SECONDS = 900


def small_fleet_layout() -> Path:
    """An OCI layout with base-debian11, python, orders, billing and hardened-python.

    Skips, with the reason, where it cannot be built.
    """
    data = os.environ.get("BASEWISE_TEST_DATA")
    if not data:
        pytest.skip("BASEWISE_TEST_DATA is not set: the script that builds the fleet is there")
    if os.geteuid() != 0:
        pytest.skip("building root file systems needs root")
    for program in ("mmdebstrap", "umoci", "apt-get"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "small.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        layout = CACHE / "small"
        if not (layout / "built").exists():
            shutil.rmtree(layout, ignore_errors=True)
            script = Path(data) / "tools" / "build-images.sh"
            result = subprocess.run(
                [script, layout, "--small"], capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
            )
            if result.returncode:
                pytest.fail(f"{script.name} failed:\n{result.stderr[-2000:]}")
            (layout / "built").touch()
    return layout
