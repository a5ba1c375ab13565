"""Building real images once per checkout, whatever runs the tests at the same time."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

CACHE = Path(__file__).parents[2] / ".cache" / "test-images"
_SECONDS = 600


def built_once(name: str, programs: Sequence[str], build: Callable[[Path], None]) -> Path:
    """The layout called `name`, built by `build` unless that was done before.

    Skips, with the reason, where root file systems cannot be built.
    """
    if os.geteuid() != 0:
        pytest.skip("building root file systems needs root")
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        layout = CACHE / name
        if not (layout / "built").exists():
            shutil.rmtree(layout, ignore_errors=True)
            build(layout)
            (layout / "built").touch()
    return layout


def run(*command: str, folder: Path | None = None, **variables: str) -> str:
    """What a program prints; the test fails, with its last words, when the program does.

    Args:
        folder: to run it in.
        variables: of its environment, beside those of the tests.
    """
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        cwd=folder,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1730000000", "DEBIAN_FRONTEND": "noninteractive"} | variables,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command[:3])} failed:\n{done.stderr[-2000:]}{done.stdout[-500:]}")
    return done.stdout
