"""Images from an OCI image layout directory (OCI Image Specification 1.1, "Image Layout").

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

from basewise.model.digest import is_digest, matches, short
from basewise.model.errors import DigestMismatch, ImageError, ImageNotFound, InvalidReference, LimitExceeded, UsageError
from basewise.model.image import INDEX_TYPES, MANIFEST_TYPES, OCI_INDEX, Descriptor
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.reference import Reference
from basewise.oci.documents import SCHEMA_1_TYPES, media_type_of, parse_index
from basewise.oci.interface import ImageSource
from basewise.oci.quoting import quoted
from basewise.oci.stream import CHUNK_BYTES, verified

REF_NAME = "org.opencontainers.image.ref.name"
CONTAINERD_NAME = "io.containerd.image.name"
"""`docker save` writes the full name here and only the tag into `REF_NAME`."""
_LISTED = 8  # tags named in an error
_REMEDY = "A layout is made with: skopeo copy docker://IMAGE oci:DIRECTORY:TAG"


class _Marker(msgspec.Struct, rename="camel"):
    image_layout_version: str


class LayoutSource(ImageSource):
    """Serves references from a layout: see `resolve` for which tag answers for which reference.

    Args:
        path: the directory that holds `oci-layout`.

    Raises:
        UsageError: the directory is no layout, or its index cannot be read.
    """

    def __init__(self, path: Path, limits: Limits = DEFAULT_LIMITS) -> None:
        self.path = path
        self._limits = limits
        self._entries = _read_layout(path, limits)
        self._by_digest: dict[str, Descriptor] = {}
        self._by_name: dict[str, Descriptor] = {}
        for entry in self._entries:
            self._by_digest.setdefault(entry.digest, entry)
            for name in _names(entry):
                self._by_name.setdefault(name, entry)

    def tags(self) -> list[tuple[str, Descriptor]]:
        """Names of the layout with what they name, in the order of its index."""
        return [(entry.annotations[REF_NAME], entry) for entry in self._entries if REF_NAME in entry.annotations]

    def resolve(self, reference: Reference) -> Descriptor:
        """The entry that answers for a reference.

        A digest decides alone. Else a tag T of the layout answers when the reference, with its tag, equals T or ends in
        `/T`; a reference without tag, or with `latest`, may leave it out. The longest T wins.

        Raises:
            ImageNotFound: nothing in this layout answers.
        """
        if reference.digest:
            return self._by_digest.get(reference.digest) or self._unlisted(reference, reference.digest)
        tag = reference.tag_or_latest
        suffix = reference.name
        while suffix:
            found = self._by_name.get(f"{suffix}:{tag}")
            if found is None and tag == "latest":
                found = self._by_name.get(suffix)
            if found is not None:
                return found
            suffix = suffix.partition("/")[2]
        names = ", ".join(quoted(name) for name, _ in self.tags()[:_LISTED])
        raise ImageNotFound(
            f"{reference.familiar} is not in the layout {self.path.name}",
            remedy=f"Its tags are: {names}" if names else "It has no tags.",
        )

    def manifest(self, reference: Reference, descriptor: Descriptor) -> bytes:
        data = self._small_blob(reference, descriptor.digest)
        if not matches(data, descriptor.digest):
            raise DigestMismatch(f"{short(descriptor.digest)} of {reference.familiar} has other content than its name")
        return data

    @contextmanager
    def blob(self, reference: Reference, descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
        handle = self._open(reference, descriptor.digest)
        try:
            yield verified(_chunks(handle), descriptor)
        finally:
            os.close(handle)

    def _unlisted(self, reference: Reference, digest: str) -> Descriptor:
        """A manifest that the index does not list itself: one platform of an index, or an older image."""
        data = self._small_blob(reference, digest)
        if not matches(data, digest):
            raise DigestMismatch(f"{short(digest)} of {reference.familiar} has other content than its name")
        media_type = media_type_of(data, f"blob {short(digest)}")
        if media_type not in (*INDEX_TYPES, *MANIFEST_TYPES, *SCHEMA_1_TYPES):
            raise ImageNotFound(f"{reference.familiar} is in the layout {self.path.name}, but is no image manifest")
        return Descriptor(media_type, digest, len(data))

    def _small_blob(self, reference: Reference, digest: str) -> bytes:
        handle = self._open(reference, digest)
        with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor that was opened with flags has no Path
            data = file.read(self._limits.manifest_bytes + 1)
        if len(data) > self._limits.manifest_bytes:
            raise LimitExceeded(
                f"{short(digest)} of {reference.familiar} is larger than manifest_bytes = {self._limits.manifest_bytes}"
            )
        return data

    def _open(self, reference: Reference, digest: str) -> int:
        """A file descriptor of a blob, which is a regular file: a FIFO would block, a link would lead elsewhere."""
        if not is_digest(digest):
            raise ImageError(f"{quoted(digest)} is no digest")
        algorithm, _, value = digest.partition(":")
        path = self.path / "blobs" / algorithm / value
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise ImageNotFound(
                f"{short(digest)} of {reference.familiar} is missing in the layout {self.path.name}"
            ) from None
        except OSError as error:
            reason = "is a symbolic link" if error.errno == errno.ELOOP else f"cannot be opened: {error.strerror}"
            raise ImageError(f"{short(digest)} of {reference.familiar} {reason}") from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise ImageError(f"{short(digest)} of {reference.familiar} is no regular file")
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


def _read_layout(path: Path, limits: Limits) -> list[Descriptor]:
    marker = _read_bounded(path, "oci-layout", limits.manifest_bytes)
    try:
        version = msgspec.json.decode(marker, type=_Marker).image_layout_version
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is no OCI layout: its oci-layout file is broken ({error})", remedy=_REMEDY) from error
    if not version.startswith("1."):
        raise UsageError(f"{path} is an OCI layout of version {quoted(version)}; 1.x is supported", remedy=_REMEDY)
    index = _read_bounded(path, "index.json", limits.layout_index_bytes)
    try:
        return parse_index(index, OCI_INDEX, "index.json")
    except ImageError as error:
        raise UsageError(f"The OCI layout {path} cannot be used: {error.message}", remedy=_REMEDY) from error


def _read_bounded(path: Path, name: str, most: int) -> bytes:
    try:
        with (path / name).open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        missing = "it does not exist" if not path.exists() else f"it has no {name}"
        raise UsageError(f"{path} is no OCI layout: {missing}", remedy=_REMEDY) from None
    except OSError as error:
        raise UsageError(f"{path / name} cannot be read: {error.strerror}", remedy=_REMEDY) from error
    if len(data) > most:
        raise UsageError(f"{path / name} is larger than {most} bytes", remedy="Split the layout.")
    return data


def _names(entry: Descriptor) -> Iterator[str]:
    """What an entry is called, in the spelling that references are looked up by."""
    if name := entry.annotations.get(REF_NAME):
        yield name
    for text in (entry.annotations.get(REF_NAME, ""), entry.annotations.get(CONTAINERD_NAME, "")):
        host, slash, _ = text.partition("/")
        if not slash or "." not in host:
            continue
        try:
            yield Reference.parse(text).line
        except InvalidReference:
            continue
