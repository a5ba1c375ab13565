"""Bytes compressed for keeping (zstd, RFC 8878), and inflated again within a bound."""

from __future__ import annotations

import zstandard


class NotPacked(ValueError):
    """The bytes are damaged, were not written by `pack`, or inflate to more than is wanted."""


def pack(data: bytes) -> bytes:
    """`data` as one frame that states its size."""
    return zstandard.ZstdCompressor().compress(data)


def unpack(packed: bytes, most: int) -> bytes:
    """What was packed. The library's own `max_output_size` bounds nothing when the frame states a size.

    Args:
        most: largest result in bytes; a frame that states more is not inflated, and none inflates to more than it
            states.

    Raises:
        NotPacked: damaged, without a stated size, or more than `most` bytes.
    """
    try:
        size = zstandard.frame_content_size(packed)
        if not 0 <= size <= most:
            raise NotPacked("states no size" if size < 0 else f"states {size} bytes, more than {most}")
        return zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError as error:
        raise NotPacked(f"is damaged: {error}") from error
