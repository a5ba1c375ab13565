"""An audit over a registry finds what an audit over the layout finds, and fetches only the advisories it needs."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.integration.docker_registry import RunningRegistry, docker_registry

from basewise.demo import images
from basewise.demo.fleet import Fleet, build_fleet
from basewise.model.reference import Reference

SERVED = (images.NGINX, images.POSTGRES)
MANIFEST = "".join(
    f"""\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app-{number}}}
spec:
  template:
    spec:
      containers: [{{name: main, image: "{reference}"}}]
"""
    for number, reference in enumerate(SERVED)
)


def basewise(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "BASEWISE_"))}
    environment |= {"XDG_CACHE_HOME": str(home / "cache"), "XDG_DATA_HOME": str(home / "data"), "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "basewise.cli.main", *map(str, arguments)],
        capture_output=True, text=True, timeout=120, check=False, env=environment, cwd=home,
    )  # fmt: skip


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    return build_fleet(tmp_path_factory.mktemp("fleet"))


@pytest.fixture(scope="module")
def registry(fleet: Fleet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    with docker_registry(tmp_path_factory.mktemp("registry")) as running:
        for text in SERVED:
            reference = Reference.parse(text)
            running.copy(fleet.layout, text, f"hub/{reference.repository}:{reference.tag}")
        yield running


class Feeds(http.server.SimpleHTTPRequestHandler):
    """A copy of the feeds that remembers what it was asked for."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the standard library's
        pass


@pytest.fixture
def feeds(fleet: Fleet) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Remembering", (Feeds,), {"asked": asked})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(fleet.advisories)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def audit(home: Path, *arguments: object) -> dict[str, Any]:
    (home / "services").mkdir(exist_ok=True)
    (home / "services" / "all.yaml").write_text(MANIFEST)
    done = basewise("audit", "services", "--format", "json", "-o", "found.json", *arguments, home=home)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads((home / "found.json").read_text())
    return document


def test_a_registry_and_a_layout_give_the_same_inventory(
    fleet: Fleet, registry: RunningRegistry, feeds: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, asked = feeds
    from_registry = audit(tmp_path, "--mirror", f"docker.io={registry.host}/hub", "--feeds-url", url)
    assert sorted(asked) == [
        "/Debian/all.zip",
        "/epss_scores-current.csv.gz",
        "/known_exploited_vulnerabilities.json",
    ]
    workspace = tmp_path / "other"
    from_layout = audit(
        tmp_path, "--images", fleet.layout, "--offline", "--workspace", workspace, "--cache-dir", workspace
    )
    assert [row["id"] for row in from_registry["bases"]] == [Reference.parse(text).line for text in SERVED]
    for document in (from_registry, from_layout):
        document.pop("generated_at")
    assert from_registry["findings"] == from_layout["findings"] != []
    assert from_registry["images"] == from_layout["images"]


def test_a_second_audit_pulls_no_layer(registry: RunningRegistry, feeds: tuple[str, list[str]], tmp_path: Path) -> None:
    arguments = ("--mirror", f"docker.io={registry.host}/hub", "--feeds-url", feeds[0])
    first = audit(tmp_path, *arguments)
    layers = {layer["digest"].removeprefix("sha256:") for image in first["images"] for layer in image["layers"]}
    blobs = [path for path in (registry.folder / "data").glob("**/blobs/sha256/*/*/data") if path.parent.name in layers]
    hidden = [path.rename(path.with_name("data.hidden")) for path in blobs]
    try:
        again = audit(tmp_path, *arguments)
    finally:
        for path in hidden:
            path.rename(path.with_name("data"))
    assert hidden
    assert again["findings"] == first["findings"]
    assert len(feeds[1]) == 3


def test_a_dry_run_tells_what_the_audit_then_pulls(
    registry: RunningRegistry, feeds: tuple[str, list[str]], tmp_path: Path
) -> None:
    arguments = ("--mirror", f"docker.io={registry.host}/hub", "--feeds-url", feeds[0])
    ahead = audit(tmp_path, *arguments, "--dry-run")
    assert feeds[1] == []
    assert not list(tmp_path.glob("**/layers"))
    read = audit(tmp_path, *arguments)
    sizes = {layer["digest"]: layer["size"] for image in read["images"] for layer in image["layers"]}
    assert ahead["pulled"] == {"count": len(sizes), "bytes": sum(sizes.values())}
    assert audit(tmp_path, *arguments, "--dry-run")["pulled"] == {"count": 0, "bytes": 0}


def test_without_network_it_is_said_which_advisories_are_missing(fleet: Fleet, tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "all.yaml").write_text(MANIFEST)
    done = basewise("audit", "services", "--images", fleet.layout, "--offline", home=tmp_path)
    assert done.returncode == 3
    assert "no advisories for Debian" in done.stderr
    assert "basewise db import" in done.stderr
    assert "no advisories for Debian" in done.stdout


def test_feeds_that_cannot_be_had_are_said_and_the_audit_goes_on(fleet: Fleet, tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "all.yaml").write_text(MANIFEST)
    closed = "http://127.0.0.1:9"
    done = basewise("audit", "services", "--images", fleet.layout, "--feeds-url", closed, home=tmp_path)
    assert done.returncode == 3
    assert f"{closed}/Debian/all.zip could not be downloaded" in done.stderr
    assert "nginx" in done.stdout
