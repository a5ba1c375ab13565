import random

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from basewise.archive.zstd_frames import FrameTracker

RANDOM = random.Random(2).randbytes(400_000)


def fed(data: bytes, size: int) -> FrameTracker:
    tracker = FrameTracker()
    for start in range(0, len(data), size):
        tracker.feed(data[start : start + size])
    return tracker


@pytest.mark.parametrize(
    "content", [b"", b"short", bytes(5_000_000), RANDOM], ids=["empty", "short", "zeros", "random"]
)
@pytest.mark.parametrize("size", [1, 100, 1_000_000])
def test_a_whole_frame_is_complete(content: bytes, size: int) -> None:
    for compressor in (
        zstandard.ZstdCompressor(),
        zstandard.ZstdCompressor(write_checksum=True, write_content_size=False),
    ):
        assert fed(compressor.compress(content), size).complete


def test_a_streamed_frame_without_content_size_is_complete() -> None:
    compressor = zstandard.ZstdCompressor(level=19).compressobj()
    assert fed(compressor.compress(RANDOM) + compressor.flush(), 999).complete


@given(st.binary(max_size=2000), st.integers(1, 50), st.booleans())
def test_every_shorter_part_of_a_frame_is_incomplete(content: bytes, size: int, checksum: bool) -> None:  # noqa: FBT001  # hypothesis passes values
    frame = zstandard.ZstdCompressor(write_checksum=checksum).compress(content)
    assert not any(fed(frame[:length], size).complete for length in range(len(frame)))


def test_a_frame_followed_by_part_of_another_is_incomplete() -> None:
    frame = zstandard.compress(b"content")
    assert fed(frame * 3, 4).complete
    assert not fed(frame * 3 + frame[:-1], 4).complete
    assert not fed(frame + frame[:2], 4).complete


def test_what_is_no_frame_is_never_complete() -> None:
    assert not fed(b"no frame at all", 4).complete
    assert not fed(zstandard.compress(b"content") + b"rest of something", 4).complete


def test_skipped_frames_alone_hold_nothing() -> None:
    assert not fed(b"\x50\x2a\x4d\x18" + bytes(4), 8).complete
