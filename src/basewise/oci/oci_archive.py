"""Images from an OCI image layout in a tar archive: `oci-archive:FILE[:TAG]` of containers-transports(5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from basewise.model.digest import short
from basewise.model.errors import ImageError, ImageNotFound
from basewise.model.limits import Limits
from basewise.oci.interface import BlobStore, Listed
from basewise.oci.layout import INDEX, MARKER, listed_in
from basewise.oci.stored import StoredSource
from basewise.oci.tar_archive import TarArchive


class ArchiveBlobs(BlobStore):
    """The blobs of an archive.

    Args:
        paths: where blobs lie that are not below `blobs/`, by digest.
        made: blobs that are in no file, by digest.
    """

    def __init__(
        self, archive: TarArchive, paths: Mapping[str, str] | None = None, made: Mapping[str, bytes] | None = None
    ) -> None:
        self.name = archive.name
        self._archive = archive
        self._paths = paths or {}
        self._made = made or {}

    @contextmanager
    def open(self, digest: str) -> Iterator[Iterator[bytes]]:
        if digest in self._made:
            yield iter([self._made[digest]])
            return
        path = self._paths.get(digest) or blob_path(digest)
        if path not in self._archive:
            raise ImageNotFound(f"{short(digest)} is missing in {self.name}")
        yield self._archive.chunks(self._archive.extent(path))

    def close(self) -> None:
        self._archive.close()


class OciArchiveSource(StoredSource):
    """Serves the images of a layout in an archive, which is closed with the source.

    Raises:
        WrongKind: the archive holds no layout.
        ImageError: the layout cannot be read.
    """

    def __init__(self, archive: TarArchive, limits: Limits) -> None:
        with archive.closed_on_failure():
            listed = _listed(archive, limits)
        super().__init__(listed, ArchiveBlobs(archive), limits)


def _listed(archive: TarArchive, limits: Limits) -> list[Listed]:
    for name in (MARKER, INDEX):
        if name not in archive:
            remedy = "An archive that docker save wrote is named docker-archive:FILE."
            raise archive.lacks(name, "OCI layout", remedy)
    marker = archive.read(MARKER, limits.manifest_bytes)
    index = archive.read(INDEX, limits.layout_index_bytes)
    try:
        return listed_in(marker, index)
    except ImageError as error:
        raise ImageError(f"the OCI layout in {archive.name} cannot be used: {error.message}") from error


def blob_path(digest: str) -> str:
    """Where a layout keeps a blob (OCI Image Specification 1.1, "Image Layout", section "Blobs")."""
    algorithm, _, value = digest.partition(":")
    return f"blobs/{algorithm}/{value}"
