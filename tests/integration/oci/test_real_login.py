"""A login that skopeo makes at a real registry is one that we can use."""

from __future__ import annotations

import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from tests.integration.docker_registry import docker_registry

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.model.errors import AccessDenied
from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.oci.credentials import credentials
from basewise.oci.registry import RegistrySource
from basewise.oci.settings import Logins

# bcrypt of the password below, which is good for nothing else
_USERS = "robot$shop:$2y$05$abcdefghijklmnopqrstuu4PPKVKAKq/2RPH4zIoT10XNpNTsIkI6\n"
_USER, _PASSWORD = "robot$shop", "s3cret-of-skopeo"


def test_what_skopeo_login_writes_opens_the_registry(tmp_path: Path) -> None:
    builder = LayoutBuilder(tmp_path / "layout")
    wanted = builder.image("app:1", [builder.layer([Entry(path="a")])])
    users, logins = tmp_path / "users", tmp_path / "auth.json"
    users.write_text(_USERS)
    policy = tmp_path / "policy.json"
    policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    with docker_registry(tmp_path, f'auth: {{htpasswd: {{realm: test, path: "{users}"}}}}\n') as registry:
        skopeo(
            _PASSWORD,
            "login",
            "--authfile",
            logins,
            "--tls-verify=false",
            "-u",
            _USER,
            "--password-stdin",
            registry.host,
        )
        target = f"docker://{registry.host}/team/app:1"
        flags = ("--policy", policy, "copy", "--authfile", logins, "--preserve-digests", "--dest-tls-verify=false")
        skopeo("", *flags, f"oci:{builder.path}:app:1", target)
        reference = Reference.parse(f"{registry.host}/team/app:1")
        limits, now = Limits(), (lambda: 0.0)
        with closing(RegistrySource(credentials=credentials(Logins(files=(logins,)), limits, now=now))) as source:
            assert source.resolve(reference).digest == wanted.digest
        with closing(RegistrySource()) as source, pytest.raises(AccessDenied, match="without a login"):
            source.resolve(reference)


def skopeo(text: str, *arguments: object) -> None:
    done = subprocess.run(
        ["skopeo", *map(str, arguments)], input=text, text=True, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
