"""Images from an OCI image layout (OCI Image Specification 1.1, "Image Layout"), in a directory: `oci:DIR[:TAG]`.

Opens only regular files below `blobs/`, named by a validated digest; symbolic links are not followed.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from basewise.model.digest import short
from basewise.model.errors import ImageError, ImageNotFound, LimitExceeded, UsageError, WrongKind
from basewise.model.image import OCI_INDEX, Descriptor
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.oci.documents import decode, parse_index
from basewise.oci.interface import BlobStore, Listed
from basewise.oci.quoting import quoted
from basewise.oci.stored import StoredSource
from basewise.oci.stream import CHUNK_BYTES

MARKER, INDEX = "oci-layout", "index.json"
REF_NAME = "org.opencontainers.image.ref.name"
CONTAINERD_NAME = "io.containerd.image.name"
"""`docker save` and containerd write the full name here and only the tag into `REF_NAME`."""
_ARCHIVE = "A layout in an archive is named oci-archive:FILE."
_REMEDY = "A layout is made with: skopeo copy docker://IMAGE oci:DIRECTORY:TAG"


class _Marker(msgspec.Struct, rename="camel"):
    image_layout_version: str


_DECODER = msgspec.json.Decoder(_Marker)


class LayoutSource(StoredSource):
    """Serves the images of a layout in a directory.

    Args:
        path: the directory that holds `oci-layout`.

    Raises:
        WrongKind: the directory is no layout.
        ImageError: the layout cannot be read.
    """

    def __init__(self, path: Path, limits: Limits = DEFAULT_LIMITS) -> None:
        marker = _read_bounded(path, MARKER, limits.manifest_bytes)
        index = _read_bounded(path, INDEX, limits.layout_index_bytes)
        try:
            listed = listed_in(marker, index)
        except ImageError as error:
            raise ImageError(f"the OCI layout {path} cannot be used: {error.message}") from error
        super().__init__(listed, _DirectoryBlobs(path), limits)


def listed_in(marker: bytes, index: bytes) -> list[Listed]:
    """The images of a layout, from the contents of its two files `oci-layout` and `index.json`.

    Raises:
        ImageError: they are no such files, or of a version that is not known.
    """
    version = decode(marker, _DECODER, MARKER).image_layout_version
    if not version.startswith("1."):
        raise ImageError(f"it is of version {quoted(version)}; 1.x is supported")
    return [_listed(entry) for entry in parse_index(index, OCI_INDEX, INDEX)]


def _listed(entry: Descriptor) -> Listed:
    names = [entry.annotations[key] for key in (CONTAINERD_NAME, REF_NAME) if entry.annotations.get(key)]
    return Listed(names=tuple(names[:1]), also=tuple(names[1:]), descriptor=entry)


class _DirectoryBlobs(BlobStore):
    """The files below `blobs/`."""

    def __init__(self, path: Path) -> None:
        self.name = f"the layout {path.name}"
        self._path = path

    @contextmanager
    def open(self, digest: str) -> Iterator[Iterator[bytes]]:
        handle = self._handle(digest)
        try:
            yield _chunks(handle)
        finally:
            os.close(handle)

    def _handle(self, digest: str) -> int:
        """A file descriptor of a blob, which is a regular file: a FIFO would block, a link would lead elsewhere."""
        algorithm, _, value = digest.partition(":")
        path = self._path / "blobs" / algorithm / value
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise ImageNotFound(f"{short(digest)} is missing in {self.name}") from None
        except OSError as error:
            reason = "is a symbolic link" if error.errno == errno.ELOOP else f"cannot be opened: {error.strerror}"
            raise ImageError(f"{short(digest)} in {self.name} {reason}") from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise ImageError(f"{short(digest)} in {self.name} is no regular file")
        return handle


def _chunks(handle: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(handle, CHUNK_BYTES)
        except OSError as error:
            raise ImageError(f"the layout cannot be read: {error.strerror}") from error
        if not chunk:
            return
        yield chunk


def _read_bounded(path: Path, name: str, most: int) -> bytes:
    try:
        with (path / name).open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        missing = "it does not exist" if not path.exists() else f"it has no {name}"
        raise WrongKind(f"{path} is no OCI layout: {missing}", remedy=_REMEDY) from None
    except NotADirectoryError:
        raise WrongKind(f"{path} is no OCI layout: it is no directory", remedy=_ARCHIVE) from None
    except OSError as error:
        raise UsageError(f"{path / name} cannot be opened: {error.strerror}") from error
    if len(data) > most:
        raise LimitExceeded(f"{path / name} is larger than {most} bytes", remedy="Split the layout.")
    return data
