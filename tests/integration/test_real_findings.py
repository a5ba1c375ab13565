"""The findings of a real image are exactly those that dpkg itself would give over the same advisories."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.fleet_images import small_fleet_layout

from basewise.demo.layout import Entry, LayoutBuilder

ECOSYSTEM = "Debian:11"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: shop}
spec:
  template:
    spec:
      containers: [{name: orders, image: registry.test/orders}]
"""


@pytest.fixture(scope="module")
def layout() -> Path:
    return small_fleet_layout()


@pytest.fixture(scope="module")
def inventory(layout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The audit of one Deployment that runs `orders`, by the command that users run."""
    folder = tmp_path_factory.mktemp("audit")
    (folder / "services").mkdir()
    (folder / "services" / "orders.yaml").write_text(DEPLOYMENT)
    (folder / "services" / "Dockerfile").write_text("FROM registry.test/python\nCOPY . /app\n")
    advisories = Path(os.environ["BASEWISE_TEST_DATA"]) / "osv" / "Debian" / "all.zip"
    basewise("db", "import", str(advisories), "--db", "db.sqlite", cwd=folder)
    basewise(
        "audit", "services", "--images", str(layout), "--db", "db.sqlite", "--cache-dir", "cache", "--offline",
        "--format", "json", "-o", "inventory.json", cwd=folder,
    )  # fmt: skip
    found: dict[str, Any] = json.loads((folder / "inventory.json").read_bytes())
    return found


def basewise(*arguments: str, cwd: Path) -> None:
    program = shutil.which("basewise", path=str(Path(sys.executable).parent)) or "basewise"
    result = subprocess.run([program, *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr


@pytest.fixture(scope="module")
def root(layout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The root file system of `orders`, unpacked by umoci."""
    folder = tmp_path_factory.mktemp("unpacked") / "orders"
    subprocess.run(["umoci", "unpack", "--image", f"{layout}:orders", folder], check=True, capture_output=True)
    yield folder / "rootfs"
    shutil.rmtree(folder)


def installed(root: Path) -> list[tuple[str, str, str, str]]:
    """(binary, version, source, source version) of every installed package, as dpkg-query tells them."""
    query = "${db:Status-Status} ${binary:Package} ${Version} ${source:Package} ${source:Version}\n"
    output = subprocess.run(
        ["dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W", "-f", query], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split() for line in output.splitlines()]
    return [(name, version, source, at) for state, name, version, source, at in rows if state == "installed"]


def older(pairs: list[tuple[str, str]]) -> list[bool]:
    """For each pair, what `dpkg --compare-versions A lt B` says."""
    script = 'while read -r a b; do if dpkg --compare-versions "$a" lt "$b"; then echo 1; else echo 0; fi; done'
    lines = "".join(f"{a} {b}\n" for a, b in pairs)
    output = subprocess.run(["bash", "-c", script], input=lines, check=True, capture_output=True, text=True).stdout
    return [line == "1" for line in output.splitlines()]


def affected_by_dpkg(packages: dict[str, set[str]]) -> set[tuple[str, str]]:
    """(CVE, source package) pairs by the OSV evaluation algorithm, with dpkg as the order of versions."""
    claims: list[tuple[str, str, str, str, str]] = []
    path = Path(os.environ["BASEWISE_TEST_DATA"]) / "osv" / "Debian" / "all.zip"
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            record = json.loads(archive.read(name))
            cves = [identity for identity in record["upstream"] if identity.startswith("CVE-")]
            for entry in record["affected"]:
                source = entry["package"]["name"]
                if entry["package"]["ecosystem"] != ECOSYSTEM or source not in packages:
                    continue
                for span in entry["ranges"]:
                    events = {kind: at for event in span["events"] for kind, at in event.items()}
                    assert set(events) <= {"introduced", "fixed"}
                    claims += [
                        (cve, source, version, events["introduced"], events.get("fixed", ""))
                        for cve in cves
                        for version in packages[source]
                    ]
    before = older([(version, introduced) for _, _, version, introduced, _ in claims])
    below = older([(version, fixed or version) for _, _, version, _, fixed in claims])
    return {
        (cve, source)
        for (cve, source, _, introduced, fixed), is_before, is_below in zip(claims, before, below, strict=True)
        if (introduced == "0" or not is_before) and (not fixed or is_below)
    }


def test_the_findings_of_a_real_image_are_dpkgs_none_more_none_less(inventory: dict[str, Any], root: Path) -> None:
    sources: dict[str, set[str]] = {}
    for _, _, source, version in installed(root):
        sources.setdefault(source, set()).add(version)
    expected = affected_by_dpkg(sources)
    (image,) = [one["digest"] for one in inventory["images"] if "registry.test/orders" in one["references"]]
    found = {
        (finding["vulnerability"], finding["source_package"])
        for finding in inventory["findings"]
        if finding["kind"] == "vulnerability"
        and (any(image in base["images"] for base in finding["bases"]) or image in [o["image"] for o in finding["own"]])
    }
    assert found == expected
    assert len(expected) > 100  # an empty database would agree with an empty audit


def test_a_real_image_stands_on_the_base_that_its_dockerfile_names(inventory: dict[str, Any], root: Path) -> None:
    (image,) = [one for one in inventory["images"] if "registry.test/orders" in one["references"]]
    assert image["base"]["id"] == "registry.test/python:latest"
    assert image["base"]["method"] == "layer-chain"
    assert image["packages"] == len(installed(root))
    (row,) = [base for base in inventory["bases"] if base["id"] == "registry.test/python:latest"]
    assert row["inheritors"] == {
        "count": 1, "kind": "workloads in manifests", "confidence": 0.8, "names": ["shop/Deployment/orders"],
    }  # fmt: skip
    assert row["parents"][0] == "localhost/base-debian11:latest"


OPENSSL = "P:libcrypto3\nV:3.3.1-r3\nA:x86_64\no:openssl\n\n"
HIGH = {
    "schema_version": "1.7.0",
    "id": "ALPINE-CVE-2024-6119",
    "modified": "2024-09-03T00:00:00Z",
    "upstream": ["CVE-2024-6119"],
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}],
    "affected": [
        {
            "package": {"ecosystem": "Alpine:v3.23", "name": "openssl"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.3.2-r0"}]}],
        }
    ],
}


def test_one_workload_on_the_real_python_base_ranks_below_forty_on_a_base_with_a_single_high(
    layout: Path, tmp_path: Path
) -> None:
    small = LayoutBuilder(tmp_path / "small")
    release = Entry(path="etc/os-release", data=b"ID=alpine\nVERSION_ID=3.23.0\n")
    base = small.layer([release, Entry(path="lib/apk/db/installed", data=OPENSSL.encode())])
    small.image("registry.test/alpine", [base])
    small.image("registry.test/web", [base, small.layer([Entry(path="app/main")])])
    (tmp_path / "alpine").mkdir()
    with zipfile.ZipFile(tmp_path / "alpine" / "Alpine.zip", "w") as archive:
        archive.writestr("ALPINE-CVE-2024-6119.json", json.dumps(HIGH))
    services = tmp_path / "services"
    services.mkdir()
    web = DEPLOYMENT.replace("orders", "web")
    (services / "web.yaml").write_text("---\n".join(web.replace("name: web", f"name: web-{n}", 1) for n in range(40)))
    (services / "orders.yaml").write_text(DEPLOYMENT)
    (services / "Dockerfile").write_text("FROM registry.test/python\n")
    (services / "web.Dockerfile").write_text("FROM registry.test/alpine\n")
    debian = Path(os.environ["BASEWISE_TEST_DATA"]) / "osv" / "Debian" / "all.zip"
    basewise("db", "import", str(debian), "alpine", "--db", "db.sqlite", cwd=tmp_path)
    basewise(
        "audit", "services", "--images", str(layout), "--images", "small", "--db", "db.sqlite", "--cache-dir", "cache",
        "--offline", "--format", "json", "-o", "inventory.json", cwd=tmp_path,
    )  # fmt: skip
    bases = json.loads((tmp_path / "inventory.json").read_bytes())["bases"]
    first, second = bases[:2]
    assert (first["id"], first["inheritors"]["count"]) == ("registry.test/alpine:latest", 40)
    assert [driver["vulnerability_count"] for driver in first["drivers"] if driver["source_package"] == "openssl"] == [
        1
    ]
    assert (second["id"], second["inheritors"]["count"]) == ("registry.test/python:latest", 1)
    assert sum(second["severity_counts"].values()) > 100
    assert (first["lead"], second["lead"]) == (5 * 40, 10)


def test_a_directory_of_dockerfiles_alone_gives_a_backlog_with_inheritors(layout: Path, tmp_path: Path) -> None:
    for name in ("orders", "billing"):
        (tmp_path / "services" / name).mkdir(parents=True)
        (tmp_path / "services" / name / "Dockerfile").write_text("FROM registry.test/python\n")
    debian = Path(os.environ["BASEWISE_TEST_DATA"]) / "osv" / "Debian" / "all.zip"
    basewise("db", "import", str(debian), "--db", "db.sqlite", cwd=tmp_path)
    basewise(
        "audit", "services", "--images", str(layout), "--db", "db.sqlite", "--cache-dir", "cache", "--offline",
        "--format", "json", "-o", "inventory.json", cwd=tmp_path,
    )  # fmt: skip
    first = json.loads((tmp_path / "inventory.json").read_bytes())["bases"][0]
    assert (first["id"], first["inheritors"]["count"], first["inheritors"]["kind"]) == (
        "registry.test/python:latest", 2, "Dockerfiles",
    )  # fmt: skip
    assert first["lead"] == 20
