import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.databases.rpm.writers import PAGE, ndb

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.databases.rpm.ndb import read_ndb

HEADERS = [b"first" * 10, b"second", b"", b"fourth" * 1000]


def headers(data: bytes) -> list[bytes]:
    return [stored.header for stored in read_ndb(data, DEFAULT_LIMITS) if not stored.problem]


def problems(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[str]:
    return [stored.problem for stored in read_ndb(data, limits) if stored.problem]


def test_headers_are_those_that_slots_name() -> None:
    assert headers(ndb(HEADERS)) == HEADERS
    assert problems(ndb(HEADERS)) == []
    assert headers(ndb([])) == []


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is no database of rpm's own format"),
        (b"RpmP", "is no database of rpm's own format"),
        (b"SQLite format 3\0" * 10, "is no database of rpm's own format"),
        (ndb(HEADERS, version=1), "is of version 1 of rpm's own format; 0 is known"),
    ],
)
def test_another_format_is_said(data: bytes, problem: str) -> None:
    assert problems(data) == [problem]


def slot(number: int, first: int, blocks: int) -> bytes:
    return struct.pack("<4s3I", b"Slot", number, first, blocks)


def with_slot(position: int, entry: bytes) -> bytes:
    data = ndb(HEADERS)
    return data[: 32 + 16 * position] + entry + data[48 + 16 * position :]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (slot(2, 2**31, 3), "header 2 is outside the file"),
        (slot(2, 2**32 - 1, 2**20), "header 2 is outside the file"),
        (slot(2, 256, 2**32 - 1), "rpm_header_bytes is"),
        (slot(2, 256, 0), "header 2 is outside the file"),
        (slot(2, 256, 5), "header 2 is not where its slot says"),
        (slot(2, 257, 3), "header 2 is not where its slot says"),
        (b"Slap" + bytes(12), "has a slot that is none"),
    ],
)
def test_a_slot_that_points_nowhere_leaves_the_others(entry: bytes, problem: str) -> None:
    data = with_slot(1, entry)
    assert headers(data) == [HEADERS[0], *HEADERS[2:]]
    assert problem in problems(data)[0]


def test_a_changed_byte_is_found_by_the_checksum() -> None:
    data = bytearray(ndb(HEADERS))
    data[PAGE + 20] ^= 1
    assert headers(bytes(data)) == HEADERS[1:]
    assert problems(bytes(data)) == ["header 1 does not have its checksum"]


def test_half_a_file_gives_what_is_in_that_half() -> None:
    data = ndb(HEADERS)
    assert headers(data[: PAGE + 200]) == HEADERS[:3]
    assert "header 4 is outside the file" in problems(data[: PAGE + 200])[0]
    assert problems(data[:1000])[0] == "ends in its slots, after 1000 bytes"


@given(st.data())
def test_mutated_databases_give_headers_or_problems(data: st.DataObject) -> None:
    whole = bytearray(ndb(HEADERS))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, 128) | st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    mutated = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    for stored in read_ndb(mutated, DEFAULT_LIMITS):
        assert stored.problem or stored.header in HEADERS
