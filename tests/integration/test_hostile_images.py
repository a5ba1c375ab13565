"""What bad input gets, end to end: the run goes on, the inventory says what was not assessed and why, exit code 3."""

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from basewise.demo import debian
from basewise.demo.advisories import write_advisories
from basewise.demo.layout import BuiltLayer, Entry, LayoutBuilder
from basewise.demo.snapshots import snapshot
from basewise.model.digest import sha256_of

SECONDS = 120
RELEASE = snapshot("debian-11-2023-01")
GZIP_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  template:
    spec:
      containers:
        - {{name: {name}, image: registry.acme.test/{name}:1}}
"""


def basewise(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "BASEWISE_"))}
    environment |= {"XDG_CACHE_HOME": str(home / "cache"), "XDG_DATA_HOME": str(home / "data"), "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "basewise.cli.main", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=environment,
        cwd=home,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("database")
    write_advisories(home / "osv")
    done = basewise("db", "import", home / "osv", "--db", home / "advisories.sqlite", home=home)
    assert done.returncode == 0, done.stderr
    return home / "advisories.sqlite"


class Fleet:
    """A directory of manifests beside a layout of images: a good one called `fine`, and what a test adds."""

    def __init__(self, home: Path, database: Path) -> None:
        self.home = home
        self.database = database
        self.services = home / "services"
        self.services.mkdir()
        self.layout = LayoutBuilder(home / "layout")
        self.debian = self.layout.layer(debian.root(RELEASE)[0])
        self.add("fine", [self.debian, self.app("fine")])

    def app(self, name: str) -> BuiltLayer:
        return self.layout.layer([Entry(path="app/main", data=name.encode())])

    def add(self, name: str, layers: list[BuiltLayer]) -> None:
        self.layout.image(f"registry.acme.test/{name}:1", layers)
        self.use(name)

    def use(self, name: str) -> None:
        (self.services / f"{name}.yaml").write_text(MANIFEST.format(name=name))

    def blob_of(self, layer: BuiltLayer) -> Path:
        return self.layout.path / "blobs" / layer.descriptor.digest.replace(":", "/")

    def audit(self, *more: object) -> subprocess.CompletedProcess[str]:
        state = ["--cache-dir", self.home / "cache", "--workspace", self.home / "work", "--db", self.database]
        output = ["--format", "json", "-o", self.home / "inventory.json", "--no-progress"]
        return basewise(
            "audit", self.services, "--images", self.layout.path, *state, "--offline", *output, *more, home=self.home
        )

    def inventory(self) -> dict[str, Any]:
        """Audits, expects it to be incomplete, and returns what it wrote."""
        done = self.audit()
        assert done.returncode == 3, f"{done.returncode}: {done.stderr}"
        assert "Traceback" not in done.stderr
        document: dict[str, Any] = json.loads((self.home / "inventory.json").read_text())
        self.check_the_good_image(document)
        return document

    def check_the_good_image(self, document: dict[str, Any]) -> None:
        good = image(document, "fine")
        assert (good["status"], good["packages"]) == ("ok", len(RELEASE.packages["base"]))


@pytest.fixture
def fleet(tmp_path: Path, database: Path) -> Fleet:
    return Fleet(tmp_path, database)


def image(document: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [row for row in document["images"] if any(f"/{name}:" in text for text in row["references"])]
    return dict(found)


def reasons(document: dict[str, Any], word: str) -> list[str]:
    entries = document["not_assessed"]
    assert all(entry["reason"] for entry in entries), "something was not assessed without a reason"
    return [f"{e['name']}: {e['reason']}" for e in entries if word in f"{e['name']} {e['reason']}".lower()]


def test_a_missing_image_is_named_with_its_reason(fleet: Fleet) -> None:
    fleet.use("gone")
    document = fleet.inventory()
    assert reasons(document, "registry.acme.test/gone:1")
    assert any(workload["name"] == "gone" for workload in document["workloads"])


def without_its_end(data: bytes) -> bytes:
    return data[: len(data) // 2]


def with_a_byte_changed(data: bytes) -> bytes:
    return data[:200] + bytes([data[200] ^ 0xFF]) + data[201:]


def no_archive_at_all(data: bytes) -> bytes:
    return b"this is no archive" * (len(data) // 18)


@pytest.mark.parametrize("damage", [without_its_end, with_a_byte_changed, no_archive_at_all])
def test_a_damaged_blob_makes_its_image_not_assessed(fleet: Fleet, damage: Callable[[bytes], bytes]) -> None:
    layer = fleet.layout.layer([Entry(path="var/lib/data", data=os.urandom(20_000))])
    fleet.add("damaged", [layer])
    blob = fleet.blob_of(layer)
    blob.write_bytes(damage(blob.read_bytes()))
    document = fleet.inventory()
    assert image(document, "damaged")["status"] == "not_assessed"
    assert reasons(document, layer.descriptor.digest[7:19]) or reasons(document, "damaged")


def test_a_missing_blob_leaves_the_layers_that_are_there(fleet: Fleet) -> None:
    layer = fleet.app("half")
    fleet.add("half", [fleet.debian, layer])
    fleet.blob_of(layer).unlink()
    row = image(fleet.inventory(), "half")
    assert row["status"] == "partial"
    assert row["reason"]


def bad_layer(fleet: Fleet, data: bytes, media_type: str = GZIP_LAYER) -> BuiltLayer:
    return BuiltLayer(fleet.layout.blob(data, media_type), sha256_of(data))


def test_a_layer_that_is_no_gzip_is_unreadable(fleet: Fleet) -> None:
    fleet.add("text", [bad_layer(fleet, b"plain text under its right digest\n" * 40)])
    row = image(fleet.inventory(), "text")
    assert row["status"] == "not_assessed"
    assert row["reason"]


def test_a_gzip_stream_that_ends_early_is_unreadable(fleet: Fleet) -> None:
    whole = gzip.compress(os.urandom(100_000), mtime=0)
    fleet.add("short", [bad_layer(fleet, whole[:50_000])])
    assert image(fleet.inventory(), "short")["status"] == "not_assessed"


def test_an_archive_that_ends_inside_a_file_is_unreadable(fleet: Fleet) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        info = tarfile.TarInfo("data")
        info.size = 10_000
        tar.addfile(info, io.BytesIO(os.urandom(10_000)))
    fleet.add("cut", [bad_layer(fleet, gzip.compress(buffer.getvalue()[:5_000], mtime=0))])
    assert image(fleet.inventory(), "cut")["status"] == "not_assessed"


def test_a_layer_of_an_unknown_media_type_is_not_assessed(fleet: Fleet) -> None:
    kind = "application/vnd.acme.layer.v1.squashfs"
    fleet.add("squashed", [bad_layer(fleet, b"hsqs", kind)])
    document = fleet.inventory()
    assert image(document, "squashed")["status"] == "not_assessed"
    assert reasons(document, "squashfs")


def test_a_manifest_of_an_unknown_media_type_is_not_assessed(fleet: Fleet) -> None:
    odd = fleet.layout.blob(b'{"schemaVersion": 7}', "application/vnd.acme.manifest.v7+json")
    fleet.layout.tag("registry.acme.test/odd:1", odd)
    fleet.use("odd")
    assert reasons(fleet.inventory(), "vnd.acme.manifest.v7")


def test_a_broken_package_database_is_said_and_its_good_part_kept(fleet: Fleet) -> None:
    _, packages = debian.root(RELEASE)
    entries = debian.install(RELEASE, [], packages)
    status = next(entry for entry in entries if entry.path == "var/lib/dpkg/status")
    broken = msgspec.structs.replace(status, data=status.data + b"\n\n\xff\xfe\x00garbage without fields\n\x80")
    fleet.add("broken", [fleet.debian, fleet.layout.layer([broken])])
    row = image(fleet.inventory(), "broken")
    assert row["status"] == "partial"
    assert "var/lib/dpkg/status" in row["reason"]
    assert row["packages"] == len(packages)


def test_a_decompression_bomb_ends_at_its_limit(fleet: Fleet) -> None:
    header = tarfile.TarInfo("zeros")
    header.size = 300_000_000
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as stream:
        stream.write(header.tobuf(tarfile.GNU_FORMAT))
        for _ in range(300):
            stream.write(bytes(1_000_000))
        stream.write(bytes(-header.size % 512 + 1024))
    fleet.add("bomb", [bad_layer(fleet, buffer.getvalue())])
    document = fleet.inventory()
    assert image(document, "bomb")["status"] == "not_assessed"
    assert reasons(document, "layer_ratio")


def test_a_helm_template_is_not_assessed_and_named(fleet: Fleet) -> None:
    template = "{{- if .Values.on }}\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n{{- end }}\n"
    (fleet.services / "template.yaml").write_text(template)
    document = fleet.inventory()
    assert reasons(document, "template.yaml")
    assert reasons(document, "helm")


def test_a_file_that_is_neither_yaml_nor_a_template_is_not_assessed(fleet: Fleet) -> None:
    (fleet.services / "broken.yaml").write_bytes(b"kind: [Deployment\n\tmetadata: \xff\xfe}")
    assert reasons(fleet.inventory(), "broken.yaml")


def test_an_empty_directory_is_not_a_fleet_without_findings(fleet: Fleet) -> None:
    for path in fleet.services.iterdir():
        path.unlink()
    done = fleet.audit()
    assert done.returncode == 3, done.stderr
    document = json.loads((fleet.home / "inventory.json").read_text())
    assert document["not_assessed"]
    assert document["sources"][0]["status"] == "not_assessed"


def test_nothing_already_recorded_is_lost(fleet: Fleet) -> None:
    assert fleet.audit().returncode == 0
    fleet.use("gone")
    fleet.inventory()
    (fleet.services / "gone.yaml").unlink()
    fleet.blob_of(fleet.debian).unlink()
    assert fleet.audit().returncode == 0, "the layer was read before, and its contents are kept"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--no-such-flag",),
        ("--format", "papyrus"),
        ("--images", "no-such-directory"),
        ("--db", "services/fine.yaml"),
        ("--images", "services"),
    ],
)
def test_a_wrong_flag_or_file_is_one_clear_sentence_and_exit_code_2(fleet: Fleet, arguments: tuple[str, ...]) -> None:
    done = fleet.audit(*arguments)
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert lines[-1].startswith("basewise: error: ")
    assert len(lines) == 1
    assert "Traceback" not in done.stderr
    assert not (fleet.home / "inventory.json").exists()


def test_importing_what_is_no_feed_is_one_clear_sentence_and_exit_code_2(tmp_path: Path, database: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no advisories here")
    before = database.read_bytes()
    for wrong in (text, tmp_path / "missing"):
        done = basewise("db", "import", wrong, "--db", database, home=tmp_path)
        assert done.returncode == 2, done.stderr
        assert done.stderr.count("\n") == 1
    assert database.read_bytes() == before


def test_a_file_that_is_no_database_is_not_overwritten_by_an_import(tmp_path: Path) -> None:
    mine = tmp_path / "diary.txt"
    mine.write_text("dear diary")
    write_advisories(tmp_path / "osv")
    done = basewise("db", "import", tmp_path / "osv", "--db", mine, home=tmp_path)
    assert done.returncode == 2, done.stderr
    assert mine.read_text() == "dear diary"
