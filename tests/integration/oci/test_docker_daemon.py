"""The docker program gives out an image of the daemon it speaks to.

The daemon is a loopback server with the two requests of Docker's Engine API that `docker save` makes: `GET /_ping` and
`GET /images/get` ("Export several images").
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.archives import newer_items, tar_bytes

from basewise.demo.layout import Entry, LayoutBuilder

NAME = "shop/orders:1"
STATUS = b"Package: bash\nStatus: install ok installed\nVersion: 5.1\nArchitecture: amd64\nMaintainer: a\n\n"
OS = [Entry(path="etc/os-release", data=b"ID=debian\nVERSION_ID=12\n"), Entry(path="var/lib/dpkg/status", data=STATUS)]


class _Daemon(BaseHTTPRequestHandler):
    archive: bytes

    def do_HEAD(self) -> None:
        self._answer(200, "text/plain", b"")

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path.endswith("/_ping"):
            self._answer(200, "text/plain", b"OK")
        elif url.path.endswith("/images/get") and parse_qs(url.query).get("names") == [NAME]:
            self._answer(200, "application/x-tar", self.archive)
        else:
            self._answer(404, "application/json", json.dumps({"message": "No such image"}).encode())

    def _answer(self, code: int, kind: str, body: bytes) -> None:
        self.send_response(code)
        for key, value in (("Api-Version", "1.41"), ("Content-Type", kind), ("Content-Length", str(len(body)))):
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def builder(tmp_path: Path) -> LayoutBuilder:
    return LayoutBuilder(tmp_path / "layout")


@pytest.fixture
def environment(builder: LayoutBuilder, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Of a user whose docker speaks to the daemon, which has one image."""
    if shutil.which("docker") is None:
        pytest.skip("docker, the command line program, is not installed")
    image = builder.image("orders", [builder.layer(OS)])

    class Daemon(_Daemon):
        archive = tar_bytes(newer_items(builder.path, [(image, NAME)]))

    with ThreadingHTTPServer(("127.0.0.1", 0), Daemon) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        host = f"tcp://127.0.0.1:{server.server_port}"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("DOCKER_")}
        yield kept | {"DOCKER_HOST": host, "DOCKER_CONFIG": str(tmp_path / "docker")}
        server.shutdown()
        thread.join()


def inspect(reference: str, environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "basewise.cli.main", "inspect", f"docker-daemon:{reference}", "--offline", "-q"]
    options = ["--format", "json", "--cache-dir", "cache", "--db", "db.sqlite"]
    return subprocess.run(
        [*command, *options], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_an_image_of_the_daemon_is_read(builder: LayoutBuilder, environment: dict[str, str], tmp_path: Path) -> None:
    done = inspect(NAME, environment, tmp_path)
    assert done.stdout, done.stderr
    document = json.loads(done.stdout)
    listed = json.loads((builder.path / "index.json").read_text())["manifests"]
    assert [document["image"]["digest"]] == [entry["digest"] for entry in listed]
    assert [package["purl"].partition("?")[0] for package in document["packages"]] == ["pkg:deb/debian/bash@5.1"]


def test_what_the_daemon_lacks_is_told_in_its_words(environment: dict[str, str], tmp_path: Path) -> None:
    done = inspect("shop/other:1", environment, tmp_path)
    assert done.returncode == 3
    assert "docker ended with code 1" in done.stderr
    assert "No such image" in done.stderr
