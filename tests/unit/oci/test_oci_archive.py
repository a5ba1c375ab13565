"""A layout in an archive serves what the layout serves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.archives import Item, oci_archive, tar_bytes

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.model.digest import sha256_of
from basewise.model.errors import DigestMismatch, ImageError, ImageNotFound, LimitExceeded, WrongKind
from basewise.model.image import Descriptor, Platform
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.reference import Reference
from basewise.oci.image import open_image
from basewise.oci.interface import Opening
from basewise.oci.layout import LayoutSource
from basewise.oci.oci_archive import OciArchiveSource
from basewise.oci.spool import open_archive

REFERENCE = Reference.parse("registry.test/orders")
MARKER: Item = ("oci-layout", b'{"imageLayoutVersion": "1.0.0"}')
INDEX: Item = ("index.json", b'{"schemaVersion": 2, "manifests": []}')


def opened(path: Path, limits: Limits = DEFAULT_LIMITS) -> OciArchiveSource:
    return OciArchiveSource(open_archive(str(path), Opening(scratch=path.parent / "scratch", limits=limits)), limits)


def written(folder: Path, *items: Item) -> Path:
    path = folder / "x.tar"
    path.write_bytes(tar_bytes(items))
    return path


def test_an_archive_serves_what_its_layout_serves(builder: LayoutBuilder, tmp_path: Path) -> None:
    layers = [builder.layer([Entry(path="a", data=b"1" * 600_000)]), builder.layer([Entry(path="b")], "zstd")]
    inner = builder.manifest(layers, history=["one", "two"])
    builder.tag("orders", builder.index([(inner, Platform(), {})]))
    builder.image("registry.test/billing:2", layers[:1])
    layout, archive = LayoutSource(builder.path), opened(oci_archive(builder.path, tmp_path / "x.tar"))
    assert archive.tags() == layout.tags()
    for name in ("registry.test/orders", "registry.test/billing:2", f"orders@{inner.digest}"):
        reference = Reference.parse(name)
        image = open_image(archive, reference, Platform(), DEFAULT_LIMITS)
        assert image == open_image(layout, reference, Platform(), DEFAULT_LIMITS)
        for layer in image.layers:
            with archive.blob(reference, Descriptor(layer.media_type, layer.digest, layer.size)) as chunks:
                assert sha256_of(b"".join(chunks)) == layer.digest
    archive.close()


def test_a_blob_with_other_content_is_a_digest_mismatch(tmp_path: Path) -> None:
    digest = "sha256:" + "1" * 64
    source = opened(written(tmp_path, MARKER, INDEX, (f"blobs/sha256/{'1' * 64}", b"other")))
    with source.blob(REFERENCE, Descriptor("x", digest, 5)) as chunks, pytest.raises(DigestMismatch):
        list(chunks)
    with pytest.raises(DigestMismatch):
        source.manifest(REFERENCE, Descriptor("x", digest, 5))
    source.close()


def test_a_blob_that_the_archive_lacks_is_not_found(tmp_path: Path) -> None:
    source = opened(written(tmp_path, MARKER, INDEX))
    with pytest.raises(ImageNotFound, match=r"is missing in the archive x\.tar"):
        source.manifest(REFERENCE, Descriptor("x", "sha256:" + "1" * 64, 5))
    source.close()


def test_a_manifest_larger_than_its_limit_is_refused(tmp_path: Path) -> None:
    data = json.dumps({"a": "1" * 300}).encode()
    path = written(tmp_path, MARKER, INDEX, (f"blobs/{sha256_of(data).replace(':', '/')}", data))
    source = opened(path, Limits(manifest_bytes=200))
    with pytest.raises(LimitExceeded, match="manifest_bytes = 200"):
        source.manifest(REFERENCE, Descriptor("x", sha256_of(data), len(data)))
    source.close()


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([MARKER, ("index.json", b"{")], "index.json is not JSON"),
        ([MARKER, INDEX, INDEX], "more than once"),
        ([("oci-layout", b'{"imageLayoutVersion": "9"}'), INDEX], "version '9'"),
        ([MARKER, ("index.json", b" " * 2000)], "more than 1000"),
    ],
)
def test_a_broken_layout_is_refused_with_the_reason(tmp_path: Path, items: list[Item], reason: str) -> None:
    with pytest.raises(ImageError, match=reason):
        opened(written(tmp_path, *items), Limits(layout_index_bytes=1000))


@pytest.mark.parametrize(
    ("items", "missing"), [([INDEX], "oci-layout"), ([MARKER], r"index\.json"), ([("a", b"")], "oci-layout")]
)
def test_an_archive_without_a_layout_is_of_another_kind(tmp_path: Path, items: list[Item], missing: str) -> None:
    path = written(tmp_path, *items)
    with pytest.raises(WrongKind, match=f"is no OCI layout: it has no {missing}") as caught:
        opened(path)
    assert "docker-archive:FILE" in caught.value.remedy


def test_an_archive_that_ends_between_two_members_before_its_index_is_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(tar_bytes([MARKER, INDEX])[:1024])
    with pytest.raises(ImageError, match=r"it is cut short, it has no index\.json"):
        opened(path)
