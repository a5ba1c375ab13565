"""A login that was typed where a name belongs is on no stream, in no document and in nothing that a run keeps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from basewise.cli.main import main

SECRET = "S3cret"
DOCKERFILE = f"""\
ARG BASE=bob:{SECRET}@h.test/default:1
FROM bob:{SECRET}@h.test/x:1 AS one
FROM ${{BASE}} AS two
FROM bob:{SECRET}@$REGISTRY/x AS three
FROM ${{REGISTRY:-bob:{SECRET}@h.test}}/x AS four
FROM bob:{SECRET}{"x" * 300}@h.test/x:1
"""
POD = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: shop}}
spec:
  containers:
  - {{name: a, image: "https://bob:{SECRET}@h.test/x:1"}}
  - {{name: b, image: [bob:{SECRET}@h.test/x:1]}}
  - name: c
    image: {{{{ .Values.user }}}}:{SECRET}@h.test/{{{{ .Values.name }}}}
"""


def run(folder: Path, *arguments: str) -> int:
    kept = {"--db": "db.sqlite", "--cache-dir": "cache", "--workspace": "workspace", "--output": "report"}
    options = [word for option, name in kept.items() for word in (option, str(folder / name))]
    return main([*arguments, *options, "--offline"])


def test_an_audit_tells_and_keeps_no_login_of_the_files_that_it_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = tmp_path / "fleet"
    fleet.mkdir()
    (fleet / "Dockerfile").write_text(DOCKERFILE)
    (fleet / "pod.yaml").write_text(POD)
    for output_format in ("json", "table", "csv", "markdown"):
        assert run(tmp_path, "audit", str(fleet), "--format", output_format) == 3
        kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.parent != fleet]
        assert SECRET.encode() not in b"".join(kept)
        if output_format == "json":
            assert (tmp_path / "report").read_text().count("***@h.test/x") > 3
        assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "arguments",
    [
        ["inspect", f"bob:{SECRET}@h.test/x"],
        ["inspect", f"https://bob:{SECRET}@h.test/x"],
        ["inspect", f"oauth2accesstoken:{SECRET * 400}@h.test/x"],
        ["inspect", f"docker-daemon:bob:{SECRET}@h.test/x"],
        ["audit", f"bob:{SECRET}@h.test/x"],
        ["audit", f"bob:{SECRET * 400}@h.test/x"],
        ["inspect", "x", "--mirror", f"a.test=bob:{SECRET}@h.test"],
        ["inspect", "x", "--mirror", f"bob:{SECRET}@h.test"],
        ["inspect", "x", "--known-base", f"bob:{SECRET}@h.test/x"],
        ["inspect", "x", "--own", f"https://bob:{SECRET}@h.test/x"],
        ["inspect", "x", "--own", f"bob:{SECRET}@h.test/x"],
        ["inspect", "x", "--feeds-url", f"bob:{SECRET}@h.test/x"],
        ["inspect", "x", "--plain-http", f"bob:{SECRET}@h.test"],
        ["inspect", "x", "--token-service", f"bob:{SECRET}@h.test"],
    ],
)
def test_an_error_repeats_no_login(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(tmp_path, *arguments) == 2
    told = "".join(capsys.readouterr())
    assert "error: " in told
    assert SECRET not in told


def test_a_proxy_that_cannot_be_used_is_told_without_its_login(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "basewise", "inspect", "x", "--workspace", str(tmp_path / "workspace")]
    for option in (["--proxy", f"ftp://bob:{SECRET}@h.test"], []):
        done = subprocess.run(
            [*command, *option],
            env={**os.environ, "HOME": str(tmp_path), "HTTPS_PROXY": f"ftp://bob:{SECRET}@h.test"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert "names no proxy that can be used" in done.stderr
        assert SECRET not in done.stdout + done.stderr
