from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.digest import sha256_of
from basewise.model.errors import DigestMismatch, ImageError
from basewise.model.image import Descriptor
from basewise.oci.stream import verified


@given(st.lists(st.binary(max_size=50)))
def test_chunks_that_match_pass_unchanged(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    assert b"".join(verified(chunks, Descriptor("x", sha256_of(whole), len(whole)))) == whole


@given(st.binary(min_size=1, max_size=50), st.integers(min_value=0))
def test_a_single_changed_byte_is_found(data: bytes, at: int) -> None:
    at %= len(data)
    changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    with pytest.raises(DigestMismatch):
        list(verified([changed], Descriptor("x", sha256_of(data), len(data))))


def test_an_endless_stream_ends_at_the_announced_size() -> None:
    taken = itertools.count()

    def endless() -> Iterator[bytes]:
        while True:
            next(taken)
            yield b"0" * 1000

    with pytest.raises(DigestMismatch, match="longer than its 5000 bytes"):
        list(verified(endless(), Descriptor("x", sha256_of(b""), 5000)))
    assert next(taken) == 6


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(ImageError, match="no digest"):
        list(verified([b""], Descriptor("x", "md5:d41d8cd98f00b204e9800998ecf8427e", 0)))
