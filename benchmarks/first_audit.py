"""What the first audit costs on a fleet of real images, beside the bound: `python -m benchmarks.first_audit`.

Every figure is that of a child process on one core: `basewise` as users start it, and `benchmarks.bound`, which reads
the same layers and does nothing else. Images come from `--images`, else are built once by build-images.sh.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import bound, fleet
from benchmarks.measure import Run, TookTooLong, pin_to_one_core, run
from benchmarks.report import Figure, print_figures

_CACHE = Path(__file__).resolve().parent.parent / ".cache"
_COMMAND = (sys.executable, "-m", "basewise.cli.main")
_BUILD_SECONDS = 1800.0
_STEP_SECONDS = 300.0
_NOT_ASSESSED = 3  # exit code


class Benchmark:
    """One measurement: where its files are and how its children are started."""

    def __init__(self, images: Path, advisories: Path, scratch: Path) -> None:
        self.images = images
        self.advisories = advisories
        self.scratch = scratch
        self.database = scratch / "advisories.sqlite"
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "BASEWISE_"))
        }
        self.environment |= {"XDG_CACHE_HOME": str(scratch / "xdg"), "XDG_DATA_HOME": str(scratch / "xdg")}

    def child(self, *command: str) -> Run:
        return run(command, scratch=self.scratch, timeout=_STEP_SECONDS, environment=self.environment)

    def basewise(self, *arguments: str, expected: tuple[int, ...] = (0,)) -> Run:
        """Runs the command line; ends the benchmark when it fails, for a failure's time means nothing."""
        done = self.child(*_COMMAND, *arguments)
        if done.exit_code not in expected:
            sys.exit(f"basewise {' '.join(arguments)} ended with {done.exit_code}:\n{done.stderr}")
        return done

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
        done = self.basewise(*arguments, "--no-progress", expected=(0, _NOT_ASSESSED))
        return done, json.loads(output.read_text())


def main() -> None:
    """Measures and prints."""
    options = _options()
    images = options.images or _built_images()
    with tempfile.TemporaryDirectory(prefix="basewise-bench-") as scratch:
        benchmark = Benchmark(images, options.advisories, Path(scratch))
        pin_to_one_core()
        try:
            figures = measure(benchmark, options.runs)
        except TookTooLong as error:
            sys.exit(str(error))
    print_figures(figures)
    if options.json:
        options.json.write_text(json.dumps({figure.name: figure.as_json() for figure in figures}, indent=2) + "\n")
    if options.check and not all(figure.holds for figure in figures):
        sys.exit(1)


def measure(benchmark: Benchmark, runs: int) -> list[Figure]:
    """All figures, in the order in which they are printed."""
    services = benchmark.scratch / "services"
    fleet.write_services(services, _tags(benchmark.images))
    imported = benchmark.basewise("db", "import", str(benchmark.advisories), "--db", str(benchmark.database))
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
    layout = _CACHE / "bench-bomb"
    if not (layout / "index.json").exists() or not _tags(layout):
        done = benchmark.child(sys.executable, "-m", "benchmarks.bomb", str(layout))
        if done.exit_code:
            sys.exit(f"the bomb could not be made: {done.stderr}")
    services = benchmark.scratch / "bomb"
    fleet.write_one(services, "bomb")
    done, inventory = benchmark.audit(services, layout, benchmark.scratch / "bomb-state")
    (image,) = inventory["images"]
    assessed = image["status"] != "not_assessed" or done.exit_code != _NOT_ASSESSED
    return [
        Figure("bomb", done.seconds, "s", most=60),
        Figure("bomb_peak", done.peak_mb, "MB", most=400),
        Figure("bomb_taken_for_assessed", int(assessed), "", most=0, note=image.get("reason", "")),
    ]


def _tags(layout: Path) -> set[str]:
    entries = json.loads((layout / "index.json").read_text())["manifests"]
    return {entry.get("annotations", {}).get("org.opencontainers.image.ref.name", "") for entry in entries}


def _median(runs: list[Run]) -> float:
    return statistics.median(entry.seconds for entry in runs)


def _built_images() -> Path:
    """The layout of build-images.sh, built when it is not there yet: some minutes, as root on Debian."""
    layout = _CACHE / "bench-images"
    if layout.exists():
        return layout
    data = os.environ.get("BASEWISE_TEST_DATA")
    if not data:
        sys.exit("No images: name an OCI layout with --images, or set BASEWISE_TEST_DATA to build them.")
    unfinished = _CACHE / "bench-images.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    _CACHE.mkdir(exist_ok=True)
    print("building images: two to five minutes, once", file=sys.stderr)
    with tempfile.TemporaryDirectory() as scratch:
        script = str(Path(data) / "tools" / "build-images.sh")
        done = run(["bash", script, str(unfinished)], scratch=Path(scratch), timeout=_BUILD_SECONDS)
    if done.exit_code:
        sys.exit(f"{script} ended with {done.exit_code}:\n{done.stderr[-2000:]}")
    return unfinished.rename(layout)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_audit", description=__doc__)
    data = os.environ.get("BASEWISE_TEST_DATA")
    parser.add_argument("--images", type=Path, metavar="LAYOUT", help="OCI layout with the images of build-images.sh")
    default = Path(data) / "osv" if data else None
    parser.add_argument("--advisories", type=Path, metavar="DIR", default=default, help="OSV's bulk layout")
    parser.add_argument("--runs", type=int, default=3, help="audits of each kind; medians are printed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures as JSON")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs is at least 1")
    if not options.advisories:
        parser.error("no advisories: name them with --advisories, or set BASEWISE_TEST_DATA")
    return options


if __name__ == "__main__":
    main()
