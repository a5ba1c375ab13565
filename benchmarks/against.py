"""The audit of these sources beside that of a former commit, on the same images: `python -m benchmarks.against COMMIT`.

Nothing of a machine is kept: both are measured in one go, in pairs of audits that take turns at being first, each a
child process on one core. What counts is the median of the pairs' ratios: load that comes and goes does to both the
same. Advisories are compiled by each for itself, since the form of the database changes.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from benchmarks import fleet, options
from benchmarks.audit import Benchmark
from benchmarks.images import built_images, tags
from benchmarks.measure import Run, TookTooLong, pin_to_one_core
from benchmarks.report import Figure, publish

ROOT = Path(__file__).resolve().parent.parent
MOST = 1.1
"""Times the former audit that today's may take, though it reads and judges more."""


class Pair(msgspec.Struct, frozen=True):
    """The same audit by both, one directly after the other."""

    former: Run
    now: Run


def main() -> None:
    """Measures and prints."""
    asked = _options()
    images = asked.images or built_images()
    with tempfile.TemporaryDirectory(prefix="basewise-against-") as scratch:
        folder = Path(scratch)
        former = Benchmark(images, asked.advisories, _made(folder / "former"), sources_of(asked.commit, folder))
        now = Benchmark(images, asked.advisories, _made(folder / "now"), ROOT / "src")
        pin_to_one_core()
        try:
            figures = measure(former, now, asked.pairs)
        except TookTooLong as error:
            sys.exit(str(error))
    publish(figures, asked.json)
    if asked.check and not all(figure.holds for figure in figures):
        sys.exit(1)


def sources_of(commit: str, folder: Path, repository: Path = ROOT) -> Path:
    """The folder `src` of a commit, written below `folder`. Ends the program when the repository has no such commit."""
    packed = subprocess.run(
        ["git", "-C", repository, "archive", "--format=tar", commit, "src"], capture_output=True, check=False
    )
    if packed.returncode:
        sys.exit(f"{commit} cannot be read: {packed.stderr.decode(errors='replace').strip()}")
    subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
    return folder / "src"


def measure(former: Benchmark, now: Benchmark, pairs: int) -> list[Figure]:
    """All figures, in the order in which they are printed."""
    services = now.scratch / "services"
    fleet.write_services(services, tags(now.images))
    for side in (former, now):
        _check_sources(side)
        side.import_advisories()
        side.audit(services, side.images, side.scratch / "first")  # compiles modules, brings blobs into the page cache
    cold, warm = [], []
    for number in range(pairs):
        state = f"state-{number}"
        cold.append(_pair(former, now, services, state, former_first=number % 2 == 0))
        warm.append(_pair(former, now, services, state, former_first=number % 2 == 0))
    return [*figures_of("cold", cold), *figures_of("warm", warm)]


def _pair(former: Benchmark, now: Benchmark, services: Path, state: str, *, former_first: bool) -> Pair:
    """Audits once by each; again with the same `state` the audit is warm."""
    order = (former, now) if former_first else (now, former)
    runs = {side.scratch: side.audit(services, side.images, side.scratch / state)[0] for side in order}
    return Pair(runs[former.scratch], runs[now.scratch])


def figures_of(kind: str, pairs: Sequence[Pair]) -> list[Figure]:
    """Median times of both, medians of the ratios within each pair, and the largest memory of both."""

    def ratio(value: Callable[[Run], float]) -> float:
        return statistics.median(value(pair.now) / value(pair.former) for pair in pairs)

    return [
        Figure(f"{kind}_former", statistics.median(pair.former.seconds for pair in pairs), "s"),
        Figure(f"{kind}_now", statistics.median(pair.now.seconds for pair in pairs), "s"),
        Figure(f"{kind}_ratio", ratio(lambda run: run.seconds), "", most=MOST),
        Figure(f"{kind}_ratio_of_processor_time", ratio(lambda run: run.cpu_seconds), "", most=MOST),
        Figure(f"{kind}_former_peak", max(pair.former.peak_mb for pair in pairs), "MB"),
        Figure(f"{kind}_now_peak", max(pair.now.peak_mb for pair in pairs), "MB"),
    ]


def _check_sources(side: Benchmark) -> None:
    """Ends the program when Python would take `basewise` from elsewhere: two runs of the same sources say nothing."""
    found = side.child(sys.executable, "-c", "import basewise; print(basewise.__file__)").stdout.strip()
    if not Path(found).is_relative_to(side.environment["PYTHONPATH"]):
        sys.exit(f"Python takes basewise from {found}, not from {side.environment['PYTHONPATH']}")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _options() -> argparse.Namespace:
    parser = options.parser("benchmarks.against", __doc__)
    parser.add_argument("commit", help="the former commit, as git names it")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of cold audits, and of warm ones")
    return options.parsed(parser, "pairs")


if __name__ == "__main__":
    main()
