"""How long the gate takes over a fleet of Dockerfiles: `python -m benchmarks.check`.

The whole program, as a commit hook or a job of CI starts it, on 1,000 Dockerfiles with a configuration and a baseline.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import run

_FILES = 1000
_RUNS = 7
_DIGEST = "sha256:" + "a" * 64
_DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG PYTHON=3.{minor}
FROM python:${{PYTHON}}-slim-bookworm AS build
WORKDIR /src
COPY requirements.txt .
RUN pip install --no-cache-dir \\
    --requirement requirements.txt && \\
    rm -rf /root/.cache
COPY --from=registry.example/tools/uv:0.{minor} /uv /usr/bin/uv

FROM cgr.dev/acme/python:3.{minor}@{digest}
ENV LANG=C.UTF-8 SERVICE=service-{number}
COPY --from=build /src /src
USER 65532
EXPOSE 8080
ENTRYPOINT ["python", "-m", "service_{number}"]
"""
_CONFIGURATION = """\
own: [registry.example]
check:
  allow: [cgr.dev/acme/**, quay.io/prometheus/*]
  refuse: [{match: "**/openjdk", reason: no longer updated}]
  exceptions:
    - {match: "python:3.*", path: service-1*, owner: team-a, reason: moves in May, expires: 2099-12-31}
"""


def write(root: Path) -> None:
    """A repository with the files of 1,000 services."""
    (root / ".git").mkdir()
    (root / "basewise.yaml").write_text(_CONFIGURATION)
    for number in range(_FILES):
        folder = root / f"service-{number}"
        folder.mkdir()
        (folder / "Dockerfile").write_text(_DOCKERFILE.format(minor=number % 14, number=number, digest=_DIGEST))


def main() -> None:
    """Prints the times of several runs; the first finds no file in the cache of the system."""
    with tempfile.TemporaryDirectory() as folder:
        root, scratch = Path(folder) / "fleet", Path(folder)
        root.mkdir()
        write(root)
        command = [
            sys.executable,
            "-m",
            "basewise.cli.main",
            "check",
            str(root),
            "--baseline",
            str(root / "known.json"),
        ]
        run([*command, "--update-baseline"], scratch=scratch, timeout=60.0, environment=dict(os.environ))
        runs = [run(command, scratch=scratch, timeout=60.0, environment=dict(os.environ)) for _ in range(_RUNS)]
    if any(one.exit_code != 0 for one in runs):
        sys.exit(f"the check failed: {runs[0].stderr}")
    seconds = sorted(one.seconds for one in runs)
    peak = max(one.peak_mb for one in runs)
    print(f"{runs[0].stderr.splitlines()[0]}")
    print(f"check on {_FILES} Dockerfiles: median {seconds[_RUNS // 2]:.2f} s, {seconds[0]:.2f} to {seconds[-1]:.2f} s")
    print(f"peak {peak:.0f} MB; aim: below 1 s")


if __name__ == "__main__":
    main()
