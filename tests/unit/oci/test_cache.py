from __future__ import annotations

from pathlib import Path

import pytest

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.model.errors import DigestMismatch, ImageError, ImageNotFound
from basewise.model.image import Descriptor, Platform
from basewise.model.limits import DEFAULT_LIMITS
from basewise.model.reference import Reference
from basewise.oci.cache import CachedSource
from basewise.oci.image import open_image
from basewise.oci.layout import LayoutSource

REFERENCE = Reference.parse("registry.test/orders")


@pytest.fixture
def cached(builder: LayoutBuilder, tmp_path: Path) -> CachedSource:
    builder.image("orders", [builder.layer([Entry(path="a")])])
    return CachedSource(LayoutSource(builder.path), tmp_path / "cache")


def kept(tmp_path: Path) -> list[Path]:
    return sorted(path for path in (tmp_path / "cache").rglob("*") if path.is_file())


def test_an_image_that_was_opened_needs_no_blob_of_its_source_again(
    cached: CachedSource, builder: LayoutBuilder, tmp_path: Path
) -> None:
    first = open_image(cached, REFERENCE, Platform(), DEFAULT_LIMITS)
    for blob in (builder.path / "blobs" / "sha256").iterdir():
        blob.unlink()
    assert open_image(cached, REFERENCE, Platform(), DEFAULT_LIMITS) == first
    assert len(kept(tmp_path)) == 2
    assert all(path.parent.name == path.name[:2] for path in kept(tmp_path))


def test_a_corrupt_file_is_fetched_anew(cached: CachedSource, tmp_path: Path) -> None:
    descriptor = cached.resolve(REFERENCE)
    data = cached.manifest(REFERENCE, descriptor)
    (path,) = kept(tmp_path)
    path.write_bytes(data[:-1])
    assert cached.manifest(REFERENCE, descriptor) == data
    assert path.read_bytes() == data


def test_what_the_source_refuses_is_not_kept(cached: CachedSource, builder: LayoutBuilder, tmp_path: Path) -> None:
    descriptor = cached.resolve(REFERENCE)
    (builder.path / "blobs" / "sha256" / descriptor.digest.removeprefix("sha256:")).write_bytes(b"{}")
    with pytest.raises(DigestMismatch):
        cached.manifest(REFERENCE, descriptor)
    assert kept(tmp_path) == []


def test_a_cache_that_cannot_be_written_fails_nothing(builder: LayoutBuilder, tmp_path: Path) -> None:
    descriptor = builder.image("orders", [])
    occupied = tmp_path / "occupied"
    occupied.write_text("a file where the directory should be")
    for directory in (occupied, Path("/proc/basewise")):
        source = CachedSource(LayoutSource(builder.path), directory)
        assert len(source.manifest(REFERENCE, descriptor)) == descriptor.size


def test_a_write_that_fails_leaves_no_half_file(builder: LayoutBuilder, tmp_path: Path) -> None:
    descriptor = builder.image("orders", [])
    value = descriptor.digest.removeprefix("sha256:")
    shard = tmp_path / "cache" / "sha256" / value[:2]
    shard.mkdir(parents=True)
    (shard / value).mkdir()  # the last step, putting the file in its place, fails
    source = CachedSource(LayoutSource(builder.path), tmp_path / "cache")
    assert len(source.manifest(REFERENCE, descriptor)) == descriptor.size
    assert kept(tmp_path) == []


def test_a_digest_that_is_none_never_becomes_a_path(cached: CachedSource, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no digest"):
        cached.manifest(REFERENCE, Descriptor("x", "../../etc/passwd", 1))
    assert kept(tmp_path) == []


def test_references_and_layers_pass_through(cached: CachedSource, tmp_path: Path) -> None:
    image = open_image(cached, REFERENCE, Platform(), DEFAULT_LIMITS)
    layer = image.layers[0]
    with cached.blob(REFERENCE, Descriptor(layer.media_type, layer.digest, layer.size)) as chunks:
        assert sum(map(len, chunks)) == layer.size
    with pytest.raises(ImageNotFound):
        cached.resolve(Reference.parse("registry.test/absent"))
    assert not any(path.name in layer.digest for path in kept(tmp_path))
