"""The command line logs in with what it finds, tells what it asked, and writes no secret anywhere."""

from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.oci import front
from tests.integration.oci.faulty import FaultyRegistry, Reply

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.model.image import OCI_MANIFEST
from basewise.oci.credentials.interface import Credential

STATUS = b"Package: bash\nStatus: install ok installed\nVersion: 5.1\nArchitecture: amd64\n"
ENTRIES = [
    Entry(path="etc/os-release", data=b"ID=debian\nVERSION_ID=12\n"),
    Entry(path="var/lib/dpkg/status", data=STATUS),
]
LOGIN = Credential(username="robot$shop", password="hunter2$$")
SECRETS = ("hunter2$$", LOGIN.basic().removeprefix("Basic "), "t0ken-of-the-service", "entra-s3cret", "pr0xy-s3cret")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[FaultyRegistry]:
    """An image behind a token service that wants a password."""
    builder = LayoutBuilder(tmp_path / "layout")
    manifest = builder.image("app", [builder.layer(ENTRIES)])
    with FaultyRegistry() as server:
        realm = f"{server.url}/token"
        server.on("/token", front.token_service(lambda: SECRETS[2], login=LOGIN))
        for path in (builder.path / "blobs" / "sha256").iterdir():
            kind = {"content-type": OCI_MANIFEST, "docker-content-digest": f"sha256:{path.name}"}
            good = front.bearer(realm, {SECRETS[2]}, Reply(headers=kind, body=path.read_bytes()))
            server.on(f"/v2/app/blobs/sha256:{path.name}", good)
            server.on(f"/v2/app/manifests/sha256:{path.name}", good)
            if manifest.digest.endswith(path.name):
                server.on("/v2/app/manifests/1", good)
        yield server


def inspect(registry: FaultyRegistry, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    more = {"BASEWISE_AZURE_TOKEN": SECRETS[3], "HTTPS_PROXY": f"http://me:{SECRETS[4]}@127.0.0.1:9"}
    command = [sys.executable, "-m", "basewise.cli.main", "--debug", "inspect", f"{registry.host}/app:1"]
    return subprocess.run(
        [*command, "--format", "json", "--feeds-url", registry.url],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=home,
        env=inherited | {"HOME": str(home)} | more | environment,
    )


def packages(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.stdout, done.stderr
    return [package["name"] for package in json.loads(done.stdout)["packages"]]


def assert_no_secret(home: Path, done: subprocess.CompletedProcess[str], *without: Path) -> None:
    for path in home.rglob("*"):
        if path.is_file() and path not in without:
            content = path.read_bytes()
            assert not [secret for secret in SECRETS if secret.encode() in content], path
    assert not [secret for secret in SECRETS if secret in done.stdout + done.stderr]


def auth_file(path: Path, registry: FaultyRegistry, login: Credential = LOGIN) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"auths": {f"{registry.host}/app": {"auth": login.basic().removeprefix("Basic ")}}}))
    return path


@pytest.mark.parametrize("place", [".docker/config.json", ".config/containers/auth.json", "run/containers/auth.json"])
def test_a_login_is_found_where_its_program_keeps_it(registry: FaultyRegistry, tmp_path: Path, place: str) -> None:
    home = tmp_path / "home"
    logins = auth_file(home / place, registry)
    done = inspect(registry, home, XDG_RUNTIME_DIR=str(home / "run"))
    assert packages(done) == ["bash"]
    assert_no_secret(home, done, logins)


def test_a_login_of_a_helper_is_used(registry: FaultyRegistry, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".docker").mkdir(parents=True)
    (home / ".docker" / "config.json").write_text('{"credsStore": "vault"}')
    helper = home / "bin" / "docker-credential-vault"
    helper.parent.mkdir()
    answer = json.dumps({"Username": LOGIN.username, "Secret": LOGIN.password})
    helper.write_text(f"#!/bin/sh\ncat >/dev/null\nprintf '%s' '{answer}'\n")
    helper.chmod(helper.stat().st_mode | stat.S_IXUSR)
    done = inspect(registry, home, PATH=f"{helper.parent}:{os.environ['PATH']}")
    assert packages(done) == ["bash"]
    assert_no_secret(home, done, helper)


def test_a_login_that_is_refused_is_told_without_its_secret(registry: FaultyRegistry, tmp_path: Path) -> None:
    home = tmp_path / "home"
    wrong = Credential(username="robot$shop", password=base64.b64encode(b"hunter2$$").decode())
    logins = auth_file(home / ".docker" / "config.json", registry, wrong)
    done = inspect(registry, home)
    assert done.returncode == 3
    assert "with the credentials given for it" in done.stderr
    assert wrong.password not in done.stdout + done.stderr
    assert_no_secret(home, done, logins)


def test_the_summary_counts_every_request_of_the_run(registry: FaultyRegistry, tmp_path: Path) -> None:
    home = tmp_path / "home"
    auth_file(home / ".docker" / "config.json", registry)
    done = inspect(registry, home)
    asked = [seen for seen in registry.seen if seen.path.startswith(("/v2/", "/token"))]
    assert asked
    assert f"registries: {len(asked)} requests, " in done.stderr
