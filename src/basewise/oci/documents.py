"""Reads manifests and indexes: bytes in, descriptors out. Pure, and made for hostile input.

Follows OCI Image Specification 1.1 ("Image Manifest", "Image Index") and Docker Image Manifest V2 Schema 2. Missing and
null fields are taken as empty where the specification lets them be; anything else is an `ImageError` naming the field.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from basewise.model.digest import is_digest
from basewise.model.errors import ImageError, LimitExceeded, UnsupportedMediaType
from basewise.model.image import (
    DOCKER_CONFIG,
    INDEX_TYPES,
    MANIFEST_TYPES,
    OCI_CONFIG,
    OCI_INDEX,
    OCI_MANIFEST,
    Descriptor,
    Platform,
)
from basewise.model.limits import Limits
from basewise.oci.quoting import quoted

SCHEMA_1_TYPES = (
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.docker.distribution.manifest.v1+json",
)
CONFIG_TYPES = (OCI_CONFIG, DOCKER_CONFIG)
_LARGEST_SIZE = 2**63 - 1  # a descriptor's size is an int64 (OCI Image Specification 1.1, "Descriptor")
T = TypeVar("T")


class _WirePlatform(msgspec.Struct):
    os: str | None = None
    architecture: str | None = None
    variant: str | None = None


class _WireDescriptor(msgspec.Struct, rename="camel"):
    media_type: str | None = None
    digest: str | None = None
    size: int | None = None
    annotations: dict[str, str] | None = None
    platform: _WirePlatform | None = None
    artifact_type: str | None = None


class _WireDocument(msgspec.Struct, rename="camel"):
    """Index and manifest at once: which of the two it is, is decided after reading."""

    schema_version: int | None = None
    media_type: str | None = None
    manifests: list[_WireDescriptor] | None = None
    config: _WireDescriptor | None = None
    layers: list[_WireDescriptor] | None = None
    annotations: dict[str, str] | None = None
    fs_layers: list[Any] | None = None


_DOCUMENT = msgspec.json.Decoder(_WireDocument)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """An image manifest: where configuration and layers are, base layer first."""

    config: Descriptor
    layers: list[Descriptor]
    annotations: dict[str, str] = {}


def decode(data: bytes, decoder: msgspec.json.Decoder[T], what: str) -> T:
    """Reads JSON.

    Raises:
        ImageError: broken JSON or a field of the wrong type, which is named.
    """
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        raise ImageError(f"{what} has a field of the wrong type: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ImageError(f"{what} is not JSON: {error}") from error


def media_type_of(data: bytes, what: str) -> str:
    """The media type that a manifest or index states, or the one its shape implies (both are optional in OCI).

    Raises:
        ImageError: it is neither.
    """
    document = decode(data, _DOCUMENT, what)
    if document.media_type:
        return document.media_type
    if document.manifests is not None:
        return OCI_INDEX
    if document.config is not None:
        return OCI_MANIFEST
    if document.fs_layers is not None:
        return SCHEMA_1_TYPES[0]
    raise ImageError(f"{what} is neither a manifest nor an index")


def parse_index(data: bytes, media_type: str, what: str) -> list[Descriptor]:
    """The manifests of an image index or Docker manifest list, in order.

    Args:
        media_type: what the descriptor said; the document must not say otherwise.
        what: names the document in errors.

    Raises:
        ImageError: not JSON, a field of the wrong type, or a document that could be read in two ways.
        UnsupportedMediaType: the media type is that of no index.
    """
    if media_type not in INDEX_TYPES:
        raise UnsupportedMediaType(f"{what} is of media type {quoted(media_type)}, which is no image index")
    document = _unambiguous(decode(data, _DOCUMENT, what), media_type, what)
    return [_descriptor(wire, f"manifests[{at}] of {what}") for at, wire in enumerate(document.manifests or [])]


def parse_manifest(data: bytes, media_type: str, what: str, limits: Limits) -> Manifest:
    """Configuration and layers of an OCI or Docker schema 2 manifest.

    Raises:
        ImageError: not JSON, a field missing or of the wrong type, or a document that could be read in two ways.
        LimitExceeded: more layers than `limits.image_layers`.
        UnsupportedMediaType: Docker schema 1, an artifact that is no image, or another media type.
    """
    if media_type in SCHEMA_1_TYPES:
        raise UnsupportedMediaType(
            f"{what} is a Docker schema 1 manifest, which names no layers by content",
            remedy="Push the image again with a current client; Docker deprecated schema 1 in release 19.03.",
        )
    if media_type not in MANIFEST_TYPES:
        raise UnsupportedMediaType(f"{what} is of media type {quoted(media_type)}, which is no image manifest")
    document = _unambiguous(decode(data, _DOCUMENT, what), media_type, what)
    if document.config is None:
        raise ImageError(f"{what} names no configuration")
    config = _descriptor(document.config, f"config of {what}")
    if config.media_type not in CONFIG_TYPES:
        raise UnsupportedMediaType(f"{what} is an artifact ({quoted(config.media_type)}), no image")
    layers = document.layers or []
    if len(layers) > limits.image_layers:
        raise LimitExceeded(f"{what} has {len(layers)} layers, more than image_layers = {limits.image_layers}")
    return Manifest(
        config=config,
        layers=[_descriptor(wire, f"layers[{at}] of {what}") for at, wire in enumerate(layers)],
        annotations=document.annotations or {},
    )


def _unambiguous(document: _WireDocument, media_type: str, what: str) -> _WireDocument:
    """Refuses documents that two clients would read differently (CVE-2021-41190)."""
    if document.media_type and document.media_type != media_type:
        itself = quoted(document.media_type)
        raise ImageError(f"{what} is announced as {quoted(media_type)} and says itself that it is {itself}")
    if document.manifests is not None and (document.config is not None or document.layers is not None):
        raise ImageError(f"{what} is manifest and index at once")
    return document


def _descriptor(wire: _WireDescriptor, what: str) -> Descriptor:
    if not wire.digest or not is_digest(wire.digest):
        raise ImageError(f"{what} has an invalid digest {quoted(wire.digest or '')}")
    if wire.size is None or not 0 <= wire.size <= _LARGEST_SIZE:
        raise ImageError(f"{what} has an invalid size '{wire.size}'")
    if not wire.media_type:
        raise ImageError(f"{what} has no media type")
    platform = None
    if wire.platform is not None:
        platform = Platform(wire.platform.os or "", wire.platform.architecture or "", wire.platform.variant or "")
    return Descriptor(
        wire.media_type, wire.digest, wire.size, wire.annotations or {}, platform, wire.artifact_type or ""
    )
