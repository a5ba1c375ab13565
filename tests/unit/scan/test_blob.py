import gzip
import hashlib
import os
from collections.abc import Iterator

import pytest

from basewise.demo.layout import compress
from basewise.model.errors import DigestMismatch, ImageError, LimitExceeded, UnreadableLayer
from basewise.model.image import Descriptor
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.blob import Blob

GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
CONTENT = b"content " * 10_000


def stopped() -> float:
    return 0.0


def blob(*chunks: bytes, limits: Limits = DEFAULT_LIMITS, size: int = 0) -> Blob:
    return Blob(iter(chunks), Descriptor(GZIP, "sha256:" + "0" * 64, size), limits, stopped)


def test_what_was_read_is_hashed_and_counted() -> None:
    stored = gzip.compress(CONTENT)
    reading = blob(stored[:50], stored[50:])
    assert b"".join(reading.inflated()) == CONTENT
    assert reading.diff_id == "sha256:" + hashlib.sha256(CONTENT).hexdigest()
    assert (reading.blob_bytes, reading.inflated_bytes) == (len(stored), len(CONTENT))
    assert reading.drain() == ""


def test_inflated_bytes_have_a_limit() -> None:
    with pytest.raises(LimitExceeded, match="more than 1000 bytes \\(layer_bytes\\)"):
        list(blob(gzip.compress(CONTENT), limits=Limits(layer_bytes=1000)).inflated())


def pieces(data: bytes, size: int = 100) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("declared", [0, 100, 10**12])
def test_the_ratio_has_a_limit_whatever_size_is_declared(declared: int) -> None:
    stored = gzip.compress(CONTENT)
    limits = Limits(layer_ratio=2, layer_ratio_from=1)
    with pytest.raises(LimitExceeded, match="more than 2 times its size"):
        list(blob(*pieces(stored), limits=limits, size=declared).inflated())
    assert list(blob(*pieces(stored), limits=Limits(layer_ratio=2), size=declared).inflated())


def test_a_blob_that_begins_with_what_compresses_best_is_read_to_its_end() -> None:
    content = bytes(1_000_000) + os.urandom(600_000)
    stored = gzip.compress(content)
    reading = blob(*pieces(stored), limits=Limits(layer_ratio=3, layer_ratio_from=1), size=0)
    assert b"".join(reading.inflated()) == content
    assert reading.blob_bytes == len(stored)
    assert reading.drain() == ""


def test_a_failure_met_while_reading_ahead_is_the_failure_of_the_blob() -> None:
    def source() -> Iterator[bytes]:
        yield from pieces(gzip.compress(CONTENT))
        raise DigestMismatch("the digest differs")

    limits = Limits(layer_ratio=2, layer_ratio_from=1)
    reading = Blob(source(), Descriptor(GZIP, "", 0), limits, stopped)
    with pytest.raises(DigestMismatch):
        list(reading.inflated())
    assert reading.drain() == "the digest differs"


@pytest.mark.parametrize("data", [gzip.compress(CONTENT, mtime=0), gzip.compress(b"", mtime=0)])
def test_time_has_a_limit_even_when_nothing_comes_out(data: bytes) -> None:
    times = iter([0.0, 1.0, 11.0, 12.0])
    reading = Blob(iter([data[:10], data[10:]]), Descriptor(GZIP, "", 0), Limits(layer_seconds=10.0), times.__next__)
    with pytest.raises(LimitExceeded, match="longer than 10 seconds"):
        list(reading.inflated())


def test_the_failure_of_the_source_is_kept_for_whoever_drains() -> None:
    def source() -> Iterator[bytes]:
        yield compress(CONTENT, "gzip")
        raise DigestMismatch("the digest differs")

    reading = Blob(source(), Descriptor(GZIP, "", 0), DEFAULT_LIMITS, stopped)
    with pytest.raises(DigestMismatch):
        list(reading.inflated())
    assert reading.drain() == "the digest differs"


def test_draining_after_a_corrupt_stream_reaches_the_verdict_on_the_digest() -> None:
    def source() -> Iterator[bytes]:
        yield b"\x1f\x8bcorrupt" * 100
        yield b"more"
        raise DigestMismatch("the digest differs")

    reading = Blob(source(), Descriptor(GZIP, "", 0), DEFAULT_LIMITS, stopped)
    with pytest.raises(UnreadableLayer):
        list(reading.inflated())
    assert reading.drain() == "the digest differs"


def test_a_disk_error_is_an_error_of_the_image() -> None:
    def source() -> Iterator[bytes]:
        yield compress(CONTENT, "gzip")[:20]
        raise OSError(5, "Input/output error")

    reading = Blob(source(), Descriptor(GZIP, "", 0), DEFAULT_LIMITS, stopped)
    with pytest.raises(ImageError, match="Input/output error"):
        list(reading.inflated())
    assert "Input/output error" in reading.drain()
