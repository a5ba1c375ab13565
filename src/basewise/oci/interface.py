"""The seams between those who have image bytes and those who read them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

import msgspec

from basewise.model.image import Descriptor
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.reference import Reference


class ImageSource(ABC):
    """One place that serves manifests and blobs.

    Implementations verify: the bytes of `manifest` match the digest that was asked for, and a blob stream raises when
    its last byte has been read and the digest differs. They never write image content to disk under its own name.
    Safe for use from several threads.
    """

    @abstractmethod
    def resolve(self, reference: Reference) -> Descriptor:
        """What the reference names now: an index or a manifest, not yet opened.

        Raises:
            ImageNotFound: this source does not have it, or it does not exist.
            ImageError: it could not be asked (denied, throttled, unreachable), with the reason.
        """

    @abstractmethod
    def manifest(self, reference: Reference, descriptor: Descriptor) -> bytes:
        """Bytes of a manifest, index or configuration: small, verified, whole.

        Args:
            reference: the image it belongs to; tells a registry the repository.

        Raises:
            ImageError: not found, unreachable, too large, or not what the digest names.
        """

    @abstractmethod
    def blob(self, reference: Reference, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        """Opens a layer: chunks of the blob as stored (still compressed), in order.

        The iterator raises `DigestMismatch` after the last chunk when digest or size differ from the descriptor, and
        `ImageError` when the transfer breaks and cannot be resumed.
        """

    def is_remote(self, reference: Reference) -> bool:  # noqa: ARG002 - a source that lies here has all of it here
        """True when the blobs of a reference come over the network; asked after `resolve`."""
        return False

    def close(self) -> None:
        """Releases connections and files; once more does no harm. Using the source afterwards is an error."""


class BlobStore(ABC):
    """Bytes by digest, as they are kept: whoever reads them verifies. Safe for use from several threads."""

    name: str
    """Names it in sentences: `the layout shop`."""

    @abstractmethod
    def open(self, digest: str) -> AbstractContextManager[Iterator[bytes]]:
        """Chunks of one blob, in order.

        Raises:
            ImageNotFound: there is none.
            ImageError: it cannot be read, with the reason.
        """

    def close(self) -> None:
        """Releases files; once more does no harm."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One image that a local source lists, or why it cannot be given out."""

    names: tuple[str, ...] = ()
    """What it is called, as written; empty for an image without a name."""
    also: tuple[str, ...] = ()
    """Other texts that it answers to."""
    descriptor: Descriptor | None = None
    failure: str = ""
    """Set when there is no descriptor."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What opening a local source may use."""

    scratch: Path
    """Directory for temporary files, which have no name in it; made when it is needed."""
    stdin: BinaryIO | None = None
    """Standard input, for the location `-`."""
    search_path: str | None = None
    """Where programs are looked for, as `PATH`; None is the process's own."""
    limits: Limits = DEFAULT_LIMITS
