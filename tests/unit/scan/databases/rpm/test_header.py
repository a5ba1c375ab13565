import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.databases.rpm.writers import BINARY, Tag, header, numbers, text, texts

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.databases.rpm import header as tags
from basewise.scan.databases.rpm.header import BrokenHeader, Header


def parsed(*values: Tag) -> Header:
    return Header(header(*values), DEFAULT_LIMITS)


def test_values_are_found_by_their_tags() -> None:
    found = parsed(text(1000, "bash"), numbers(1003, 2), texts(1118, "/usr/bin/", "/etc/"))
    assert found.text(tags.NAME) == b"bash"
    assert found.numbers(tags.EPOCH) == (2,)
    assert found.texts(tags.DIR_NAMES) == [b"/usr/bin/", b"/etc/"]


def test_a_tag_that_is_not_there_is_empty() -> None:
    found = parsed(text(1000, "bash"))
    assert (found.text(tags.VENDOR), found.numbers(tags.EPOCH), found.texts(tags.BASE_NAMES)) == (b"", (), [])


def test_a_tag_added_after_the_package_was_signed_replaces_the_first() -> None:
    assert parsed(text(1000, "old"), text(1000, "new")).text(tags.NAME) == b"new"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "ends after 0 bytes"),
        (b"\0\0\0\1\0\0", "ends after 6 bytes"),
        (struct.pack(">2I", 0xFFFFFFFF, 0), "claims 4294967295 tags; rpm_header_tags is 65535"),
        (struct.pack(">2I", 3, 10) + bytes(20), "claims 66 bytes and has 28"),
        (header(text(1000, "bash"))[:-1], "claims 29 bytes and has 28"),
    ],
)
def test_an_index_that_does_not_fit_is_a_broken_header(data: bytes, problem: str) -> None:
    with pytest.raises(BrokenHeader, match=problem):
        Header(data, DEFAULT_LIMITS)


def moved(value: Tag, offset: int) -> Header:
    """A header whose only value is said to be at `offset` of its store."""
    data = bytearray(header(value))
    data[16:20] = struct.pack(">I", offset)
    return Header(bytes(data), DEFAULT_LIMITS)


def test_a_value_outside_the_store_is_told_apart_from_an_empty_one() -> None:
    for offset in (5, 6, 2**32 - 1):
        with pytest.raises(BrokenHeader, match="tag 1000 outside its store"):
            moved(text(1000, "bash"), offset).text(tags.NAME)
        with pytest.raises(BrokenHeader, match="tag 1003 outside its store"):
            moved(numbers(1003, 1, 2), offset).numbers(tags.EPOCH)
        with pytest.raises(BrokenHeader, match="tag 1117 outside its store"):
            moved(texts(1117, "a", "b"), offset).texts(tags.BASE_NAMES)
    assert moved(text(1000, "bash"), 4).text(tags.NAME) == b""


def test_more_values_than_the_store_has_are_outside_it() -> None:
    with pytest.raises(BrokenHeader, match="outside its store"):
        parsed(Tag(1117, 8, 3, b"a\0b\0")).texts(tags.BASE_NAMES)
    with pytest.raises(BrokenHeader, match="outside its store"):
        parsed(Tag(1116, 4, 3, bytes(8))).numbers(tags.DIR_INDEXES)


def test_a_value_of_another_type_is_not_guessed_at() -> None:
    with pytest.raises(BrokenHeader, match="type 7, which is no string"):
        parsed(Tag(1000, BINARY, 4, b"bash")).text(tags.NAME)
    with pytest.raises(BrokenHeader, match="type 6, which is no list of 32-bit numbers"):
        parsed(text(1003, "1")).numbers(tags.EPOCH)
    with pytest.raises(BrokenHeader, match="type 4, which is no list of strings"):
        parsed(numbers(1117, 1)).texts(tags.BASE_NAMES)


def test_a_million_files_are_the_most_that_a_package_has() -> None:
    few = Limits(layer_entries=2)
    with pytest.raises(BrokenHeader, match="3 values of tag 1117; layer_entries is 2"):
        Header(header(texts(1117, "a", "b", "c")), few).texts(tags.BASE_NAMES)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_header_with_values_from_them_or_a_broken_one(data: bytes) -> None:
    with suppress(BrokenHeader):
        found = Header(data, DEFAULT_LIMITS)
        assert found.text(tags.NAME) in data
        assert 4 * len(found.numbers(tags.EPOCH)) <= len(data)
        assert b"\0".join(found.texts(tags.BASE_NAMES)) in data
