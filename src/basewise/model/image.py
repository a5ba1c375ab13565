"""Images as a registry or a layout describes them: descriptors, manifests, configurations.

Follows OCI Image Specification 1.1 (descriptor, manifest, index, config) and Docker Image Manifest V2 Schema 2, which
share their shapes. Diff IDs written in a configuration are kept as what they are: the builder's word.
"""

from __future__ import annotations

from typing import Literal

import msgspec

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"

INDEX_TYPES = (OCI_INDEX, DOCKER_INDEX)
MANIFEST_TYPES = (OCI_MANIFEST, DOCKER_MANIFEST)

Compression = Literal["none", "gzip", "zstd"]
LAYER_TYPES: dict[str, Compression] = {
    "application/vnd.oci.image.layer.v1.tar": "none",
    "application/vnd.oci.image.layer.v1.tar+gzip": "gzip",
    "application/vnd.oci.image.layer.v1.tar+zstd": "zstd",
    "application/vnd.oci.image.layer.nondistributable.v1.tar": "none",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip": "gzip",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd": "zstd",
    "application/vnd.docker.image.rootfs.diff.tar": "none",
    "application/vnd.docker.image.rootfs.diff.tar.gzip": "gzip",
    "application/vnd.docker.image.rootfs.diff.tar.zstd": "zstd",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip": "gzip",
}


class Platform(msgspec.Struct, frozen=True):
    """An operating system and processor, `linux/arm64/v8`."""

    os: str = "linux"
    architecture: str = "amd64"
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


class Descriptor(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A pointer to a blob or manifest: media type, digest, size in bytes."""

    media_type: str
    digest: str
    size: int
    annotations: dict[str, str] = {}
    platform: Platform | None = None
    artifact_type: str = ""

    @property
    def is_attestation(self) -> bool:
        """True for a BuildKit attestation manifest, which sits in an index beside the images but is none."""
        return self.annotations.get("vnd.docker.reference.type") == "attestation-manifest" or (
            self.platform is not None and self.platform.os == "unknown"
        )


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One layer of an image, base layer first."""

    digest: str
    """Of the blob as stored, compressed or not."""
    media_type: str
    size: int
    """Bytes of the blob."""
    diff_id: str = ""
    """Of the inflated archive, computed by us; empty until the layer was read."""
    declared_diff_id: str = ""
    """What the configuration says; never a key."""
    created_by: str = ""
    """The build step from the image's history, where it can be told."""


class ImageConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What the configuration tells about running the image (OCI Image Configuration, `config`)."""

    user: str = ""
    entrypoint: list[str] = []
    cmd: list[str] = []
    working_dir: str = ""
    exposed_ports: list[str] = []
    volumes: list[str] = []
    env: list[str] = []
    """`NAME=value`. Values stay in the workspace's cache; documents carry names only."""
    labels: dict[str, str] = {}
    healthcheck: list[str] = []
    stop_signal: str = ""
    created: str = ""


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """One platform's image, keyed by the digest of its manifest."""

    digest: str
    index_digests: list[str] = []
    config_digest: str = ""
    platform: Platform = Platform()
    layers: list[Layer] = []
    config: ImageConfig = ImageConfig()
    annotations: dict[str, str] = {}

    @property
    def size_bytes(self) -> int:
        """Compressed size of all layers."""
        return sum(layer.size for layer in self.layers)

    @property
    def layer_digests(self) -> tuple[str, ...]:
        return tuple(layer.digest for layer in self.layers)
