"""The audit as users start it, in a child process, from these sources or from others."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.measure import Run, run

NOT_ASSESSED = 3
"""Exit code of an audit that could not assess everything."""
_COMMAND = (sys.executable, "-m", "basewise.cli.main")
_STEP_SECONDS = 300.0


class Benchmark:
    """One measurement: where its files are and how its children are started."""

    def __init__(self, images: Path, advisories: Path, scratch: Path, sources: Path | None = None) -> None:
        """`sources` is a folder with the package `basewise`; without it the installed one is measured."""
        self.images = images
        self.advisories = advisories
        self.scratch = scratch
        self.database = scratch / "advisories.sqlite"
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "BASEWISE_"))
        }
        self.environment |= {"XDG_CACHE_HOME": str(scratch / "xdg"), "XDG_DATA_HOME": str(scratch / "xdg")}
        if sources is not None:
            self.environment["PYTHONPATH"] = str(sources)

    def child(self, *command: str) -> Run:
        return run(command, scratch=self.scratch, timeout=_STEP_SECONDS, environment=self.environment)

    def basewise(self, *arguments: str, expected: tuple[int, ...] = (0,)) -> Run:
        """Runs the command line; ends the benchmark when it fails, for a failure's time means nothing."""
        done = self.child(*_COMMAND, *arguments)
        if done.exit_code not in expected:
            sys.exit(f"basewise {' '.join(arguments)} ended with {done.exit_code}:\n{done.stderr}")
        return done

    def import_advisories(self) -> Run:
        """Compiles the advisories into the database of all audits that follow."""
        return self.basewise("db", "import", str(self.advisories), "--db", str(self.database))

    def audit(self, services: Path, images: Path, state: Path) -> tuple[Run, dict[str, Any]]:
        """Audits once, with cache and workspace in `state`; returns the inventory as well."""
        output = self.scratch / "inventory.json"
        places = [
            "--images",
            images,
            "--db",
            self.database,
            "--cache-dir",
            state / "cache",
            "--workspace",
            state / "work",
        ]
        arguments = ["audit", str(services), *map(str, places), "--offline", "--format", "json", "-o", str(output)]
        done = self.basewise(*arguments, "--no-progress", expected=(0, NOT_ASSESSED))
        return done, json.loads(output.read_text())
