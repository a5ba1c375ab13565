"""The image manifests that an archive has of its own, for those that are listed without one."""

from __future__ import annotations

from collections.abc import Iterator

from basewise.model.digest import matches
from basewise.model.errors import ImageError
from basewise.model.image import INDEX_TYPES, OCI_INDEX, Descriptor
from basewise.model.limits import Limits
from basewise.oci.documents import parse_index, parse_manifest
from basewise.oci.layout import INDEX, MARKER
from basewise.oci.oci_archive import blob_path
from basewise.oci.tar_archive import TarArchive


def manifests_by_config(archive: TarArchive, limits: Limits) -> dict[str, Descriptor]:
    """Manifests below the archive's index whose layers it has all, by the digest of their configuration.

    What cannot be read is passed over: the archive's own list of images says what there has to be.
    """
    if MARKER not in archive or INDEX not in archive:
        return {}
    try:
        level = parse_index(archive.read(INDEX, limits.layout_index_bytes), OCI_INDEX, INDEX)
    except ImageError:
        return {}
    found: dict[str, Descriptor] = {}
    seen: set[str] = set()
    for _ in range(limits.index_depth + 1):
        below: list[Descriptor] = []
        for descriptor in level:
            if descriptor.digest in seen or len(seen) >= limits.archive_images:
                continue
            seen.add(descriptor.digest)
            if descriptor.media_type in INDEX_TYPES:
                below += _entries(archive, descriptor, limits)
            else:
                for config in _whole(archive, descriptor, limits):
                    found.setdefault(config, descriptor)
        level = below
    return found


def _entries(archive: TarArchive, descriptor: Descriptor, limits: Limits) -> list[Descriptor]:
    try:
        return parse_index(_small(archive, descriptor, limits), descriptor.media_type, "index")
    except ImageError:
        return []


def _whole(archive: TarArchive, descriptor: Descriptor, limits: Limits) -> Iterator[str]:
    """The digest of the configuration of a manifest, if the archive has everything that it names."""
    try:
        manifest = parse_manifest(_small(archive, descriptor, limits), descriptor.media_type, "manifest", limits)
    except ImageError:
        return
    if all(blob_path(blob.digest) in archive for blob in (manifest.config, *manifest.layers)):
        yield manifest.config.digest


def _small(archive: TarArchive, descriptor: Descriptor, limits: Limits) -> bytes:
    data = archive.read(blob_path(descriptor.digest), limits.manifest_bytes)
    if not matches(data, descriptor.digest):
        raise ImageError("other content than its digest names")
    return data
