"""What reading Dockerfiles costs: `python -m benchmarks.dockerfiles`.

2,000 Dockerfiles as teams write them, no two alike, each parsed and printed, then checked and its stages followed; on
one core, in this process, the median of several rounds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from basewise.dockerfile import parse
from benchmarks.measure import pin_to_one_core
from benchmarks.report import Figure, print_figures

FILES = 2000

_SERVICE = """# syntax=docker/dockerfile:1.7
# Service {number}
ARG GO_VERSION=1.{minor}
ARG REGISTRY=docker.io

FROM --platform=$BUILDPLATFORM ${{REGISTRY}}/library/golang:${{GO_VERSION}}-bookworm AS build
WORKDIR /src/service-{number}
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod \\
    go mod download
COPY . .
ARG TARGETOS TARGETARCH
ENV CGO_ENABLED=0 \\
    GOFLAGS="-trimpath -mod=readonly"
RUN --mount=type=cache,target=/root/.cache/go-build \\
    # the cache is shared
    GOOS=$TARGETOS GOARCH=$TARGETARCH go build -ldflags="-s -w" -o /out/service ./cmd/{number}

FROM debian:12-slim
RUN apt-get update && \\
    apt-get install -y --no-install-recommends ca-certificates tzdata && \\
    rm -rf /var/lib/apt/lists/*
COPY <<EOF /etc/motd
service {number}
EOF
COPY --from=build --chown=65532:65532 /out/service /usr/local/bin/service
LABEL org.opencontainers.image.source="https://git.example/{number}" org.opencontainers.image.title=service
USER 65532:65532
EXPOSE 8080/tcp
HEALTHCHECK --interval=30s CMD ["/usr/local/bin/service", "-health"]
ENTRYPOINT ["/usr/local/bin/service"]
CMD ["serve", "--port", "8080"]
"""
_SCRIPT = """FROM python:3.{minor}-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . /app/{number}
ENV PYTHONUNBUFFERED=1 PORT=80{minor}
EXPOSE $PORT
CMD ["python", "-m", "app_{number}"]
"""


def main() -> None:
    """Measures, prints, and ends with 1 where a target is missed and that was asked for."""
    options = _options()
    pin_to_one_core()
    texts = [(_SERVICE if number % 2 else _SCRIPT).format(number=number, minor=number % 30) for number in range(FILES)]
    parsed = [parse(text) for text in texts]
    wrong = sum(str(dockerfile) != text for dockerfile, text in zip(parsed, texts, strict=True))
    figures = [
        Figure("parsed_and_printed", _seconds(texts, lambda text: str(parse(text)), options.runs), "s", most=2),
        Figure("parsed_and_checked", _seconds(texts, lambda text: parse(text).problems, options.runs), "s"),
        Figure("parsed_and_staged", _seconds(texts, lambda text: parse(text).stages, options.runs), "s"),
        Figure("printed_otherwise", wrong, "", most=0),
        Figure("files", FILES, "", note=f"{sum(map(len, texts)) / FILES:.0f} characters each"),
    ]
    print_figures(figures)
    if options.json:
        options.json.write_text(json.dumps({figure.name: figure.as_json() for figure in figures}, indent=2) + "\n")
    if options.check and not all(figure.holds for figure in figures):
        sys.exit(1)


def _seconds(texts: Sequence[str], work: Callable[[str], object], runs: int) -> float:
    """Median time for all of them."""
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        for text in texts:
            work(text)
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dockerfiles", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="rounds over all files; medians are printed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures as JSON")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs is at least 1")
    return options


if __name__ == "__main__":
    main()
