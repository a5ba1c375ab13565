"""Gathering looks at everything once, and records what it could not have."""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec
import pytest

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.engine.gather import gather
from basewise.engine.interface import Request, Tools
from basewise.model.facts import Facts
from basewise.model.image import Descriptor
from basewise.model.reference import Reference
from basewise.model.workload import Container, Usage, Workload
from basewise.oci.interface import ImageSource
from basewise.oci.layout import LayoutSource
from basewise.workspace.layers import LayerStore
from basewise.workspace.sqlite import SqliteWorkspace

STATUS = b"Package: bash\nStatus: install ok installed\nVersion: 5.1\nArchitecture: amd64\nMaintainer: a\n\n"
OS = [
    Entry(path="etc/os-release", data=b"ID=debian\nVERSION_ID=12\n"),
    Entry(path="var/lib/dpkg/status", data=STATUS),
]


class Counting(ImageSource):
    """Counts what is asked of a real layout."""

    def __init__(self, inner: ImageSource) -> None:
        self.inner = inner
        self.blobs: Counter[str] = Counter()
        self.resolved: Counter[str] = Counter()

    def resolve(self, reference: Reference) -> Descriptor:
        self.resolved[str(reference)] += 1
        return self.inner.resolve(reference)

    def manifest(self, reference: Reference, descriptor: Descriptor) -> bytes:
        return self.inner.manifest(reference, descriptor)

    def blob(self, reference: Reference, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        self.blobs[descriptor.digest] += 1
        return self.inner.blob(reference, descriptor)


@pytest.fixture
def builder(tmp_path: Path) -> LayoutBuilder:
    """One operating system under two services, a debug variant of one, and an image that shares nothing."""
    builder = LayoutBuilder(tmp_path / "layout")
    base = builder.layer(OS)
    builder.image("reg.test/base:1", [base])
    for name in ("orders", "billing"):
        builder.image(f"reg.test/{name}:1", [base, builder.layer([Entry(path=f"app/{name}")])])
    builder.image("reg.test/lone:1", [builder.layer([*OS, Entry(path="lone")]), builder.layer([Entry(path="app/x")])])
    return builder


def run(builder: LayoutBuilder, folder: Path, *usages: Usage, known: str = "") -> tuple[Facts, Counting]:
    source = Counting(LayoutSource(builder.path))
    workspace = SqliteWorkspace(folder / "workspace")
    tools = Tools(images=source, workspace=workspace, layers=LayerStore(folder / "cache"), jobs=2)
    request = Request(usages=list(usages), known_bases=[Reference.parse(known)] if known else [])
    facts = gather(request, tools)
    workspace.close()
    return facts, source


def manifest(reference: str) -> Usage:
    return Usage(reference=reference, kind="kubernetes", file="x.yaml", line=1, workload="default/Deployment/x")


def from_line(reference: str) -> Usage:
    return Usage(reference=reference, kind="dockerfile", file="Dockerfile", line=1, build_stage="0", final=True)


def base_of(facts: Facts, reference: str) -> str:
    return facts.identified[facts.resolved[reference]].base.id


def test_each_layer_is_opened_once_however_many_images_share_it(builder: LayoutBuilder, tmp_path: Path) -> None:
    usages = [manifest("reg.test/orders:1"), manifest("reg.test/billing:1"), manifest("reg.test/orders:1")]
    facts, source = run(builder, tmp_path, *usages, from_line("reg.test/base:1"))
    assert len(facts.images) == 3
    assert set(source.blobs.values()) == {1}
    assert len(source.blobs) == 3
    assert source.resolved["reg.test/orders:1"] == 1


def test_a_second_run_opens_no_layer_and_finds_the_same(builder: LayoutBuilder, tmp_path: Path) -> None:
    usages = [manifest("reg.test/orders:1"), from_line("reg.test/base:1")]
    first, _ = run(builder, tmp_path, *usages)
    again, source = run(builder, tmp_path, *usages)
    assert not source.blobs
    assert again == first


def test_layers_that_another_run_read_are_not_read_again(builder: LayoutBuilder, tmp_path: Path) -> None:
    run(builder, tmp_path, manifest("reg.test/orders:1"))
    _, source = run(builder, tmp_path, manifest("reg.test/billing:1"))
    assert len(source.blobs) == 1


def test_a_dockerfile_names_the_base_of_a_workload(builder: LayoutBuilder, tmp_path: Path) -> None:
    facts, _ = run(builder, tmp_path, manifest("reg.test/orders:1"), from_line("reg.test/base:1"))
    assert base_of(facts, "reg.test/orders:1") == "reg.test/base:1"
    assert [package.name for package in facts.contents[facts.resolved["reg.test/base:1"]].packages] == ["bash"]


def test_a_person_names_the_base_of_a_workload(builder: LayoutBuilder, tmp_path: Path) -> None:
    facts, _ = run(builder, tmp_path, manifest("reg.test/orders:1"), known="reg.test/base:1")
    assert base_of(facts, "reg.test/orders:1") == "reg.test/base:1"


def test_a_tag_of_a_layout_names_a_base_without_being_scanned(builder: LayoutBuilder, tmp_path: Path) -> None:
    source = Counting(LayoutSource(builder.path))
    workspace = SqliteWorkspace(tmp_path / "workspace")
    tools = Tools(images=source, workspace=workspace, layers=LayerStore(tmp_path / "cache"))
    tags = [(Reference.parse(name), descriptor) for name, descriptor in LayoutSource(builder.path).tags()]
    facts = gather(Request(usages=[manifest("reg.test/orders:1")], layout_tags=tags), tools)
    workspace.close()
    assert base_of(facts, "reg.test/orders:1") == "reg.test/base:1"
    assert len(source.blobs) == 2
    (digest,) = facts.base_digests["reg.test/base:1"]
    assert [package.name for package in facts.contents[digest].packages] == ["bash"]


def test_the_contents_of_a_base_that_nobody_names_are_known_by_its_layers(
    builder: LayoutBuilder, tmp_path: Path
) -> None:
    facts, _ = run(builder, tmp_path, manifest("reg.test/lone:1"))
    base = base_of(facts, "reg.test/lone:1")
    assert base.startswith("unidentified:sha256:")
    assert [package.name for package in facts.contents[base].packages] == ["bash"]
    assert len(facts.contents[base].diff_ids) == 1


def test_what_cannot_be_had_is_recorded_and_the_rest_goes_on(builder: LayoutBuilder, tmp_path: Path) -> None:
    facts, _ = run(builder, tmp_path, manifest("reg.test/missing:1"), manifest("reg.test/orders:1"))
    assert facts.unresolved["reg.test/missing:1"].status == "not_assessed"
    assert "reg.test/missing:1" in facts.unresolved["reg.test/missing:1"].reason
    assert list(facts.resolved) == ["reg.test/orders:1"]


def test_a_layer_that_is_not_what_its_digest_names_is_not_assessed_and_not_kept(
    builder: LayoutBuilder, tmp_path: Path
) -> None:
    image = LayoutSource(builder.path).tags()[0][1]
    body = msgspec.json.decode((builder.path / "blobs" / "sha256" / image.digest[7:]).read_bytes())
    blob = builder.path / "blobs" / "sha256" / body["layers"][0]["digest"][7:]
    whole = blob.read_bytes()
    blob.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    facts, _ = run(builder, tmp_path, manifest("reg.test/base:1"))
    (contents,) = {key: value for key, value in facts.contents.items() if key.startswith("sha256:")}.values()
    assert contents.status.status == "not_assessed"
    blob.write_bytes(whole)
    again, _ = run(builder, tmp_path, manifest("reg.test/base:1"))
    assert again.contents[again.resolved["reg.test/base:1"]].status.is_ok


def test_usages_that_name_no_image_ask_for_none(builder: LayoutBuilder, tmp_path: Path) -> None:
    facts, source = run(builder, tmp_path, from_line("scratch"), manifest("not a reference"))
    assert not facts.images
    assert not source.resolved
    assert facts.workloads == []


def test_a_workload_is_kept_as_it_was_found(builder: LayoutBuilder, tmp_path: Path) -> None:
    container = Container(name="main", role="main", reference="reg.test/orders:1")
    workload = Workload(
        id="default/Deployment/x", namespace="default", kind="Deployment", name="x", containers=[container]
    )
    workspace = SqliteWorkspace(tmp_path / "workspace")
    tools = Tools(images=LayoutSource(builder.path), workspace=workspace, layers=LayerStore(tmp_path / "cache"))
    facts = gather(Request(workloads=[workload], usages=[manifest("reg.test/orders:1")]), tools)
    workspace.close()
    assert facts.workloads == [workload]


def test_an_image_of_libraries_without_a_system_stands_on_scratch(tmp_path: Path) -> None:
    builder = LayoutBuilder(tmp_path / "layout")
    package = Entry(path="app/node_modules/lodash/package.json", data=b'{"name": "lodash", "version": "4.17.4"}')
    builder.image("reg.test/app:1", [builder.layer([Entry(path="etc/passwd")]), builder.layer([package])])
    facts, _ = run(builder, tmp_path, manifest("reg.test/app:1"))
    assert base_of(facts, "reg.test/app:1") == "scratch"
    assert [one.name for one in facts.contents[facts.resolved["reg.test/app:1"]].packages] == ["lodash"]
