import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.archive.tar_header import number, read_header
from basewise.model.errors import UnreadableLayer


def header(name: str = "a/b", **fields: int) -> bytearray:
    info = tarfile.TarInfo(name)
    for key, value in fields.items():
        setattr(info, key, value)
    return bytearray(info.tobuf(tarfile.GNU_FORMAT))


def with_checksum(block: bytearray, total: int) -> bytes:
    block[148:156] = b"%06o\0 " % total
    return bytes(block)


def unsigned_sum(block: bytearray) -> int:
    return sum(block[:148]) + 8 * 32 + sum(block[156:])


@given(st.integers(0, 2**60), st.integers(0, 2**40), st.integers(0, 0o7777))
def test_numbers_are_read_as_tarfile_writes_them_octal_or_binary(size: int, mtime: int, mode: int) -> None:
    member = read_header(bytes(header(size=size, mtime=mtime, mode=mode)))
    assert (member.size, member.mtime, member.mode) == (size, mtime, mode)


def test_a_time_before_1970_is_no_time() -> None:
    assert read_header(bytes(header(mtime=-5))).mtime == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (b"00000000017\0", 15),
        (b"00000000017 ", 15),
        (b"         17\0", 15),
        (b"17 \0\0\0\0\0\0\0\0\0", 15),
        (b"777777777777", 0o777777777777),
        (bytes(12), 0),
        (b"           \0", 0),
        (b"\x80" + bytes(10) + b"\x05", 5),
    ],
)
def test_number_fields_may_be_written_in_many_ways(field: bytes, value: int) -> None:
    assert number(field) == value


@pytest.mark.parametrize("field", [b"-0000000001\0", b"0000000009 \0", b"garbage\0\0\0\0\0", b"12 34      \0"])
def test_a_field_that_is_no_number_is_unreadable(field: bytes) -> None:
    with pytest.raises(UnreadableLayer, match="no number"):
        number(field)


def test_every_changed_byte_outside_the_checksum_is_noticed() -> None:
    block = header()
    for at in (0, 50, 130, 147, 156, 257, 345, 511):
        damaged = bytearray(block)
        damaged[at] ^= 0x41
        with pytest.raises(UnreadableLayer, match="damaged"):
            read_header(bytes(damaged))


def test_a_checksum_of_signed_bytes_is_accepted() -> None:
    block = header()
    block[0:3] = b"\xff\xfe\xfd"
    signed = unsigned_sum(block) - 3 * 256
    assert read_header(with_checksum(block, signed)).path == "\\xff\\xfe\\xfd"
    with pytest.raises(UnreadableLayer):
        read_header(with_checksum(block, signed - 1))


def test_a_name_of_a_hundred_bytes_has_no_end_mark() -> None:
    assert read_header(bytes(header("n" * 100))).path == "n" * 100


def test_a_prefix_is_a_folder_in_ustar_and_something_else_in_gnu_tar() -> None:
    long = "folder/" * 20 + "name"
    assert read_header(tarfile.TarInfo(long).tobuf(tarfile.USTAR_FORMAT)).path == long
    block = header("name")
    block[345:348] = b"abc"  # access time in GNU's layout
    assert read_header(with_checksum(block, unsigned_sum(block))).path == "name"
