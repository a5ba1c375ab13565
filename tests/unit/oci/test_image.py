from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.model.digest import sha256_of
from basewise.model.errors import DigestMismatch, ImageError, ImageNotFound, LimitExceeded, UnsupportedMediaType
from basewise.model.image import (
    DOCKER_CONFIG,
    DOCKER_INDEX,
    DOCKER_MANIFEST,
    Descriptor,
    Image,
    ImageConfig,
    Platform,
)
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.reference import Reference
from basewise.oci.image import open_image
from basewise.oci.layout import LayoutSource

ATTESTATION = {"vnd.docker.reference.type": "attestation-manifest"}


def opened(builder: LayoutBuilder, name: str = "registry.test/orders", platform: Platform = Platform()) -> Image:
    return open_image(LayoutSource(builder.path), Reference.parse(name), platform, DEFAULT_LIMITS)


def test_an_image_is_opened_with_layers_and_what_its_configuration_says(builder: LayoutBuilder) -> None:
    layers = [builder.layer([Entry(path="a")], "gzip"), builder.layer([Entry(path="b")], "zstd")]
    config = ImageConfig(user="65532", entrypoint=["/app"], labels={"a": "b"}, exposed_ports=["80/tcp"])
    steps, annotations = ["ADD a", "RUN b"], {"org.opencontainers.image.base.name": "debian:12"}
    descriptor = builder.image("orders", layers, config, history=steps, annotations=annotations)
    image = opened(builder)
    assert (image.digest, image.index_digests) == (descriptor.digest, [])
    assert [layer.digest for layer in image.layers] == [layer.descriptor.digest for layer in layers]
    assert [layer.declared_diff_id for layer in image.layers] == [layer.diff_id for layer in layers]
    assert [layer.diff_id for layer in image.layers] == ["", ""]
    assert [layer.created_by for layer in image.layers] == steps
    assert (image.config, image.annotations, image.platform) == (config, annotations, Platform())


def test_an_index_leads_to_the_image_of_the_platform_past_attestations(builder: LayoutBuilder) -> None:
    arm, amd = builder.manifest([], platform=Platform("linux", "arm64")), builder.manifest([])
    attestation = builder.manifest([builder.layer([])])
    index = builder.index(
        [
            (attestation, Platform("unknown", "unknown"), ATTESTATION),
            (arm, Platform("linux", "arm64", "v8"), {}),
            (amd, Platform(), {}),
        ]
    )
    builder.tag("orders", index)
    assert opened(builder).digest == amd.digest
    assert opened(builder, platform=Platform("linux", "arm64")).digest == arm.digest
    assert opened(builder).index_digests == [index.digest]
    with pytest.raises(ImageNotFound, match=r"linux/s390x; there are linux/amd64, linux/arm64/v8$"):
        opened(builder, platform=Platform("linux", "s390x"))


def test_nested_indexes_are_followed_and_listed_outermost_first(builder: LayoutBuilder) -> None:
    manifest = builder.manifest([])
    inner = builder.index([(manifest, Platform(), {})])
    outer = builder.index([(inner, None, {})])
    builder.tag("orders", outer)
    assert opened(builder).index_digests == [outer.digest, inner.digest]


def test_indexes_nested_too_deep_are_refused(builder: LayoutBuilder) -> None:
    descriptor = builder.manifest([])
    for _ in range(5):
        descriptor = builder.index([(descriptor, None, {})])
    builder.tag("orders", descriptor)
    with pytest.raises(LimitExceeded, match="index_depth = 4"):
        opened(builder)


def test_docker_media_types_are_opened(builder: LayoutBuilder) -> None:
    layer = builder.layer([Entry(path="a")]).descriptor
    config = builder.blob(b'{"os": "linux", "architecture": "amd64", "config": null}', DOCKER_CONFIG)
    layer_type = "application/vnd.docker.image.rootfs.diff.tar.gzip"
    body = {
        "schemaVersion": 2,
        "mediaType": DOCKER_MANIFEST,
        "config": {"mediaType": DOCKER_CONFIG, "digest": config.digest, "size": config.size},
        "layers": [{"mediaType": layer_type, "digest": layer.digest, "size": layer.size}],
    }
    manifest = builder.blob(json.dumps(body).encode(), DOCKER_MANIFEST)
    entry = {"mediaType": DOCKER_MANIFEST, "digest": manifest.digest, "size": manifest.size}
    entry["platform"] = {"os": "linux", "architecture": "amd64"}  # type: ignore[assignment]
    listed = {"schemaVersion": 2, "mediaType": DOCKER_INDEX, "manifests": [entry]}
    builder.tag("orders", builder.blob(json.dumps(listed).encode(), DOCKER_INDEX))
    image = opened(builder)
    assert image.digest == manifest.digest
    assert [layer.media_type for layer in image.layers] == [layer_type]


def test_a_layer_of_unknown_media_type_is_kept_as_it_is(builder: LayoutBuilder) -> None:
    layer = builder.layer([])
    odd = Descriptor("application/vnd.example.layer+brotli", layer.descriptor.digest, layer.descriptor.size)
    builder.image("orders", [type(layer)(odd, layer.diff_id)])
    assert opened(builder).layers[0].media_type == "application/vnd.example.layer+brotli"


def test_docker_schema_1_says_that_it_is_not_supported(builder: LayoutBuilder) -> None:
    data = b'{"schemaVersion": 1, "name": "orders", "fsLayers": [], "history": [], "signatures": []}'
    descriptor = builder.blob(data, "application/vnd.docker.distribution.manifest.v1+prettyjws")
    with pytest.raises(UnsupportedMediaType, match="schema 1"):
        opened(builder, f"registry.test/orders@{descriptor.digest}")


def test_a_configuration_that_is_missing_or_broken_is_an_image_error(builder: LayoutBuilder) -> None:
    builder.image("orders", [])
    digest = opened(builder).config_digest
    path = builder.path / "blobs" / "sha256" / digest.removeprefix("sha256:")
    path.write_bytes(b"[]")
    with pytest.raises(DigestMismatch):
        opened(builder)
    path.unlink()
    with pytest.raises(ImageError, match="missing"):
        opened(builder)


def test_a_source_that_answers_another_digest_is_caught(builder: LayoutBuilder) -> None:
    class Liar(LayoutSource):
        def resolve(self, reference: Reference) -> Descriptor:
            return super().resolve(Reference(reference.registry, reference.repository))

    builder.image("orders", [])
    with pytest.raises(DigestMismatch):
        open_image(Liar(builder.path), Reference.parse(f"orders@{sha256_of(b'other')}"), Platform(), DEFAULT_LIMITS)


def test_more_layers_than_the_limit_are_refused(builder: LayoutBuilder) -> None:
    builder.image("orders", [builder.layer([])] * 3)
    with pytest.raises(LimitExceeded, match="image_layers = 2"):
        open_image(LayoutSource(builder.path), Reference.parse("orders"), Platform(), Limits(image_layers=2))


def test_a_real_index_is_opened_although_its_layers_are_left_out() -> None:
    data = os.environ.get("BASEWISE_TEST_DATA")
    if not data:
        pytest.skip("BASEWISE_TEST_DATA is not set: no real layout to read")
    source = LayoutSource(Path(data) / "samples" / "oci-layouts" / "slsa-gha-container-v2.1.0")
    index = "sha256:234e2c830c2fb31ac5671789d22adfe44d30c3ee831d01beae5e237841a13122"
    reference = Reference.parse(f"ghcr.io/slsa-framework/example@{index}")
    image = open_image(source, reference, Platform(), DEFAULT_LIMITS)
    assert image.digest == "sha256:d1fc0de9c6a33e502c488221644de1736c53d8ddb59b0e41b4946fb26af50e69"
    assert image.index_digests == [index]
    assert all(layer.declared_diff_id for layer in image.layers)
