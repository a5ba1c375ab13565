import gzip
import random
from collections.abc import Iterator
from itertools import islice

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from basewise.archive.inflate import PIECE_BYTES, inflate, sniff
from basewise.demo.layout import Entry, archive, compress
from basewise.model.errors import UnreadableLayer
from basewise.model.image import Compression

CONTENT = random.Random(1).randbytes(300_000) + bytes(700_000) + b"text " * 20_000
COMPRESSIONS: tuple[Compression, ...] = ("none", "gzip", "zstd")


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("size", [1000, 65_536, 10_000_000])
def test_what_was_compressed_comes_back_whatever_the_chunks(compression: Compression, size: int) -> None:
    assert b"".join(inflate(cut(compress(CONTENT, compression), size), compression)) == CONTENT


@given(st.binary(max_size=3000), st.integers(1, 700), st.sampled_from(COMPRESSIONS))
def test_any_bytes_come_back_through_any_chunk_size(data: bytes, size: int, compression: Compression) -> None:
    stored = compress(b"\0" + data, compression)
    assert b"".join(inflate(cut(stored, size), compression)) == b"\0" + data


@pytest.mark.parametrize(
    ("compression", "one"),
    [("gzip", gzip.compress), ("zstd", zstandard.ZstdCompressor(write_checksum=True).compress)],
)
def test_members_and_frames_in_a_row_are_one_stream(compression: Compression, one: type) -> None:
    stored = b"".join(one(part) for part in (b"first", b"", b"second" * 10_000))
    for size in (1, 7, 100_000):
        assert b"".join(inflate(cut(stored, size), compression)) == b"first" + b"second" * 10_000


def test_many_small_gzip_members_are_read_as_estargz_writes_them() -> None:
    parts = [f"member {number}".encode() for number in range(3000)]
    assert b"".join(inflate([b"".join(gzip.compress(part) for part in parts)], "gzip")) == b"".join(parts)


def test_zstd_frames_to_be_skipped_are_skipped() -> None:
    skippable = b"\x53\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"table"
    stored = skippable + zstandard.compress(b"content") + skippable
    assert b"".join(inflate(cut(stored, 3), "zstd")) == b"content"


def test_zeros_after_the_last_gzip_member_are_padding() -> None:
    assert b"".join(inflate([gzip.compress(b"content"), bytes(1000)], "gzip")) == b"content"


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_stream_cut_short_anywhere_is_unreadable(compression: Compression) -> None:
    stored = compress(CONTENT[:5000], compression)
    for length in (0, 1, 4, 20, len(stored) // 2, len(stored) - 1):
        with pytest.raises(UnreadableLayer, match="ends too early"):
            list(inflate([stored[:length]], compression))


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_second_member_cut_short_is_unreadable(compression: Compression) -> None:
    stored = compress(b"whole", compression) + compress(CONTENT, compression)[:-3]
    with pytest.raises(UnreadableLayer, match="ends too early"):
        list(inflate(cut(stored, 5000), compression))


def test_a_wrong_gzip_checksum_is_corrupt() -> None:
    stored = bytearray(gzip.compress(CONTENT))
    stored[-8] ^= 1  # CRC-32, RFC 1952, section 2.3.1
    with pytest.raises(UnreadableLayer, match="corrupt"):
        list(inflate([bytes(stored)], "gzip"))


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_damaged_stream_is_corrupt(compression: Compression) -> None:
    stored = compress(CONTENT, compression)
    middle = len(stored) // 2
    damaged = stored[:middle] + bytes(200) + stored[middle + 200 :]
    compressor = zstandard.ZstdCompressor(write_checksum=True)
    if compression == "zstd":
        stored = compressor.compress(CONTENT)
        damaged = stored[:middle] + bytes(200) + stored[middle + 200 :]
    with pytest.raises(UnreadableLayer):
        list(inflate([damaged], compression))


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_text_after_the_stream_is_corrupt(compression: Compression) -> None:
    with pytest.raises(UnreadableLayer, match="corrupt"):
        list(inflate([compress(b"content", compression), b"and something else"], compression))


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_bomb_comes_in_small_pieces(compression: Compression) -> None:
    bomb = compress(bytes(64 * 1024 * 1024), compression)
    pieces = list(islice(inflate([bomb], compression), 20))
    assert len(pieces) == 20
    assert max(map(len, pieces)) <= PIECE_BYTES


def test_bytes_are_believed_more_than_the_media_type() -> None:
    layer = archive([Entry(path="a", data=b"1")])
    for declared in COMPRESSIONS:
        for actual in COMPRESSIONS:
            assert b"".join(inflate(cut(compress(layer, actual), 100), declared)) == layer


def test_an_archive_whose_first_name_looks_like_gzip_is_an_archive() -> None:
    first = bytearray(archive([Entry(path="xxx")])[:512])
    first[:2] = b"\x1f\x8b"
    assert sniff(bytes(first), "none") == "none"


def test_bytes_that_say_nothing_leave_the_media_type_as_it_is() -> None:
    for declared in COMPRESSIONS:
        assert sniff(b"", declared) == declared


def test_every_chunk_of_the_source_is_asked_for() -> None:
    def source() -> Iterator[bytes]:
        yield gzip.compress(b"content")
        raise UnreadableLayer("the digest differs")

    with pytest.raises(UnreadableLayer, match="digest differs"):
        list(inflate(source(), "gzip"))
