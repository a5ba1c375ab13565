"""Contents of layers by blob digest, in a cache directory that runs, processes and hosts can share."""

from __future__ import annotations

from pathlib import Path

import msgspec

from basewise.model.contents import ANALYSER_VERSION, LayerContents
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.storage.content import ContentDirectory
from basewise.storage.packed import NotPacked, pack, unpack

_DECODER = msgspec.msgpack.Decoder(LayerContents)


class LayerStore:
    """Contents of layers that were read to their end."""

    def __init__(self, cache_directory: Path, limits: Limits = DEFAULT_LIMITS) -> None:
        self._files = ContentDirectory(cache_directory / "layers" / f"v{ANALYSER_VERSION}")
        self._limits = limits

    def get(self, blob: str) -> LayerContents | None:
        """Contents of a blob, or None when it was not read yet (or the file is damaged)."""
        packed = self._files.get(blob, self._limits.kept_contents_bytes)
        if packed is None:
            return None
        try:
            data = unpack(packed, self._limits.kept_contents_bytes)
            contents = _DECODER.decode(data)
        except (NotPacked, msgspec.MsgspecError):
            return None
        return contents if contents.blob == blob else None

    def holds(self, blob: str) -> bool:
        """True when contents of a blob are kept; whether they are whole shows when they are read."""
        return self._files.holds(blob)

    def put(self, contents: LayerContents) -> None:
        """Keeps contents. What was not read to its end is not kept: the cause may be gone next time."""
        if contents.diff_id:
            self._files.put(contents.blob, pack(msgspec.msgpack.encode(contents)))
