"""Debian's docker-registry on a free loopback port, for as long as a test needs it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

_CONFIG = """version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: "{root}"}}}}
http: {{addr: "127.0.0.1:{port}"}}
"""


class RunningRegistry(msgspec.Struct, frozen=True):
    """A registry that answers."""

    host: str
    folder: Path

    def copy(self, layout: Path, tag: str, name: str) -> None:
        """Copies an image of a layout to `name`, digests unchanged, with skopeo."""
        policy = self.folder / "policy.json"
        policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
        command = ["skopeo", "--policy", str(policy), "copy", "--all", "--preserve-digests", "--dest-tls-verify=false"]
        target = f"docker://{self.host}/{name}"
        subprocess.run([*command, f"oci:{layout}:{tag}", target], check=True, capture_output=True, timeout=60)


@contextmanager
def docker_registry(folder: Path, more: str = "") -> Iterator[RunningRegistry]:
    """Runs a registry that keeps its data in `folder`; skips where the programs are missing.

    Args:
        more: lines of configuration, for example how it wants people to log in.
    """
    missing = [name for name in ("docker-registry", "skopeo") if not shutil.which(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (Debian packages docker-registry and skopeo)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "config.yml"
    config.write_text(_CONFIG.format(root=folder / "data", port=port) + more)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/v2/", server)
        yield RunningRegistry(f"127.0.0.1:{port}", folder)
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    transport = httpx.HTTPTransport(retries=8)  # waits between tries until the registry listens
    with httpx.Client(transport=transport, trust_env=False) as client:
        end = time.monotonic() + 30
        while time.monotonic() < end and server.poll() is None:
            try:
                if client.get(url).status_code in {httpx.codes.OK, httpx.codes.UNAUTHORIZED}:
                    return
            except httpx.ConnectError:
                continue
    pytest.fail("docker-registry did not start")
