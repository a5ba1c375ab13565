"""Images from what `docker save` wrote: `docker-archive:FILE[:REF|@N]` of containers-transports(5).

Follows the Docker Image Specification 1.2, "Combined Image JSON + Filesystem Changeset Format": `manifest.json` lists
images, each with the paths of its configuration and layers. That holds for both forms, the one with `ID/layer.tar` and
the one since Docker 25 whose files are an OCI layout too. Archives from before Docker 1.10 have no manifest.json.

Such an archive has no image manifest, so one is made: Docker schema 2, with the layers as they are stored. Its digest
is *local*: the same for the same configuration and layers wherever it is made, and that of no registry. Where the
archive is a layout that has the image's own manifest, that one is taken.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from basewise.archive.inflate import sniff
from basewise.archive.paths import clean
from basewise.model.digest import is_digest, sha256_of
from basewise.model.errors import ImageError, InvalidReference, LimitExceeded
from basewise.model.image import DOCKER_CONFIG, DOCKER_MANIFEST, Compression, Descriptor
from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.oci.archived_manifests import manifests_by_config
from basewise.oci.config import parse_config
from basewise.oci.documents import decode
from basewise.oci.interface import Listed
from basewise.oci.oci_archive import ArchiveBlobs
from basewise.oci.quoting import quoted
from basewise.oci.stored import StoredSource
from basewise.oci.tar_archive import Extent, TarArchive

MANIFEST, REPOSITORIES = "manifest.json", "repositories"
_LAYER_TYPE: dict[Compression, str] = {
    "none": "application/vnd.docker.image.rootfs.diff.tar",
    "gzip": "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "zstd": "application/vnd.docker.image.rootfs.diff.tar.zstd",
}


class _WireImage(msgspec.Struct, rename="pascal"):
    config: str
    repo_tags: list[str] | None = None
    layers: list[str] | None = None


_IMAGES = msgspec.json.Decoder(list[_WireImage])
_NAMES = msgspec.json.Decoder(dict[str, dict[str, str]])


class DockerArchiveSource(StoredSource):
    """Serves the images of an archive that `docker save`, `podman save` or skopeo wrote.

    The archive is closed with the source. An image of it that cannot be used is listed with the reason; the others are
    served.

    Raises:
        WrongKind: the archive has no list of images.
        ImageError: the list cannot be read.
    """

    def __init__(self, archive: TarArchive, limits: Limits) -> None:
        with archive.closed_on_failure():
            reader = _Reader(archive, limits)
            listed = [reader.image(wire) for wire in reader.manifest()]
        super().__init__(listed, ArchiveBlobs(archive, reader.paths, reader.made), limits)


class _Reader:
    """Reads the images of one archive, and finds out on the way where each blob lies."""

    def __init__(self, archive: TarArchive, limits: Limits) -> None:
        self.paths: dict[str, str] = {}
        self.made: dict[str, bytes] = {}
        self._archive = archive
        self._limits = limits
        self._stored: dict[Extent, tuple[Compression, str]] = {}
        self._own = manifests_by_config(archive, limits)

    def manifest(self) -> list[_WireImage]:
        """The images of manifest.json, with the names that only `repositories` tells."""
        archive, limits = self._archive, self._limits
        if MANIFEST not in archive:
            remedy = "Load and save it again with Docker 1.10 or later; an OCI layout is named oci-archive:FILE."
            raise archive.lacks(MANIFEST, "docker-archive", remedy)
        what = f"{MANIFEST} of {archive.name}"
        images = decode(archive.read(MANIFEST, limits.layout_index_bytes), _IMAGES, what)
        if len(images) > limits.archive_images:
            raise LimitExceeded(
                f"{what} lists {len(images)} images, more than archive_images = {limits.archive_images}"
            )
        if all(image.repo_tags for image in images) or REPOSITORIES not in archive:
            return images
        names = _names_by_layer(archive.read(REPOSITORIES, limits.layout_index_bytes), archive.name)
        return [
            image
            if image.repo_tags
            else msgspec.structs.replace(image, repo_tags=names.get((image.layers or [""])[-1].partition("/")[0]))
            for image in images
        ]

    def image(self, wire: _WireImage) -> Listed:
        """One image, or why it cannot be had."""
        names = tuple(dict.fromkeys(line for tag in wire.repo_tags or [] for line in _line(tag)))
        try:
            return Listed(names=names, descriptor=self._described(wire))
        except ImageError as error:
            return Listed(names=names, failure=error.message)

    def _described(self, wire: _WireImage) -> Descriptor:
        path = self._path(wire.config)
        data = self._archive.read(path, self._limits.manifest_bytes)
        config = Descriptor(DOCKER_CONFIG, sha256_of(data), len(data))
        if config.digest in self._own:
            return self._own[config.digest]
        what = f"configuration {quoted(path)} of {self._archive.name}"
        diff_ids = parse_config(data, what).diff_ids
        paths = wire.layers or []
        if len(diff_ids) != len(paths):
            raise ImageError(f"{what} speaks of {len(diff_ids)} layers where {MANIFEST} lists {len(paths)}")
        if len(paths) > self._limits.image_layers:
            raise LimitExceeded(f"{what} has {len(paths)} layers, more than image_layers = {self._limits.image_layers}")
        layers = [self._layer(self._path(path), diff_id) for path, diff_id in zip(paths, diff_ids, strict=True)]
        self.paths.setdefault(config.digest, path)
        manifest = msgspec.json.encode(
            {"schemaVersion": 2, "mediaType": DOCKER_MANIFEST, "config": config, "layers": layers}
        )
        descriptor = Descriptor(DOCKER_MANIFEST, sha256_of(manifest), len(manifest))
        self.made[descriptor.digest] = manifest
        return descriptor

    def _layer(self, path: str, diff_id: str) -> Descriptor:
        """A layer as it is stored.

        A plain one is expected to be what its diff ID says, which is verified when it is read, as every blob is; a
        compressed one is read once more, here, for its digest.
        """
        extent = self._archive.extent(path)
        if extent not in self._stored:
            compression = sniff(next(self._archive.chunks(extent), b""), "none")
            packed = "" if compression == "none" else _digest_of(self._archive.chunks(extent))
            self._stored[extent] = compression, packed
        compression, packed = self._stored[extent]
        digest = packed or diff_id
        if not is_digest(digest):
            raise ImageError(f"layer {quoted(path)} of {self._archive.name} has the diff ID {quoted(digest)}")
        self.paths.setdefault(digest, path)
        return Descriptor(_LAYER_TYPE[compression], digest, extent.size)

    def _path(self, text: str) -> str:
        path = clean(text)
        if not path:
            raise ImageError(f"{MANIFEST} of {self._archive.name} names {quoted(text)}, which is no path in it")
        return path


def _digest_of(chunks: Iterator[bytes]) -> str:
    hasher = hashlib.sha256()
    for chunk in chunks:
        hasher.update(chunk)
    return "sha256:" + hasher.hexdigest()


def _names_by_layer(data: bytes, name: str) -> dict[str, list[str]]:
    """`repositories` the other way round: the id of a top layer to the names of its images."""
    found: dict[str, list[str]] = {}
    for repository, tags in decode(data, _NAMES, f"{REPOSITORIES} of {name}").items():
        for tag, layer in tags.items():
            found.setdefault(layer, []).append(f"{repository}:{tag}")
    return found


def _line(tag: str) -> Iterator[str]:
    """The canonical form of a name, which Docker writes short; nothing for what is no name."""
    try:
        yield Reference.parse(tag).line
    except InvalidReference:
        return
