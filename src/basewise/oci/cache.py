"""Keeps manifests, indexes and configurations on disk, so that an image that did not change is not asked for again.

Content-addressed: a file's name is the digest of what it holds, checked whenever it is read. Layers are not kept here.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from basewise.model.digest import is_digest, matches
from basewise.model.image import Descriptor
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.reference import Reference
from basewise.oci.interface import ImageSource


class CachedSource(ImageSource):
    """Another source with a memory for small things; several processes may share the directory.

    A directory that cannot be read or written makes everything slower and nothing wrong.
    """

    def __init__(self, inner: ImageSource, directory: Path, limits: Limits = DEFAULT_LIMITS) -> None:
        self._inner, self._directory, self._limits = inner, directory, limits

    def resolve(self, reference: Reference) -> Descriptor:
        return self._inner.resolve(reference)

    def manifest(self, reference: Reference, descriptor: Descriptor) -> bytes:
        if not is_digest(descriptor.digest):
            return self._inner.manifest(reference, descriptor)
        path = self._path(descriptor.digest)
        kept = self._read(path)
        if kept is not None and matches(kept, descriptor.digest):
            return kept
        data = self._inner.manifest(reference, descriptor)
        # A full or read-only disk costs the next run time and this one nothing.
        with contextlib.suppress(OSError):
            _write(path, data)
        return data

    def blob(self, reference: Reference, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        return self._inner.blob(reference, descriptor)

    def close(self) -> None:
        self._inner.close()

    def _path(self, digest: str) -> Path:
        algorithm, _, value = digest.partition(":")
        return self._directory / algorithm / value[:2] / value

    def _read(self, path: Path) -> bytes | None:
        try:
            with path.open("rb") as file:
                return file.read(self._limits.manifest_bytes + 1)
        except OSError:
            return None


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: readers never see half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
