"""A directory of files named by digest, which runs, processes and hosts can share.

Losing the directory loses time, never a result: what cannot be read is fetched or computed again, and what cannot be
written (a full or read-only disk) is done without. Nor is the disk waited for: a loss of power may leave files that
are cut or empty, so whoever reads one checks it.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from basewise.model.digest import is_digest
from basewise.storage import atomic


class ContentDirectory:
    """Files by digest, spread over 256 folders."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def get(self, digest: str, most: int) -> bytes | None:
        """What is kept under `digest`, unchecked; None when nothing is, or more than `most` bytes are."""
        if not is_digest(digest):
            return None
        try:
            with self._path(digest).open("rb") as file:
                data = file.read(most + 1)
        except OSError:
            return None
        return data if len(data) <= most else None

    def holds(self, digest: str) -> bool:
        """True when something is kept under `digest`, readable or not."""
        return is_digest(digest) and self._path(digest).is_file()

    def put(self, digest: str, data: bytes) -> None:
        """Keeps `data` under `digest`, if that is one and the disk allows."""
        if not is_digest(digest):
            return
        path = self._path(digest)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic.beside(path) as temporary:
                temporary.write_bytes(data)

    def _path(self, digest: str) -> Path:
        algorithm, _, value = digest.partition(":")
        return self._directory / algorithm / value[:2] / value
