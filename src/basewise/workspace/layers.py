"""Layer contents by blob digest, in a directory that runs, processes and hosts can share.

One file per layer, written beside its place and moved into it, so that a reader sees all of it or nothing. Losing the
directory loses time, never a result.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import msgspec
import zstandard

from basewise.model.contents import ANALYSER_VERSION, LayerContents

_MAX_BODY = 512 * 1024 * 1024


class LayerStore:
    """Contents of layers that were read to their end."""

    def __init__(self, cache_directory: Path) -> None:
        self._directory = cache_directory / "layers" / f"v{ANALYSER_VERSION}"

    def get(self, blob: str) -> LayerContents | None:
        """Contents of a blob, or None when it was not read yet (or the file is damaged)."""
        try:
            packed = self._path(blob).read_bytes()
            data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_MAX_BODY)
            contents = msgspec.msgpack.decode(data, type=LayerContents)
        except (OSError, zstandard.ZstdError, msgspec.DecodeError, msgspec.ValidationError):
            return None
        return contents if contents.blob == blob else None

    def put(self, contents: LayerContents) -> None:
        """Keeps contents. What was not read to its end is not kept: the cause may be gone next time.

        A full or read-only disk costs the next run time and is no error of this one.
        """
        if not contents.diff_id:
            return
        path = self._path(contents.blob)
        body = zstandard.ZstdCompressor().compress(msgspec.msgpack.encode(contents))
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(body)
                Path(temporary).replace(path)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
                raise

    def _path(self, blob: str) -> Path:
        _, _, value = blob.partition(":")
        return self._directory / value[:2] / f"{value}.msgpack.zst"
