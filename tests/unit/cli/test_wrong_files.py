"""One rule for all layouts and archives: 2 for what is not what it was named as, 3 for what is and is damaged."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.archives import Item, legacy_items, oci_archive, tar_bytes
from tests.unit.advisories.records import affects, compiled, record, write_archive

from basewise.cli.main import main
from basewise.demo.layout import Entry, LayoutBuilder
from basewise.model.image import Descriptor

BROKEN = b'{"schemaVersion": 2'
STATUS = b"Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 8.0-1\n\n"
WRONG, DAMAGED, WHOLE = 2, 3, 0


class Files:
    """One image in every form, and ways to spoil it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.builder = LayoutBuilder(folder / "layout")
        layer = [
            Entry(path="etc/os-release", data=b'ID=debian\nVERSION_ID="12"\n'),
            Entry(path="var/lib/dpkg/status", data=STATUS),
            Entry(path="a", data=b"1" * 9000),
        ]
        self.image: Descriptor = self.builder.image("shop:1", [self.builder.layer(layer)])

    def write(self, data: bytes) -> str:
        path = self.folder / "file.tar"
        path.write_bytes(data)
        return str(path)

    def layout(self, *, without: str = "", broken: str = "") -> str:
        if without:
            (self.builder.path / without).unlink()
        if broken:
            (self.builder.path / broken).write_bytes(BROKEN)
        return str(self.builder.path)

    def oci(self, *, without: str = "", broken: str = "") -> bytes:
        return oci_archive(Path(self.layout(without=without, broken=broken)), self.folder / "oci.tar").read_bytes()

    def docker(self, *, without: str = "", broken: str = "") -> bytes:
        items: list[Item] = []
        for item in legacy_items(self.builder.path, [(self.image, ["shop:1"])]):
            assert isinstance(item, tuple)
            if not without or not item[0].endswith(without):
                items.append((item[0], BROKEN if item[0] == broken else item[1]))
        return tar_bytes(items)

    @property
    def config(self) -> str:
        manifest = json.loads((self.builder.path / "blobs" / self.image.digest.replace(":", "/")).read_text())
        return str(manifest["config"]["digest"])


def blob(digest: str) -> str:
    return "blobs/" + digest.replace(":", "/")


Make = Callable[[Files], str]
CASES: dict[str, tuple[int, str, Make]] = {
    # whole
    "a layout": (WHOLE, "oci", lambda f: f.layout()),
    "an oci-archive": (WHOLE, "oci-archive", lambda f: f.write(f.oci())),
    "a docker-archive": (WHOLE, "docker-archive", lambda f: f.write(f.docker())),
    # not there
    "no directory": (WRONG, "oci", lambda f: str(f.folder / "absent")),
    "no oci-archive": (WRONG, "oci-archive", lambda f: str(f.folder / "absent")),
    "no docker-archive": (WRONG, "docker-archive", lambda f: str(f.folder / "absent")),
    # of another kind
    "a file as a layout": (WRONG, "oci", lambda f: f.write(f.oci())),
    "a directory as an oci-archive": (WRONG, "oci-archive", lambda f: f.layout()),
    "a directory as a docker-archive": (WRONG, "docker-archive", lambda f: f.layout()),
    "a docker-archive as an oci-archive": (WRONG, "oci-archive", lambda f: f.write(f.docker())),
    "an oci-archive as a docker-archive": (WRONG, "docker-archive", lambda f: f.write(f.oci())),
    **{
        f"{name} as an {transport}": (WRONG, transport, lambda f, data=data: f.write(data))  # type: ignore[misc]
        for transport in ("oci-archive", "docker-archive")
        for name, data in {
            "empty file": b"",
            "short text": b"notes",
            "long text": b"notes of a person\n" * 500,
            "compressed text": gzip.compress(b"notes of a person\n" * 500),
            "zip": b"PK\3\4" + bytes(3000),
            "empty tar archive": bytes(10240),
        }.items()
    },
    "a layout without its marker": (WRONG, "oci", lambda f: f.layout(without="oci-layout")),
    "a layout without its index": (WRONG, "oci", lambda f: f.layout(without="index.json")),
    "an oci-archive without its marker": (WRONG, "oci-archive", lambda f: f.write(f.oci(without="oci-layout"))),
    "an oci-archive without its index": (WRONG, "oci-archive", lambda f: f.write(f.oci(without="index.json"))),
    "a docker-archive without its list": (
        WRONG, "docker-archive", lambda f: f.write(f.docker(without="manifest.json"))
    ),
    # damaged
    "an oci-archive that is cut": (DAMAGED, "oci-archive", lambda f: f.write(f.oci()[:2000])),
    "a docker-archive that is cut": (DAMAGED, "docker-archive", lambda f: f.write(f.docker()[:2000])),
    "a compressed oci-archive that is cut": (
        DAMAGED, "oci-archive", lambda f: f.write(gzip.compress(f.oci())[:-50])
    ),
    "a compressed docker-archive that is cut": (
        DAMAGED, "docker-archive", lambda f: f.write(gzip.compress(f.docker())[:-50])
    ),
    "a layout with a broken index": (DAMAGED, "oci", lambda f: f.layout(broken="index.json")),
    "a layout with a broken marker": (DAMAGED, "oci", lambda f: f.layout(broken="oci-layout")),
    "an oci-archive with a broken index": (DAMAGED, "oci-archive", lambda f: f.write(f.oci(broken="index.json"))),
    "a docker-archive with a broken list": (
        DAMAGED, "docker-archive", lambda f: f.write(f.docker(broken="manifest.json"))
    ),
    "a layout without a manifest": (DAMAGED, "oci", lambda f: f.layout(without=blob(f.image.digest))),
    "an oci-archive without a manifest": (
        DAMAGED, "oci-archive", lambda f: f.write(f.oci(without=blob(f.image.digest)))
    ),
    "a layout without a configuration": (DAMAGED, "oci", lambda f: f.layout(without=blob(f.config))),
    "an oci-archive without a configuration": (
        DAMAGED, "oci-archive", lambda f: f.write(f.oci(without=blob(f.config)))
    ),
    "a docker-archive without a configuration": (
        DAMAGED, "docker-archive", lambda f: f.write(f.docker(without=f"{f.image.digest[7:]}.json"))
    ),
    "a docker-archive without a layer": (DAMAGED, "docker-archive", lambda f: f.write(f.docker(without="layer.tar"))),
}  # fmt: skip


@pytest.fixture(scope="module")
def advisories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("advisories")
    wget = record("DSA-1-1", affects("Debian:12", "wget", "introduced=0"), upstream=["CVE-2024-1111"])
    write_archive(folder / "osv", "Debian", [wget])
    compiled(folder / "osv", folder / "db.sqlite")
    return folder / "db.sqlite"


@pytest.fixture
def files(tmp_path: Path, advisories: Path) -> Files:
    shutil.copy(advisories, tmp_path / "db.sqlite")
    return Files(tmp_path)


def run(folder: Path, *arguments: str) -> int:
    kept = {"--db": "db.sqlite", "--cache-dir": "cache", "--workspace": "workspace", "--output": "report"}
    options = [word for option, name in kept.items() for word in (option, str(folder / name))]
    return main([*arguments, *options, "--offline"])


@pytest.mark.parametrize(("code", "transport", "make"), CASES.values(), ids=CASES)
def test_the_fault_decides_the_exit_code_and_not_the_form(
    files: Files, capsys: pytest.CaptureFixture[str], code: int, transport: str, make: Make
) -> None:
    location = make(files)
    assert run(files.folder, "inspect", f"{transport}:{location}") == code
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("basewise: error: ")]
    assert len(errors) == (code != WHOLE)


@pytest.mark.parametrize(("code", "transport", "make"), CASES.values(), ids=CASES)
def test_an_audit_ends_for_what_was_named_wrongly_and_lists_what_is_damaged(
    files: Files, code: int, transport: str, make: Make
) -> None:
    location, beside = make(files), LayoutBuilder(files.folder / "beside")
    beside.image("whole", [])
    assert run(files.folder, "audit", f"{transport}:{location}", f"oci:{beside.path}", "--format", "json") == code
    report = files.folder / "report"
    assert report.exists() == (code != WRONG)
    if code == DAMAGED:
        named = [gap["name"] for gap in json.loads(report.read_text())["not_assessed"]]
        assert len(named) == 1
        assert "whole" not in named[0]


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, case in CASES.items()
        if case[1] != "oci" and "director" not in name and not name.startswith("no ")
    ],
)
def test_standard_input_is_judged_as_a_file_is(files: Files, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    code, transport, make = CASES[name]
    path = Path(make(files))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
    assert run(files.folder, "inspect", f"{transport}:-") == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("no directory", WRONG),
        ("long text as an oci-archive", WRONG),
        ("empty tar archive as an oci-archive", WRONG),
        ("a layout without its index", WRONG),
        ("an oci-archive that is cut", DAMAGED),
        ("a docker-archive with a broken list", DAMAGED),
        ("a layout with a broken index", DAMAGED),
    ],
)
def test_what_serves_references_is_judged_by_the_same_rule(files: Files, name: str, code: int) -> None:
    location = CASES[name][2](files)
    beside = LayoutBuilder(files.folder / "beside")
    beside.image("whole", [])
    assert run(files.folder, "audit", f"oci:{beside.path}", "--images", location) == code
    assert not (files.folder / "report").exists()


@pytest.mark.parametrize("transport", ["oci", "oci-archive", "docker-archive"])
def test_a_name_that_is_not_in_there_is_wrong_usage(files: Files, transport: str) -> None:
    location = {"oci": files.layout, "oci-archive": lambda: files.write(files.oci())}.get(
        transport, lambda: files.write(files.docker())
    )()
    assert run(files.folder, "inspect", f"{transport}:{location}:other") == WRONG
