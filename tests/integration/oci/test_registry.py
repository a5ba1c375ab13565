"""A real registry on loopback, filled by skopeo, says the same as the layout it was filled from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.docker_registry import docker_registry

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.model.digest import sha256_of
from basewise.model.errors import ImageNotFound
from basewise.model.image import Descriptor, Image, ImageConfig, Platform
from basewise.model.limits import DEFAULT_LIMITS
from basewise.model.reference import Reference
from basewise.oci.cache import CachedSource
from basewise.oci.image import open_image
from basewise.oci.interface import ImageSource
from basewise.oci.layout import LayoutSource
from basewise.oci.mirrors import Mirrors
from basewise.oci.registry import RegistrySource

ORDERS, FLEET = Reference.parse("registry.test/orders:1"), Reference.parse("registry.test/fleet:1")


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> LayoutBuilder:
    built = LayoutBuilder(tmp_path_factory.mktemp("layout"))
    gzip = built.layer([Entry(path="etc/a", data=b"a" * 100_000)])
    zstd = built.layer([Entry(path="etc/b", data=b"b" * 100_000)], "zstd")
    config = ImageConfig(user="65532", entrypoint=["/app"], labels={"a": "b"})
    built.image("orders:1", [gzip, zstd], config, history=["ADD a", "ADD b"])
    amd = built.manifest([gzip])
    arm = built.manifest([zstd], platform=Platform("linux", "arm64"))
    built.tag("fleet:1", built.index([(amd, Platform(), {}), (arm, Platform("linux", "arm64"), {})]))
    return built


@pytest.fixture(scope="module")
def host(builder: LayoutBuilder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with docker_registry(tmp_path_factory.mktemp("registry")) as registry:
        for name in ("orders:1", "fleet:1"):
            registry.copy(builder.path, name, f"team/{name}")
        yield registry.host


@pytest.fixture
def source(host: str) -> Iterator[RegistrySource]:
    opened = RegistrySource(mirrors=Mirrors.parse([f"registry.test={host}/team"]))
    yield opened
    opened.close()


def both(builder: LayoutBuilder, source: ImageSource, reference: Reference, platform: Platform) -> tuple[Image, Image]:
    layout = LayoutSource(builder.path)
    return (
        open_image(layout, reference, platform, DEFAULT_LIMITS),
        open_image(source, reference, platform, DEFAULT_LIMITS),
    )


@pytest.mark.parametrize("reference", [ORDERS, FLEET])
@pytest.mark.parametrize("platform", [Platform(), Platform("linux", "arm64")])
def test_layout_and_registry_open_the_same_image(
    builder: LayoutBuilder, source: RegistrySource, reference: Reference, platform: Platform
) -> None:
    in_layout, in_registry = both(builder, source, reference, platform)
    assert in_layout == in_registry
    assert in_layout.layers


def test_layers_are_the_same_bytes(builder: LayoutBuilder, source: RegistrySource) -> None:
    in_layout, in_registry = both(builder, source, ORDERS, Platform())
    for layer in in_registry.layers:
        descriptor = Descriptor(layer.media_type, layer.digest, layer.size)
        with source.blob(ORDERS, descriptor) as chunks:
            assert sha256_of(b"".join(chunks)) == layer.digest
    assert len(in_layout.layers) == len(in_registry.layers) == 2


def test_an_image_is_had_by_digest_too(builder: LayoutBuilder, source: RegistrySource) -> None:
    in_layout, _ = both(builder, source, FLEET, Platform())
    for digest in (in_layout.digest, in_layout.index_digests[0]):
        image = open_image(source, FLEET.with_digest(digest), Platform(), DEFAULT_LIMITS)
        assert image.digest == in_layout.digest


def test_what_is_not_there_is_not_found(source: RegistrySource) -> None:
    for text in ("registry.test/orders:2", "registry.test/absent", f"registry.test/orders@{sha256_of(b'')}"):
        with pytest.raises(ImageNotFound):
            source.resolve(Reference.parse(text))


def test_a_layer_that_is_not_there_is_not_found(source: RegistrySource) -> None:
    with pytest.raises(ImageNotFound), source.blob(ORDERS, Descriptor("x", sha256_of(b""), 0)):
        pass


def test_a_cache_before_a_registry_fetches_nothing_twice(source: RegistrySource, tmp_path: Path) -> None:
    cached = CachedSource(source, tmp_path)
    first = open_image(cached, FLEET, Platform(), DEFAULT_LIMITS)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert open_image(cached, FLEET, Platform(), DEFAULT_LIMITS) == first
    assert files == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert len(files) == 3
