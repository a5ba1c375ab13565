"""A program without a package is asked about by its upstream version, and gets findings that name Bitnami's records."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.integration.real_images import unpack
from tests.integration.scan.scanned import scan

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.engine.match import match
from basewise.model.advisory import PackageVersion
from basewise.model.facts import Facts


@pytest.fixture(scope="module")
def layout(debian_layout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`app`: the Python 3.9.2 of Debian 11 alone, under /usr/local and without its package."""
    folder = tmp_path_factory.mktemp("programs")
    python = unpack(debian_layout, "python", folder / "python") / "usr" / "bin" / "python3.9"
    builder = LayoutBuilder(folder / "layout")
    entry = Entry(path="usr/local/bin/python3.9", data=python.read_bytes(), mode=0o755)
    builder.image("app", [builder.layer([entry])])
    shutil.rmtree(folder / "python")
    return builder.path


def audit(layout: Path, folder: Path) -> dict[str, Any]:
    """The audit of a Dockerfile that stands on `app`, by the command that users run, with Bitnami's real feed."""
    data = os.environ.get("BASEWISE_TEST_DATA")
    if not data:
        pytest.skip("BASEWISE_TEST_DATA does not name a directory with advisories")
    (folder / "services").mkdir()
    (folder / "services" / "Dockerfile").write_text("FROM registry.test/app\n")
    program = shutil.which("basewise", path=str(Path(sys.executable).parent)) or "basewise"
    feed = Path(data) / "osv" / "Bitnami" / "all.zip"
    subprocess.run([program, "db", "import", feed, "--db", "db.sqlite"], cwd=folder, check=True, capture_output=True)
    command = [program, "audit", "services", "--images", layout, "--db", "db.sqlite", "--cache-dir", "cache"]
    done = subprocess.run(
        [*command, "--offline", "--format", "json", "-o", "inventory.json"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode in {0, 3}, done.stderr
    found: dict[str, Any] = json.loads((folder / "inventory.json").read_bytes())
    return found


def test_the_question_is_that_of_the_upstream_version(layout: Path) -> None:
    contents = scan(layout, "app").contents
    asked = match(Facts(contents={"app": contents}), None, reason="no database").matches.not_assessed
    assert asked == {PackageVersion("Bitnami", "python", "3.9.2"): "no database"}


def test_findings_name_the_records_of_bitnami(layout: Path, tmp_path: Path) -> None:
    findings = audit(layout, tmp_path)["findings"]
    assert len(findings) > 10
    for finding in findings:
        assert (finding["ecosystem"], finding["source_package"]) == ("Bitnami", "python")
        assert all(source.startswith("BIT-python-") for source in finding["sources"])
    assert "CVE-2023-24329" in {finding["vulnerability"] for finding in findings}
