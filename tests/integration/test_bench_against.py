"""The benchmark against a former commit measures both sources on the same images."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from basewise.demo.layout import Entry, LayoutBuilder

ROOT = Path(__file__).parents[2]
RECORD = {
    "schema_version": "1.7.0",
    "id": "ALPINE-CVE-2024-6119",
    "modified": "2024-09-03T00:00:00Z",
    "upstream": ["CVE-2024-6119"],
    "affected": [
        {
            "package": {"ecosystem": "Alpine:v3.23", "name": "openssl"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.3.2-r0"}]}],
        }
    ],
}


def test_every_figure_is_told_of_both(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    known = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    if known.returncode:
        pytest.skip(f"git knows no commit: {known.stderr.strip()}")
    layout = LayoutBuilder(tmp_path / "layout")
    release = Entry(path="etc/os-release", data=b"ID=alpine\nVERSION_ID=3.23.0\n")
    installed = Entry(path="lib/apk/db/installed", data=b"P:libcrypto3\nV:3.3.1-r3\nA:x86_64\no:openssl\n\n")
    layout.image("redis", [layout.layer([release, installed])])
    (tmp_path / "osv" / "Alpine").mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "osv" / "Alpine" / "all.zip", "w") as archive:
        archive.writestr("ALPINE-CVE-2024-6119.json", json.dumps(RECORD))
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks.against", "HEAD", "--images", str(layout.path), "--pairs", "1"]
    done = subprocess.run(
        [*command, "--advisories", str(tmp_path / "osv"), "--json", str(figures)],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(figures.read_text())
    assert {name.removeprefix("cold_") for name in found if name.startswith("cold_")} == {
        name.removeprefix("warm_") for name in found if name.startswith("warm_")
    }
    assert all(figure["value"] > 0 for figure in found.values())
    assert "cold ratio" in done.stdout
