"""An image says the same of itself in every form that skopeo and `docker save` give it, through the command line."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.archives import legacy_items, tar_bytes

from basewise.demo import images
from basewise.demo.fleet import Fleet, build_fleet
from basewise.model.reference import Reference
from basewise.oci.layout import LayoutSource

TAG = images.PYTHON
SKOPEO = shutil.which("skopeo")
needs_skopeo = pytest.mark.skipif(SKOPEO is None, reason="skopeo is not installed (Debian package skopeo)")


class Home(msgspec.Struct, frozen=True):
    """A fleet with its advisories, and the command run beside it."""

    folder: Path
    fleet: Fleet

    def run(self, *arguments: str, stdin: Path | None = None, expected: int = 0) -> str:
        """Standard output of a run that knows nothing of the runs before it; `stdin` is given to it through a pipe."""
        fresh = tempfile.mkdtemp(dir=self.folder)
        kept = ["--db", "db.sqlite", "--cache-dir", fresh, "--workspace", fresh]
        options = [*kept, "--offline", "--format", "json", "-q"]
        with (stdin or Path("/dev/null")).open("rb") as given:
            pipe = subprocess.Popen(["cat"], stdin=given, stdout=subprocess.PIPE)
            done = subprocess.run(
                [sys.executable, "-m", "basewise.cli.main", *arguments, *options],
                cwd=self.folder, stdin=pipe.stdout, capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
            pipe.communicate()
        assert done.returncode == expected, done.stderr
        return done.stdout

    def copy(self, target: str) -> None:
        assert SKOPEO is not None
        policy = self.folder / "policy.json"
        policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
        command = [SKOPEO, "--policy", str(policy), "copy", "--quiet", f"oci:{self.fleet.layout}:{TAG}", target]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("archives")
    fleet = build_fleet(folder / "fleet")
    subprocess.run(
        [sys.executable, "-m", "basewise.cli.main", "db", "import", str(fleet.advisories), "--db", "db.sqlite"],
        cwd=folder, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return Home(folder, fleet)


def told(report: str) -> dict[str, Any]:
    """What must not depend on the form: everything but the digests of blobs and manifest, and the name."""
    document: dict[str, Any] = json.loads(report)
    order = {layer["digest"]: number for number, layer in enumerate(document["image"]["layers"])}
    return {
        "config": document["image"]["config_digest"],
        "diff_ids": [layer["diff_id"] for layer in document["image"]["layers"]],
        "steps": [layer.get("created_by") for layer in document["image"]["layers"]],
        "status": document.get("status"),
        "packages": [
            package | {"layer": order[package["layer"]]} for package in document["packages"]
        ],
        "findings": [
            (finding["vulnerability"], finding["source_package"], finding["source_version"], finding["severity"])
            for finding in document["findings"]
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def original(home: Home) -> dict[str, Any]:
    found = told(home.run("inspect", f"oci:{home.fleet.layout}:{TAG}"))
    assert found["findings"]
    assert found["packages"]
    return found


def docker_archive(home: Home) -> Path:
    path = home.folder / "docker.tar"
    if not path.exists():
        home.copy(f"docker-archive:{path}:{TAG}")
    return path


def oci_archive(home: Home) -> Path:
    path = home.folder / "oci.tar"
    if not path.exists():
        home.copy(f"oci-archive:{path}:{TAG}")
    return path


def legacy_archive(home: Home) -> Path:
    path = home.folder / "legacy.tar"
    saved = LayoutSource(home.fleet.layout).resolve(Reference.parse(TAG))
    path.write_bytes(tar_bytes(legacy_items(home.fleet.layout, [(saved, [TAG])])))
    return path


def compressed(path: Path) -> Path:
    packed = path.with_suffix(".tar.gz")
    packed.write_bytes(gzip.compress(path.read_bytes(), compresslevel=1))
    return packed


FORMS = [
    pytest.param("docker-archive", docker_archive, marks=needs_skopeo),
    pytest.param("oci-archive", oci_archive, marks=needs_skopeo),
    pytest.param("docker-archive", legacy_archive),
]


@pytest.mark.parametrize(("transport", "make"), FORMS)
def test_an_archive_tells_what_its_layout_tells(
    home: Home, original: dict[str, Any], transport: str, make: Callable[[Home], Path]
) -> None:
    assert told(home.run("inspect", f"{transport}:{make(home)}")) == original
    assert told(home.run("inspect", f"{transport}:{make(home)}:{TAG}")) == original


@pytest.mark.parametrize(("transport", "make"), FORMS)
def test_a_compressed_archive_tells_the_same(
    home: Home, original: dict[str, Any], transport: str, make: Callable[[Home], Path]
) -> None:
    assert told(home.run("inspect", f"{transport}:{compressed(make(home))}")) == original


@pytest.mark.parametrize("pack", [Path, compressed])
@pytest.mark.parametrize(("transport", "make"), FORMS)
def test_standard_input_tells_the_same(
    home: Home,
    original: dict[str, Any],
    transport: str,
    make: Callable[[Home], Path],
    pack: Callable[[Path], Path],
) -> None:
    assert told(home.run("inspect", f"{transport}:-", stdin=pack(make(home)))) == original


@needs_skopeo
def test_an_oci_archive_keeps_the_digest_of_its_manifest(home: Home) -> None:
    document = json.loads(home.run("inspect", f"oci-archive:{oci_archive(home)}"))
    layout = json.loads(home.run("inspect", f"oci:{home.fleet.layout}:{TAG}"))
    assert document["image"]["digest"] == layout["image"]["digest"]


@needs_skopeo
def test_a_docker_archive_has_one_digest_whoever_wrote_it(home: Home) -> None:
    one, other = (
        json.loads(home.run("inspect", f"docker-archive:{make(home)}")) for make in (docker_archive, legacy_archive)
    )
    assert one["image"]["digest"] == other["image"]["digest"]


@needs_skopeo
def test_a_store_tells_what_its_layout_tells(home: Home, original: dict[str, Any]) -> None:
    store = f"[vfs@{home.folder / 'store'}+{home.folder / 'run'}]"
    try:
        home.copy(f"containers-storage:{store}localhost/python:1")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no containers-storage can be made here: {error.stderr.decode()[-300:]}")
    assert told(home.run("inspect", f"containers-storage:{store}localhost/python:1")) == original
    home.run("inspect", f"containers-storage:{store}localhost/other:1", expected=3)


@needs_skopeo
def test_an_archive_serves_the_references_of_a_fleet(home: Home) -> None:
    (home.folder / "services").mkdir()
    (home.folder / "services" / "Dockerfile").write_text(f"FROM {TAG}\nCOPY . /app\n")
    inventories = [
        json.loads(home.run("audit", "services", "--images", str(path)))
        for path in (home.fleet.layout, docker_archive(home), oci_archive(home))
    ]
    rows = [[(row["id"], row["severity_counts"], row["packages"]) for row in found["bases"]] for found in inventories]
    assert rows[0] == rows[1] == rows[2]
    assert [name for name, _, _ in rows[0]] == [TAG]


def test_an_archive_that_cannot_be_read_does_not_end_the_audit_of_the_rest(home: Home) -> None:
    broken = home.folder / "broken.tar"
    broken.write_bytes(legacy_archive(home).read_bytes()[:5000])
    found = json.loads(
        home.run("audit", f"docker-archive:{broken}", f"docker-archive:{legacy_archive(home)}", expected=3)
    )
    (gap,) = found["not_assessed"]
    assert gap["name"] == f"docker-archive:{broken}"
    assert "ends in the middle" in gap["reason"]
    assert [row["id"] for row in found["bases"]] == [TAG]
