"""Both forms of `docker save` give the configuration, layers and names of the image that was saved."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.archives import Item, blob, legacy_items, link, newer_items, parts, tar_bytes

from basewise.demo.layout import BuiltLayer, Entry, LayoutBuilder
from basewise.model.digest import sha256_of
from basewise.model.errors import DigestMismatch, ImageError, LimitExceeded, UsageError, WrongKind
from basewise.model.image import DOCKER_MANIFEST, Descriptor, Image, Platform
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.reference import Reference
from basewise.oci.docker_archive import DockerArchiveSource
from basewise.oci.image import open_image
from basewise.oci.interface import Opening
from basewise.oci.spool import open_archive

NAME = "shop/orders:1"
REFERENCE = Reference.parse(NAME)


@pytest.fixture
def layers(builder: LayoutBuilder) -> list[BuiltLayer]:
    return [builder.layer([Entry(path="a", data=b"1" * 900_000)]), builder.layer([Entry(path="b")], "zstd")]


def opened(folder: Path, items: list[Item], limits: Limits = DEFAULT_LIMITS) -> DockerArchiveSource:
    path = folder / "x.tar"
    path.write_bytes(tar_bytes(items))
    return DockerArchiveSource(open_archive(str(path), Opening(scratch=folder / "scratch", limits=limits)), limits)


def image_of(source: DockerArchiveSource, reference: Reference = REFERENCE) -> Image:
    return open_image(source, reference, Platform(), DEFAULT_LIMITS)


def read_all(source: DockerArchiveSource, image: Image) -> list[bytes]:
    found = []
    for layer in image.layers:
        with source.blob(REFERENCE, Descriptor(layer.media_type, layer.digest, layer.size)) as chunks:
            found.append(b"".join(chunks))
    return found


def manifest_json(**more: Any) -> Item:
    return (
        "manifest.json",
        json.dumps([{"Config": "c.json", "RepoTags": [NAME], "Layers": ["l.tar"]} | more]).encode(),
    )


def config_json(*diff_ids: str) -> Item:
    return ("c.json", json.dumps({"os": "linux", "rootfs": {"diff_ids": diff_ids}}).encode())


def test_the_older_form_has_the_configuration_and_plain_layers(
    builder: LayoutBuilder, layers: list[BuiltLayer], tmp_path: Path
) -> None:
    saved = builder.image("orders", layers, history=["one", "two"])
    source = opened(tmp_path, legacy_items(builder.path, [(saved, [NAME])]))
    config, contents = parts(builder.path, saved)
    image = image_of(source)
    assert image.config_digest == sha256_of(config)
    assert [layer.digest for layer in image.layers] == [layer.diff_id for layer in layers]
    assert [layer.created_by for layer in image.layers] == ["one", "two"]
    assert read_all(source, image) == contents
    source.close()


def test_the_manifest_digest_is_the_same_wherever_the_image_is_saved(
    builder: LayoutBuilder, layers: list[BuiltLayer], tmp_path: Path
) -> None:
    saved = builder.image("orders", layers)
    items = legacy_items(builder.path, [(saved, [NAME])])
    renamed = json.dumps([{"Config": "c.json", "RepoTags": None, "Layers": ["x", "y"]}]).encode()
    config, (first, second) = parts(builder.path, saved)
    one = opened(tmp_path, items)
    other = opened(tmp_path, [("x", first), ("y", second), ("c.json", config), ("manifest.json", renamed)])
    assert one.listed[0].descriptor == other.listed[0].descriptor
    assert one.listed[0].descriptor is not None
    assert one.listed[0].descriptor.media_type == DOCKER_MANIFEST
    one.close()
    other.close()


def test_the_newer_form_keeps_the_digest_of_the_image(
    builder: LayoutBuilder, layers: list[BuiltLayer], tmp_path: Path
) -> None:
    saved = builder.image("orders", layers)
    source = opened(tmp_path, newer_items(builder.path, [(saved, "python:3.12")]))
    reference = Reference.parse("python:3.12")
    image = image_of(source, reference)
    assert image.digest == saved.digest
    assert [layer.digest for layer in image.layers] == [layer.descriptor.digest for layer in layers]
    assert read_all(source, image) == [blob(builder.path, layer.descriptor.digest) for layer in layers]
    source.close()


def test_an_image_for_many_platforms_of_which_one_was_saved_is_that_one(
    builder: LayoutBuilder, layers: list[BuiltLayer], tmp_path: Path
) -> None:
    saved = builder.manifest(layers)
    other = Descriptor(saved.media_type, "sha256:" + "0" * 64, 100)
    index = builder.index([(other, Platform("linux", "arm64"), {}), (saved, Platform(), {})])
    items = [item for item in newer_items(builder.path, [(saved, NAME)]) if item[0] != "index.json"]  # type: ignore[index]
    outer = {"mediaType": index.media_type, "digest": index.digest, "size": index.size}
    items.append(("index.json", json.dumps({"manifests": [outer]}).encode()))
    source = opened(tmp_path, items)
    assert image_of(source).digest == saved.digest
    source.close()


@pytest.mark.parametrize("broken", [b"{", b'{"manifests": [{}]}', b'{"manifests": []}'])
def test_an_index_that_does_not_help_is_done_without(
    builder: LayoutBuilder, layers: list[BuiltLayer], tmp_path: Path, broken: bytes
) -> None:
    saved = builder.image("orders", layers)
    items = [item for item in newer_items(builder.path, [(saved, NAME)]) if item[0] != "index.json"]  # type: ignore[index]
    source = opened(tmp_path, [*items, ("index.json", broken)])
    image = image_of(source)
    assert image.digest != saved.digest
    assert image.config_digest == sha256_of(parts(builder.path, saved)[0])
    assert read_all(source, image) == [blob(builder.path, layer.descriptor.digest) for layer in layers]
    source.close()


@pytest.mark.parametrize("text", ["shop/orders:1", "docker.io/shop/orders:1", "@0"])
def test_an_image_is_selected_by_name_or_place(builder: LayoutBuilder, tmp_path: Path, text: str) -> None:
    one = builder.image("orders", [builder.layer([Entry(path="a")])])
    two = builder.image("billing", [builder.layer([Entry(path="b")])])
    source = opened(
        tmp_path, legacy_items(builder.path, [(one, [NAME, "shop/orders:latest"]), (two, ["shop/billing:2"])])
    )
    assert source.select(text) == source.listed[0]
    assert [name for name, _ in source.tags()] == [
        "docker.io/shop/orders:1", "docker.io/shop/orders:latest", "docker.io/shop/billing:2",
    ]  # fmt: skip
    for wrong in ("@2", "@", "@-1", "@x", "shop/other:1", "orders:1"):
        with pytest.raises(UsageError, match="has no"):
            source.select(wrong)
    source.close()


def test_a_full_name_answers_for_nothing_but_itself(builder: LayoutBuilder, tmp_path: Path) -> None:
    saved = builder.image("orders", [builder.layer([])])
    source = opened(tmp_path, legacy_items(builder.path, [(saved, ["python:3.12"])]))
    assert source.resolve(Reference.parse("docker.io/library/python:3.12")) == source.listed[0].descriptor
    with pytest.raises(ImageError):
        source.resolve(Reference.parse("registry.test/python:3.12"))
    source.close()


def test_a_name_that_only_repositories_tells_is_read_there(builder: LayoutBuilder, tmp_path: Path) -> None:
    items = legacy_items(builder.path, [(builder.image("orders", [builder.layer([])]), [NAME])])
    manifest = json.loads(items[-2][1])  # type: ignore[index]
    manifest[0]["RepoTags"] = None
    source = opened(tmp_path, [*items[:-2], ("manifest.json", json.dumps(manifest).encode()), items[-1]])
    assert [name for name, _ in source.tags()] == ["docker.io/shop/orders:1"]
    source.close()


def test_two_images_share_a_layer_by_a_link(builder: LayoutBuilder, tmp_path: Path) -> None:
    shared = builder.layer([Entry(path="a", data=b"shared")])
    one = builder.image("one", [shared])
    two = builder.image("two", [shared, builder.layer([Entry(path="b")])])
    items = legacy_items(builder.path, [(one, [NAME]), (two, ["shop/two:1"])])
    assert any(not isinstance(item, tuple) and item.issym() for item in items)
    source = opened(tmp_path, items)
    image = image_of(source, Reference.parse("shop/two:1"))
    assert read_all(source, image) == parts(builder.path, two)[1]
    source.close()


def test_a_compressed_layer_is_known_by_the_digest_of_its_stored_bytes(tmp_path: Path) -> None:
    plain = tar_bytes([("a", b"1")])
    packed = gzip.compress(plain)
    source = opened(tmp_path, [config_json(sha256_of(plain)), ("l.tar", packed), manifest_json()])
    (layer,) = image_of(source).layers
    assert (layer.digest, layer.declared_diff_id) == (sha256_of(packed), sha256_of(plain))
    assert layer.media_type.endswith(".gzip")
    assert read_all(source, image_of(source)) == [packed]
    source.close()


def test_a_layer_that_is_not_what_the_configuration_says_is_a_digest_mismatch(tmp_path: Path) -> None:
    layer = tar_bytes([("a", b"1")])
    source = opened(tmp_path, [config_json("sha256:" + "1" * 64), ("l.tar", layer), manifest_json()])
    with pytest.raises(DigestMismatch):
        read_all(source, image_of(source))
    source.close()


LAYER = tar_bytes([("a", b"1")])
GOOD: list[Item] = [config_json(sha256_of(LAYER)), ("l.tar", LAYER)]


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([*GOOD, manifest_json(Layers=["../../etc/passwd"])], "names '../../etc/passwd', which is no path in it"),
        ([*GOOD, manifest_json(Layers=[""])], "no path in it"),
        ([*GOOD, manifest_json(Layers=["other.tar"])], "'other.tar' is missing"),
        ([*GOOD, manifest_json(Config="none.json")], "'none.json' is missing"),
        ([("c.json", b"PK"), GOOD[1], manifest_json()], "is not JSON"),
        ([*GOOD, manifest_json(Layers=["l.tar", "l.tar"])], "speaks of 1 layers where manifest.json lists 2"),
        ([*GOOD, ("l.tar", LAYER), manifest_json()], "more than once"),
        ([*GOOD, link("k.tar", "m.tar"), link("m.tar", "k.tar"), manifest_json(Layers=["k.tar"])], "archive_links"),
        ([config_json("sha256:short"), GOOD[1], manifest_json()], "has the diff ID 'sha256:short'"),
        ([("c.json", b"{" + b" " * 5000), GOOD[1], manifest_json()], "more than 4000"),
    ],
)
def test_an_image_that_cannot_be_used_is_listed_with_the_reason(tmp_path: Path, items: list[Item], reason: str) -> None:
    source = opened(tmp_path, items, Limits(manifest_bytes=4000))
    (listed,) = source.listed
    assert listed.descriptor is None
    assert reason in listed.failure
    assert listed.names == ("docker.io/shop/orders:1",)
    source.close()


def test_images_beside_one_that_cannot_be_used_are_served(tmp_path: Path) -> None:
    both = [{"Config": "none.json", "Layers": []}, {"Config": "c.json", "RepoTags": [NAME], "Layers": ["l.tar"]}]
    source = opened(tmp_path, [*GOOD, ("manifest.json", json.dumps(both).encode())])
    assert [bool(listed.failure) for listed in source.listed] == [True, False]
    assert read_all(source, image_of(source)) == [LAYER]
    source.close()


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([*GOOD, ("manifest.json", b"[{")], "is not JSON"),
        ([*GOOD, ("manifest.json", b'{"Config": "c.json"}')], "wrong type"),
        ([*GOOD, ("manifest.json", b'[{"RepoTags": []}]')], "wrong type"),
        ([*GOOD, ("manifest.json", b" " * 5000)], "more than 4000"),
        ([*GOOD, manifest_json(), manifest_json()], "more than once"),
        (
            [*GOOD, ("manifest.json", b'[{"Config": "c.json"}]'), ("repositories", b"[]")],
            "repositories of .* wrong type",
        ),
    ],
)
def test_an_archive_without_a_usable_list_of_images_is_refused(tmp_path: Path, items: list[Item], reason: str) -> None:
    with pytest.raises(ImageError, match=reason):
        opened(tmp_path, items, Limits(layout_index_bytes=4000))


def test_an_archive_without_a_list_of_images_is_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(WrongKind, match=r"is no docker-archive: it has no manifest\.json"):
        opened(tmp_path, GOOD)


TEXT = st.one_of(st.none(), st.integers(), st.text(max_size=4), st.sampled_from(["c.json", "l.tar", "x", "../c.json"]))


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        TEXT,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(["Config", "RepoTags", "Layers"]), inner, max_size=3),
        ),
        max_leaves=12,
    )
)
def test_any_manifest_json_gives_images_or_an_image_error(
    tmp_path_factory: pytest.TempPathFactory, document: object
) -> None:
    items: list[Item] = [*GOOD, ("x", b"{}"), ("manifest.json", json.dumps(document).encode())]
    try:
        source = opened(tmp_path_factory.getbasetemp(), items)
    except ImageError:
        return
    assert all((listed.descriptor is None) == bool(listed.failure) for listed in source.listed)
    source.close()


def test_too_many_images_are_refused(tmp_path: Path) -> None:
    many = json.dumps([{"Config": "c.json", "RepoTags": ["a"], "Layers": ["l.tar"]}] * 4).encode()
    with pytest.raises(LimitExceeded, match="archive_images = 3"):
        opened(tmp_path, [*GOOD, ("manifest.json", many)], Limits(archive_images=3))


def test_an_image_without_layers_is_one(tmp_path: Path) -> None:
    source = opened(tmp_path, [config_json(), manifest_json(Layers=None)])
    assert image_of(source).layers == []
    source.close()
