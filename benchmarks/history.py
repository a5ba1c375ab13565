"""What the history of a clone costs: `python -m benchmarks.history`.

A repository of 10,000 commits on main and side branches is made by git fast-import; then the survey of a run reads it,
with what it asks git for. Two kinds: a service repository, in which few commits touch a file that names an image, and a
deployment repository, in which most do.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from basewise.discover.directory import discover
from basewise.discover.git.survey import Place, survey
from basewise.discover.sources import SOURCES
from basewise.model.limits import DEFAULT_LIMITS
from benchmarks.report import Figure, print_figures

_MOST_SECONDS = 10.0
_SERVICES = 200
_KINDS = {"service repository": 0.08, "deployment repository": 0.7}
"""Share of commits that change a Dockerfile, and again that change a manifest."""
_MERGES = 0.1
_START = 1_500_000_000  # seconds since 1970


class Writer:
    """Writes a history in the form that git fast-import reads (git-fast-import(1))."""

    def __init__(self, draw: random.Random, share: float) -> None:
        self.count = 0
        self._draw = draw
        self._share = share
        self._seconds = _START
        self.dockerfiles = [f"services/s{number}/Dockerfile" for number in range(_SERVICES)]
        self.manifests = [f"deploy/s{number}/app.yaml" for number in range(_SERVICES)]
        self.sources = [f"services/s{n}/src/p{p}/f{f}.py" for n in range(_SERVICES) for p in range(3) for f in range(5)]

    def commit(self, paths: list[str], *parents: int) -> Iterator[bytes]:
        self.count += 1
        self._seconds += self._draw.randrange(60, 20_000)
        person = f"Ada <ada@shop.test> {self._seconds} +0000"
        yield f"commit refs/heads/main\nmark :{self.count}\nauthor {person}\ncommitter {person}\ndata 1\nm\n".encode()
        for word, parent in zip(["from", "merge"], parents, strict=False):
            yield f"{word} :{parent}\n".encode()
        for path in paths:
            content = self._content(path)
            yield f"M 100644 inline {path}\ndata {len(content)}\n{content}\n".encode()

    def changed(self) -> list[str]:
        paths = set(self._draw.sample(self.sources, self._draw.randrange(1, 5)))
        paths |= {self._draw.choice(files) for files in (self.dockerfiles, self.manifests) if self._chance(self._share)}
        return sorted(paths)

    def history(self, commits: int) -> Iterator[bytes]:
        yield from self.commit([*self.dockerfiles, *self.manifests, *self.sources])
        main = self.count
        while self.count < commits:
            if not self._chance(_MERGES):
                yield from self.commit(self.changed(), main)
                main = self.count
                continue
            side = main
            for _ in range(self._draw.randrange(1, 6)):
                yield from self.commit(self.changed(), side)
                side = self.count
            yield from self.commit(self.changed(), main)
            yield from self.commit(self.changed(), self.count, side)
            main = self.count

    def _chance(self, share: float) -> bool:
        return self._draw.random() < share

    def _content(self, path: str) -> str:
        number = self._draw.randrange(1000)
        if path.endswith("Dockerfile"):
            return (
                f"FROM golang:1.{number % 4 + 20} AS build\nRUN make\nFROM python:3.{number % 5 + 8}-slim\n# {number}\n"
            )
        if path.endswith(".yaml"):
            name = path.split("/")[1]
            return (
                f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n"
                f"      containers:\n        - name: main\n          image: reg.test/shop/{name}:1.{number}\n"
            )
        return "".join(f"x = {self._draw.random()}\n" for _ in range(20))


def make(root: Path, commits: int, share: float) -> None:
    """A clone with its files checked out."""
    git = ["git", "-C", str(root)]
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(root)], check=True)
    with subprocess.Popen([*git, "fast-import", "--quiet"], stdin=subprocess.PIPE) as importing:
        assert importing.stdin is not None
        for part in Writer(random.Random(1), share).history(commits):
            importing.stdin.write(part)
    subprocess.run([*git, "reset", "--hard", "--quiet"], check=True)


def measure(root: Path) -> tuple[float, int, str]:
    """Seconds of the survey, introductions found, and what was wrong."""
    sources = list(SOURCES.values())
    usages = {Place(path, root / path): read.usages for path, read in discover(root, sources, DEFAULT_LIMITS)}
    started = time.perf_counter()
    found = survey([root], usages, sources, DEFAULT_LIMITS)
    return time.perf_counter() - started, len(found.introductions), found.repositories[0].reason


def main() -> None:
    """Makes, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=10_000)
    commits = parser.parse_args().commits
    figures = []
    for kind, share in _KINDS.items():
        with tempfile.TemporaryDirectory(prefix="basewise-") as folder:
            root = Path(folder).resolve()
            make(root, commits, share)
            seconds, introductions, problem = measure(root)
        note = problem or f"{commits} commits, {introductions} introductions"
        figures.append(Figure(f"history_of_a_{kind.replace(' ', '_')}", seconds, "s", _MOST_SECONDS, note))
    print_figures(figures)


if __name__ == "__main__":
    main()
