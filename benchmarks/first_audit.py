"""What the first audit costs on a fleet of real images, beside the bound: `python -m benchmarks.first_audit`.

Every figure is that of a child process on one core: `basewise` as users start it, and `benchmarks.bound`, which reads
the same layers and does nothing else. Images come from `--images`, else are built once by build-images.sh.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import bound, fleet, options
from benchmarks.audit import NOT_ASSESSED, Benchmark
from benchmarks.images import CACHE, built_images, tags
from benchmarks.measure import Run, TookTooLong, pin_to_one_core
from benchmarks.report import Figure, publish


def main() -> None:
    """Measures and prints."""
    asked = _options()
    images = asked.images or built_images()
    with tempfile.TemporaryDirectory(prefix="basewise-bench-") as scratch:
        benchmark = Benchmark(images, asked.advisories, Path(scratch))
        pin_to_one_core()
        try:
            figures = measure(benchmark, asked.runs)
        except TookTooLong as error:
            sys.exit(str(error))
    publish(figures, asked.json)
    if asked.check and not all(figure.holds for figure in figures):
        sys.exit(1)


def measure(benchmark: Benchmark, runs: int) -> list[Figure]:
    """All figures, in the order in which they are printed."""
    services = benchmark.scratch / "services"
    fleet.write_services(services, tags(benchmark.images))
    imported = benchmark.import_advisories()
    least = _bound(benchmark, runs)
    cold, inventory = _cold(benchmark, services, runs)
    warm, unread = _warm(benchmark, services, runs, inventory)
    seconds, floor = _median(cold), statistics.median(entry["seconds"] for entry in least)
    helps = [benchmark.basewise("--help").seconds for _ in range(10)]
    return [
        Figure("cold", seconds, "s"),
        Figure("bound", floor, "s"),
        Figure("ratio", seconds / floor, "", most=1.5),
        Figure("warm", _median(warm), "s", most=0.6),
        Figure("cold_peak", max(entry.peak_mb for entry in cold), "MB", most=250),
        Figure("warm_peak", max(entry.peak_mb for entry in warm), "MB", most=250),
        Figure("bound_peak", max(entry["peak_mb"] for entry in least), "MB"),
        Figure("layers", least[0]["layers"], ""),
        Figure("layers_not_read", _not_read(benchmark, inventory), "", most=0),
        Figure("compressed", least[0]["bytes_compressed"] / 1e6, "MB"),
        Figure("inflated", least[0]["bytes_inflated"] / 1e6, "MB"),
        Figure("layer_blobs_needed_when_warm", unread, "", most=0),
        Figure("findings", len(inventory["findings"]), ""),
        Figure("not_assessed", len(inventory["not_assessed"]), ""),
        Figure("import", imported.seconds, "s", most=30),
        Figure("import_peak", imported.peak_mb, "MB"),
        Figure("help", statistics.median(helps), "s", most=0.2),
        *_bomb(benchmark),
    ]


def _bound(benchmark: Benchmark, runs: int) -> list[dict[str, Any]]:
    results = []
    for number in range(runs + 1):
        done = benchmark.child(sys.executable, "-m", "benchmarks.bound", str(benchmark.images))
        if done.exit_code:
            sys.exit(f"the bound could not be measured: {done.stderr}")
        if number:  # the first run only brings the blobs into the page cache
            results.append(json.loads(done.stdout) | {"seconds": done.seconds, "peak_mb": done.peak_mb})
    return results


def _cold(benchmark: Benchmark, services: Path, runs: int) -> tuple[list[Run], dict[str, Any]]:
    results = []
    for number in range(runs):
        done, inventory = benchmark.audit(services, benchmark.images, benchmark.scratch / f"state-{number}")
        results.append(done)
    return results, inventory


def _warm(benchmark: Benchmark, services: Path, runs: int, before: dict[str, Any]) -> tuple[list[Run], int]:
    """Audits again with nothing changed, then once more where all layers are gone.

    Returns:
        The timed runs, and 0 when the audit without layers told the same as before, else how many it missed.
    """
    state = benchmark.scratch / "state-0"
    results = [benchmark.audit(services, benchmark.images, state)[0] for _ in range(runs + 2)]
    bare = benchmark.scratch / "bare-layout"
    layers = bound.unique_layers(benchmark.images)
    shutil.copytree(benchmark.images, bare, ignore=_but(lambda name: f"sha256:{name}" in layers))
    _, after = benchmark.audit(services, bare, state)
    missed = sum(image["status"] != "ok" for image in after["images"])
    same = all(after[part] == before[part] for part in ("bases", "findings", "images"))
    return results, 0 if same else max(missed, 1)


def _but(unwanted: Callable[[str], bool]) -> Callable[[str, list[str]], set[str]]:
    return lambda _, names: {name for name in names if unwanted(name)}


def _not_read(benchmark: Benchmark, inventory: dict[str, Any]) -> int:
    read = {layer["digest"] for image in inventory["images"] for layer in image["layers"] if layer.get("diff_id")}
    return len(set(bound.unique_layers(benchmark.images)) - read)


def _bomb(benchmark: Benchmark) -> list[Figure]:
    """Audits one image whose only layer is 20 GB in 20 MB."""
    layout = CACHE / "bench-bomb"
    if not (layout / "index.json").exists() or not tags(layout):
        done = benchmark.child(sys.executable, "-m", "benchmarks.bomb", str(layout))
        if done.exit_code:
            sys.exit(f"the bomb could not be made: {done.stderr}")
    services = benchmark.scratch / "bomb"
    fleet.write_one(services, "bomb")
    done, inventory = benchmark.audit(services, layout, benchmark.scratch / "bomb-state")
    (image,) = inventory["images"]
    assessed = image["status"] != "not_assessed" or done.exit_code != NOT_ASSESSED
    return [
        Figure("bomb", done.seconds, "s", most=60),
        Figure("bomb_peak", done.peak_mb, "MB", most=400),
        Figure("bomb_taken_for_assessed", int(assessed), "", most=0, note=image.get("reason", "")),
    ]


def _median(runs: list[Run]) -> float:
    return statistics.median(entry.seconds for entry in runs)


def _options() -> argparse.Namespace:
    parser = options.parser("benchmarks.first_audit", __doc__)
    parser.add_argument("--runs", type=int, default=3, help="audits of each kind; medians are printed")
    return options.parsed(parser, "runs")


if __name__ == "__main__":
    main()
