import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.scan.languages.reading import zipped

from basewise.scan.languages.zip_archive import BadArchive, Entry, beginning, content, entries

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


def all_of(data: bytes) -> list[Entry]:
    return list(entries(data, lambda _: True, 1_000_000))


@settings(deadline=None)
@given(st.dictionaries(NAMES, st.binary(max_size=500), max_size=8), st.sampled_from([0, 8]), st.binary(max_size=50))
def test_members_are_those_that_zipfile_wrote_whatever_stands_before(
    members: dict[str, bytes], method: int, before: bytes
) -> None:
    data = before + zipped(members, method)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.name: content(data, entry) for entry in all_of(data)} == {
            info.orig_filename: archive.read(info) for info in archive.infolist()
        }


def test_a_comment_at_the_end_may_look_like_an_end() -> None:
    file = io.BytesIO(zipped({"a": b"1"}))
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = b"see PK\5\6 above"
    assert [entry.name for entry in all_of(file.getvalue())] == ["a"]


def test_zip64_is_read() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, archive.open("a", "w", force_zip64=True) as member:
        member.write(b"content")
    data = file.getvalue()
    assert [content(data, entry) for entry in all_of(data)] == [b"content"]
    many = zipped({str(number): b"" for number in range(70_000)}, zipfile.ZIP_STORED)
    assert sum(1 for _ in all_of(many)) == 70_000


def test_only_so_much_of_a_member_is_inflated_as_was_asked_for() -> None:
    data = zipped({"a": bytes(10_000_000)})
    assert len(beginning(data, all_of(data)[0], 1000)) == 1000


def test_a_size_that_is_a_lie_is_found_out() -> None:
    data = zipped({"a": b"x" * 1000})
    (entry,) = all_of(data)
    for size in (0, 999, 1001):
        with pytest.raises(BadArchive, match="not what the directory"):
            content(data, Entry(entry.name, 0, entry.method, entry.crc, entry.packed_bytes, size, entry.at))


def test_methods_that_need_much_memory_are_not_read() -> None:
    data = zipped({"a": b"x" * 1000}, zipfile.ZIP_LZMA)
    with pytest.raises(BadArchive, match="method 14"):
        content(data, all_of(data)[0])


def test_more_members_than_allowed_end_it() -> None:
    data = zipped({str(number): b"" for number in range(10)})
    with pytest.raises(BadArchive, match="archive_entries"):
        list(entries(data, lambda _: False, 9))


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_an_archive_or_a_reason(junk: bytes) -> None:
    whole = zipped({"a": b"1" * 100, "b.jar": b"2"})
    for data in (junk, junk + whole, whole[: len(junk)], whole + junk, whole[:-40] + junk):
        with suppress(BadArchive):  # any other error fails
            for entry in all_of(data):
                beginning(data, entry, 1000)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_any_damage_to_one_byte_is_read_or_a_reason(at: int, value: int) -> None:
    data = bytearray(zipped({"a": b"1" * 100, "b.jar": b"2", "c": b"3"}))
    data[at % len(data)] = value
    with suppress(BadArchive):
        for entry in all_of(bytes(data)):
            assert content(bytes(data), entry) in {b"1" * 100, b"2", b"3"}
