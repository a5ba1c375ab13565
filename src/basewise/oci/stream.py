"""Blob streams that are hashed while they are read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from basewise.model.digest import is_digest, short
from basewise.model.errors import DigestMismatch, ImageError
from basewise.model.image import Descriptor
from basewise.oci.quoting import quoted

CHUNK_BYTES = 256 * 1024
"""Large enough that a chunk costs nothing, small enough that hashing and inflating find it in the processor's cache."""


def verified(chunks: Iterable[bytes], descriptor: Descriptor) -> Iterator[bytes]:
    """Passes chunks on and holds them against digest and size of their descriptor.

    Nothing beyond the descriptor's size is passed on, so an endless body ends.

    Raises:
        ImageError: the descriptor's digest is of no known algorithm.
        DigestMismatch: after the last chunk when digest or size differ, or at once when there is more than announced.
    """
    if not is_digest(descriptor.digest):
        raise ImageError(f"{quoted(descriptor.digest)} is no digest")
    hasher = hashlib.new(descriptor.digest.partition(":")[0])
    received = 0
    for chunk in chunks:
        received += len(chunk)
        if received > descriptor.size:
            raise DigestMismatch(f"blob {short(descriptor.digest)} is longer than its {descriptor.size} bytes")
        hasher.update(chunk)
        yield chunk
    if received < descriptor.size:
        raise DigestMismatch(f"blob {short(descriptor.digest)} ends after {received} of {descriptor.size} bytes")
    if hasher.hexdigest() != descriptor.digest.partition(":")[2]:
        raise DigestMismatch(f"blob {short(descriptor.digest)} has other content than its digest names")
