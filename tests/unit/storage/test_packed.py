"""What is packed comes back whole, and never as more than is wanted."""

import tracemalloc
from contextlib import suppress

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from basewise.storage.packed import NotPacked, pack, unpack

DATA = b"content " * 1000


@given(st.binary(max_size=2000))
def test_everything_comes_back(data: bytes) -> None:
    assert unpack(pack(data), len(data)) == data


def test_more_than_is_wanted_is_refused() -> None:
    with pytest.raises(NotPacked, match="more than 7999"):
        unpack(pack(DATA), len(DATA) - 1)


def test_a_frame_that_states_its_size_is_not_inflated_beyond_the_bound() -> None:
    bomb = pack(bytes(200_000_000))
    assert len(bomb) < 20_000
    tracemalloc.start()
    with pytest.raises(NotPacked):
        unpack(bomb, 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_frame_that_states_no_size_was_not_written_here() -> None:
    with pytest.raises(NotPacked, match="states no size"):
        unpack(zstandard.ZstdCompressor(write_content_size=False).compress(DATA), 10**6)


@pytest.mark.parametrize("data", [b"", b"notes of a person", pack(DATA)[:-3], pack(DATA)[:5], b"\0" + pack(DATA)])
def test_damage_is_said(data: bytes) -> None:
    with pytest.raises(NotPacked):
        unpack(data, 10**6)


@given(st.binary(max_size=60))
def test_any_bytes_unpack_or_are_refused(data: bytes) -> None:
    with suppress(NotPacked):
        assert len(unpack(b"\x28\xb5\x2f\xfd" + data, 1000)) <= 1000
