"""Opens an image: from a reference to its manifest, configuration and layers. Reads no layer."""

from __future__ import annotations

import msgspec

from basewise.model.digest import short
from basewise.model.errors import DigestMismatch, LimitExceeded
from basewise.model.image import INDEX_TYPES, Descriptor, Image, Platform
from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.oci.config import pair_layers, parse_config
from basewise.oci.documents import parse_index, parse_manifest
from basewise.oci.interface import ImageSource
from basewise.oci.platform import choose


class _Found(msgspec.Struct, frozen=True):
    manifest: Descriptor
    index_digests: list[str]


def open_image(source: ImageSource, reference: Reference, platform: Platform, limits: Limits) -> Image:
    """Resolves a reference and reads everything about the image but its layers.

    Args:
        platform: which image of an index is meant; an image that stands alone is taken whatever it was built for.

    Raises:
        ImageNotFound: no such reference, or nothing for this platform.
        UnsupportedMediaType: Docker schema 1, an artifact, or an unknown kind of manifest.
        ImageError: any other reason, named.
    """
    found = _follow_indexes(source, reference, platform, limits)
    name = f"manifest {short(found.manifest.digest)} of {reference.familiar}"
    data = source.manifest(reference, found.manifest)
    manifest = parse_manifest(data, found.manifest.media_type, name, limits)
    what = f"configuration {short(manifest.config.digest)} of {reference.familiar}"
    parsed = parse_config(source.manifest(reference, manifest.config), what)
    return Image(
        digest=found.manifest.digest,
        index_digests=found.index_digests,
        config_digest=manifest.config.digest,
        platform=parsed.platform or found.manifest.platform or Platform("", ""),
        layers=pair_layers(manifest.layers, parsed),
        config=parsed.config,
        annotations=manifest.annotations,
    )


def _follow_indexes(source: ImageSource, reference: Reference, platform: Platform, limits: Limits) -> _Found:
    """Walks down to a manifest; the indexes passed on the way come back outermost first."""
    descriptor = source.resolve(reference)
    if reference.digest and descriptor.digest != reference.digest:
        raise DigestMismatch(f"{reference.familiar} was answered with {short(descriptor.digest)}")
    indexes: list[str] = []
    while descriptor.media_type in INDEX_TYPES:
        if len(indexes) >= limits.index_depth:
            raise LimitExceeded(f"{reference.familiar} nests indexes deeper than index_depth = {limits.index_depth}")
        name = f"index {short(descriptor.digest)} of {reference.familiar}"
        entries = parse_index(source.manifest(reference, descriptor), descriptor.media_type, name)
        indexes.append(descriptor.digest)
        descriptor = choose(entries, platform, name)
    return _Found(descriptor, indexes)
