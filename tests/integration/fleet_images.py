"""Real images of a fleet, built by the test data's own script from Debian packages, once per checkout."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.integration.building import built_once

_BUILD_SECONDS = 900


def small_fleet_layout() -> Path:
    """An OCI layout with base-debian11, python, orders, billing and hardened-python; skips where there is none."""
    return _layout("small", "--small")


def full_fleet_layout() -> Path:
    """An OCI layout with all fifteen images; skips where there is none. Takes some minutes to build, once."""
    return _layout("full")


def _layout(name: str, *options: str) -> Path:
    if not os.environ.get("BASEWISE_TEST_DATA"):
        pytest.skip("BASEWISE_TEST_DATA is not set: the script that builds the fleet is there")
    return built_once(name, ("mmdebstrap", "umoci", "apt-get"), lambda layout: _build(layout, options))


def _build(layout: Path, options: Sequence[str]) -> None:
    script = Path(os.environ["BASEWISE_TEST_DATA"]) / "tools" / "build-images.sh"
    command = [str(script), str(layout), *options]
    result = subprocess.run(command, capture_output=True, text=True, timeout=_BUILD_SECONDS, check=False)
    if result.returncode:
        pytest.fail(f"{script.name} failed:\n{result.stderr[-2000:]}")
