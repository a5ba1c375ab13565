"""How long it takes to find every image that a tree of files names: `python -m benchmarks.discovery`.

5,000 files of all kinds, as the tests make them; their answers are not checked here.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.corpus import fleet

from basewise.engine.files import Files
from basewise.model.limits import DEFAULT_LIMITS
from benchmarks.report import Figure, publish

_FILES = 5000
_RUNS = 3


def write(root: Path) -> int:
    """Writes the tree. Returns how many files it has."""
    count = 0
    for path, content, _ in fleet.files(random.Random(7), _FILES):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
        count += 1
    return count


def main() -> None:
    """Prints the figures, and ends with 1 when a target is missed and `--check` was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.discovery", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures as JSON")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        count = write(Path(folder))
        seconds, usages = [], 0
        for _ in range(_RUNS):
            files = Files(DEFAULT_LIMITS)
            start = time.perf_counter()
            files.add(Path(folder))
            seconds.append(time.perf_counter() - start)
            usages = len(files.usages)
    figures = [
        Figure("discovered", statistics.median(seconds), "s", most=5),
        Figure("files", count, ""),
        Figure("usages", usages, ""),
    ]
    publish(figures, options.json)
    if options.check and not all(figure.holds for figure in figures):
        sys.exit(1)


if __name__ == "__main__":
    main()
