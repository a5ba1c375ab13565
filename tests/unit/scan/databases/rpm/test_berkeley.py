import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.databases.rpm.writers import PAGE, berkeley

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.databases.rpm.berkeley import read_berkeley

HEADERS = [b"first" * 10, b"second" * 3000, b"third" * 900]
SECOND = 3
"""Page on which the second header begins, after the metadata, the table and the first header; it takes five pages."""


def headers(data: bytes) -> list[bytes]:
    return [stored.header for stored in read_berkeley(data, DEFAULT_LIMITS) if not stored.problem]


def problems(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[str]:
    return [stored.problem for stored in read_berkeley(data, limits) if stored.problem]


def patched(at: int, code: str, *values: int, data: bytes = b"") -> bytes:
    whole = bytearray(data or berkeley(HEADERS))
    struct.pack_into(f"<{code}", whole, at, *values)
    return bytes(whole)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("version", [8, 9])
def test_headers_are_the_values_of_all_keys_but_the_counter(order: str, version: int) -> None:
    assert headers(berkeley(HEADERS, order, version)) == HEADERS
    assert problems(berkeley(HEADERS, order, version)) == []
    assert headers(berkeley([], order, version)) == []


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is no hash database of BerkeleyDB"),
        (b"\0" * 12 + b"\x61\x15\x06\0", "is no hash database of BerkeleyDB"),
        (patched(12, "I", 0x053162), "is no hash database of BerkeleyDB"),
        (berkeley(HEADERS, version=10), "is of version 10 of BerkeleyDB's hash format, with pages of 4096 bytes"),
        (patched(20, "I", 0), "is of version 9 of BerkeleyDB's hash format, with pages of 0 bytes"),
        (patched(24, "B", 1), "is encrypted"),
        (patched(26, "B", 1), "has pages with checksums, which rpm never writes"),
    ],
)
def test_another_format_is_said(data: bytes, problem: str) -> None:
    assert problems(data) == [problem]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (patched(SECOND * PAGE + 16, "I", SECOND), f"the header at page 3 comes back to page {SECOND}"),
        (patched((SECOND + 2) * PAGE + 16, "I", SECOND + 1), "the header at page 3 comes back to page 4"),
        (patched(SECOND * PAGE + 16, "I", 10**9), "goes on outside the file, at page 1000000000"),
        (patched(SECOND * PAGE + 16, "I", 0), "goes on outside the file, at page 0"),
        (patched(SECOND * PAGE + 16, "I", 1), "goes on at page 1, which is no overflow page"),
        (patched(SECOND * PAGE + 22, "H", 0), "at page 3, which is no overflow page"),
        (patched(SECOND * PAGE + 22, "H", PAGE), "at page 3, which is no overflow page"),
        (patched(SECOND * PAGE + 25, "B", 5), "page 3 is of type 5"),
        (patched((SECOND + 4) * PAGE + 22, "H", 4000), "is longer than the 18000 bytes it claims"),
    ],
)
def test_a_broken_chain_leaves_the_other_headers(data: bytes, problem: str) -> None:
    assert headers(data) == [HEADERS[0], HEADERS[2]]
    assert any(problem in each for each in problems(data))


def test_pages_that_two_headers_share_are_read_once() -> None:
    entry = berkeley(HEADERS).index(struct.pack("<B3xII", 3, SECOND, 18000))
    data = patched(entry + 4, "I", 2)
    assert headers(data) == [HEADERS[0], HEADERS[2]]
    assert problems(data) == ["the header at page 2 comes back to page 2"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (patched(PAGE + 20, "H", 65535), "page 1 claims 65535 entries"),
        (patched(PAGE + 20, "H", 3), "page 1 claims 3 entries"),
        (patched(PAGE + 26, "H", 3), "page 1 has an entry outside itself"),
        (patched(PAGE + 28, "H", 65535), "page 1 has an entry outside itself"),
    ],
)
def test_a_table_page_whose_index_lies_is_said(data: bytes, problem: str) -> None:
    assert headers(data) == []
    assert problems(data) == [problem]


def test_a_value_of_another_kind_is_said() -> None:
    entry = berkeley(HEADERS).index(struct.pack("<B3xII", 3, SECOND, 18000))
    assert problems(patched(entry, "B", 4)) == ["page 1 has a value of type 4, which rpm never writes"]
    assert "rpm_header_bytes is" in problems(patched(entry + 8, "I", 2**32 - 1))[0]


def test_half_a_file_gives_what_is_in_that_half() -> None:
    data = berkeley(HEADERS)[: 5 * PAGE + 17]
    assert headers(data) == [HEADERS[0]]
    assert problems(data)[0] == "ends after 5 of 10 pages"


@given(st.data())
def test_mutated_databases_give_no_more_than_they_hold(data: st.DataObject) -> None:
    whole = bytearray(berkeley(HEADERS, data.draw(st.sampled_from("<>"))))
    places = st.integers(0, 100) | st.integers(PAGE, PAGE + 60) | st.integers(0, len(whole) - 1)
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(places)] = data.draw(st.integers(0, 255))
    mutated = bytes(whole[: data.draw(st.integers(0, len(whole)) | st.just(len(whole)))])
    assert sum(len(stored.header) for stored in read_berkeley(mutated, DEFAULT_LIMITS)) <= len(mutated)
