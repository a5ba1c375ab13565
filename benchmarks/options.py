"""Options that all benchmarks of the audit have."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def parser(module: str, description: str | None) -> argparse.ArgumentParser:
    """A parser with `--images`, `--advisories`, `--json` and `--check`."""
    found = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    data = os.environ.get("BASEWISE_TEST_DATA")
    found.add_argument("--images", type=Path, metavar="LAYOUT", help="OCI layout with the images of build-images.sh")
    default = Path(data) / "osv" if data else None
    found.add_argument("--advisories", type=Path, metavar="DIR", default=default, help="OSV's bulk layout")
    found.add_argument("--json", type=Path, metavar="FILE", help="also write the figures as JSON")
    found.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    return found


def parsed(options: argparse.ArgumentParser, *counts: str) -> argparse.Namespace:
    """What the command line says; ends the program when there are no advisories, or one of `counts` is below 1."""
    found = options.parse_args()
    for name in counts:
        if getattr(found, name) < 1:
            options.error(f"--{name} is at least 1")
    if not found.advisories:
        options.error("no advisories: name them with --advisories, or set BASEWISE_TEST_DATA")
    return found
