"""Follows the frames and blocks of a zstd stream without inflating it (RFC 8878, section 3.1).

The streaming reader of python-zstandard ends quietly when its input does; this tells whether the last frame was whole.
"""

from __future__ import annotations

_MAGIC = b"\x28\xb5\x2f\xfd"
_RLE_BLOCK = 1
"""Block type of section 3.1.1.2.2 whose content is one byte, whatever its size field says."""


class FrameTracker:
    """Fed with the compressed stream in chunks of any size."""

    def __init__(self) -> None:
        self._held = b""
        self._pass_over = 0
        self._in_frame = False
        self._checksum = 0
        self._frames = 0
        self._lost = False

    @property
    def complete(self) -> bool:
        """True when at least one frame was seen and the stream so far ends exactly with a frame."""
        inside = self._in_frame or self._pass_over or self._held
        return bool(self._frames and not inside and not self._lost)

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes. Bytes that are no frame are left to the inflater to complain about."""
        data = self._held + chunk if self._held else chunk
        at = 0
        while not self._lost:
            at += self._pass_over
            self._pass_over = 0
            if at > len(data):
                self._pass_over = at - len(data)
                self._held = b""
                return
            taken = self._block(data, at) if self._in_frame else self._header(data, at)
            if not taken:
                self._held = data[at:]
                return
            at += taken

    def _block(self, data: bytes, at: int) -> int:
        if len(data) - at < 3:
            return 0
        header = int.from_bytes(data[at : at + 3], "little")
        last, kind, size = header & 1, header >> 1 & 3, header >> 3
        self._pass_over = 1 if kind == _RLE_BLOCK else size
        if last:
            self._in_frame = False
            self._pass_over += self._checksum
        return 3

    def _header(self, data: bytes, at: int) -> int:
        if len(data) - at < 5:
            return 0
        if data[at + 1 : at + 4] == b"\x2a\x4d\x18" and 0x50 <= data[at] <= 0x5F:
            return self._skippable(data, at)
        if data[at : at + 4] != _MAGIC:
            self._lost = True
            return 0
        descriptor = data[at + 4]
        single_segment = descriptor >> 5 & 1
        content_size = (single_segment, 2, 4, 8)[descriptor >> 6]
        size = 5 + (1 - single_segment) + (0, 1, 2, 4)[descriptor & 3] + content_size
        if size > len(data) - at:
            return 0
        self._in_frame = True
        self._frames += 1
        self._checksum = 4 * (descriptor >> 2 & 1)
        return size

    def _skippable(self, data: bytes, at: int) -> int:
        if len(data) - at < 8:
            return 0
        self._pass_over = int.from_bytes(data[at + 4 : at + 8], "little")
        return 8
