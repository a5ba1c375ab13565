"""Keeps manifests, indexes and configurations on disk, so that an image that did not change is not asked for again.

Content-addressed: a file's name is the digest of what it holds, checked whenever it is read. Layers are not kept here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from basewise.model.digest import matches
from basewise.model.image import Descriptor
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.reference import Reference
from basewise.oci.interface import ImageSource
from basewise.storage.content import ContentDirectory


class CachedSource(ImageSource):
    """Another source with a memory for small things."""

    def __init__(self, inner: ImageSource, directory: Path, limits: Limits = DEFAULT_LIMITS) -> None:
        self._inner, self._files, self._limits = inner, ContentDirectory(directory), limits

    def resolve(self, reference: Reference) -> Descriptor:
        return self._inner.resolve(reference)

    def manifest(self, reference: Reference, descriptor: Descriptor) -> bytes:
        kept = self._files.get(descriptor.digest, self._limits.manifest_bytes)
        if kept is not None and matches(kept, descriptor.digest):
            return kept
        data = self._inner.manifest(reference, descriptor)
        self._files.put(descriptor.digest, data)
        return data

    def blob(self, reference: Reference, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        return self._inner.blob(reference, descriptor)

    def is_remote(self, reference: Reference) -> bool:
        return self._inner.is_remote(reference)

    def close(self) -> None:
        self._inner.close()
