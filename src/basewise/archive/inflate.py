"""Inflates layer blobs as a stream: plain, gzip (RFC 1952) and zstd (RFC 8878), in pieces of bounded size.

Never holds more than one piece, whatever the ratio of the compression; counting against limits is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import zstandard
from isal import igzip_lib

from basewise.archive.zstd_frames import FrameTracker
from basewise.model.errors import UnreadableLayer
from basewise.model.image import Compression
from basewise.model.limits import DEFAULT_LIMITS, Limits

PIECE_BYTES = 256 * 1024
"""Largest piece given out at once: fits the second-level cache, so that hashing finds it warm."""
_INPUT_BYTES = 64 * 1024
"""Largest piece of a gzip stream given to the inflater; bounds the copying where a blob has many small members."""
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE_MAGIC = b"\x2a\x4d\x18"
"""Bytes 1 to 3 of a skippable frame's magic number, RFC 8878, section 3.1.2; the first is 0x50 to 0x5f."""
_TAR_MAGIC = slice(257, 262)
_CORRUPT: type[Exception] = igzip_lib.IsalError  # type: ignore[assignment]  # isal's stub takes the class for an instance


def sniff(first: bytes, declared: Compression) -> Compression:
    """What the first bytes of a blob say it is; runtimes believe them more than the media type.

    Args:
        first: at least the first 512 bytes, or the whole blob when it is shorter.
        declared: what the media type says, which is the answer for bytes that say nothing.
    """
    if declared == "none" and first[_TAR_MAGIC] == b"ustar":
        return "none"
    if first.startswith(_GZIP_MAGIC):
        return "gzip"
    if first.startswith(_ZSTD_MAGIC) or (first[1:4] == _SKIPPABLE_MAGIC and 0x50 <= first[0] <= 0x5F):
        return "zstd"
    if first[_TAR_MAGIC] == b"ustar":
        return "none"
    return declared


def inflate(chunks: Iterable[bytes], compression: Compression, limits: Limits = DEFAULT_LIMITS) -> Iterator[bytes]:
    """The inflated bytes of a blob, in order, in pieces of at most `PIECE_BYTES` (a plain blob: as they come).

    Args:
        chunks: the blob as stored; always read to its end.
        compression: of the media type; bytes that say otherwise are read as what they are.

    Raises:
        UnreadableLayer: corrupt, cut short, or followed by what is neither another member nor padding.
    """
    source = iter(chunks)
    first = b""
    for chunk in source:
        first += chunk
        if len(first) >= 512:  # one tar header, which is what `sniff` asks for
            break
    whole = chain([first], source)
    kind = sniff(first, compression)
    if kind == "gzip":
        return _gzip(whole)
    if kind == "zstd":
        return _zstd(whole, limits)
    return (chunk for chunk in whole if chunk)


def _gzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """All members of a gzip stream in a row (RFC 1952, section 2.2); zero padding after them is passed over."""
    member: igzip_lib.IgzipDecompressor | None = None
    members = 0
    for piece in _sliced(chunks):
        data: bytes = piece
        while data:
            if member is None:
                data = data.lstrip(b"\0") if members else data
                if not data:
                    break
                member = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
                members += 1
            yield from _gzip_pieces(member, data)
            data = b""
            if member.eof:
                data = member.unused_data
                member = None
    if member is not None or not members:
        raise UnreadableLayer("the gzip stream ends too early")


def _gzip_pieces(member: igzip_lib.IgzipDecompressor, data: bytes) -> Iterator[bytes]:
    try:
        while True:
            out = member.decompress(data, PIECE_BYTES)
            if out:
                yield out
            if member.eof or member.needs_input:
                return
            data = b""
    except _CORRUPT as error:
        raise UnreadableLayer(f"the gzip stream is corrupt: {error}") from error


def _sliced(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        if len(chunk) <= _INPUT_BYTES:
            yield chunk
            continue
        for start in range(0, len(chunk), _INPUT_BYTES):
            yield chunk[start : start + _INPUT_BYTES]


class _Tracked:
    """A file-like view of the compressed chunks that follows the frame structure, because the reader hides the end."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self.frames = FrameTracker()

    def read(self, _size: int = -1) -> bytes:
        """The next chunk, whatever size is asked for; empty at the end."""
        for chunk in self._chunks:
            if chunk:
                self.frames.feed(chunk)
                return chunk
        return b""


def _zstd(chunks: Iterable[bytes], limits: Limits) -> Iterator[bytes]:
    source = _Tracked(chunks)
    decompressor = zstandard.ZstdDecompressor(max_window_size=limits.zstd_window_bytes)
    reader = decompressor.stream_reader(source, read_across_frames=True)  # type: ignore[arg-type]  # reads only
    while True:
        try:
            piece = reader.read(PIECE_BYTES)
        except zstandard.ZstdError as error:
            raise UnreadableLayer(f"the zstd stream is corrupt: {error}") from error
        if not piece:
            break
        yield piece
    if not source.frames.complete:
        raise UnreadableLayer("the zstd stream ends too early")
