import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.archive.pax import long_name, read_records
from basewise.model.errors import UnreadableLayer


def record(key: bytes, value: bytes) -> bytes:
    body = b" " + key + b"=" + value + b"\n"
    length = len(body)
    while len(str(length)) + len(body) != length:
        length = len(str(length)) + len(body)
    return b"%d" % length + body


def test_records_say_path_link_size_and_time() -> None:
    found = read_records(
        record(b"path", b"a/b") + record(b"linkpath", b"c") + record(b"size", b"12") + record(b"mtime", b"7.25")
    )
    assert (found.path, found.link, found.size, found.mtime, found.sparse) == ("a/b", "c", 12, 7, False)


@given(st.text(min_size=1, max_size=300).filter(lambda text: "\0" not in text))
def test_a_path_may_hold_any_character_even_line_ends(path: str) -> None:
    assert read_records(record(b"comment", b"x\ny=z") + record(b"path", path.encode())).path == path


def test_an_empty_value_leaves_the_header_as_it_is() -> None:
    found = read_records(record(b"path", b"") + record(b"size", b"") + record(b"mtime", b""))
    assert (found.path, found.size, found.mtime) == (None, None, None)


def test_a_time_before_1970_is_no_time() -> None:
    assert read_records(record(b"mtime", b"-3.5")).mtime == 0


def test_a_sparse_file_keeps_its_real_name() -> None:
    found = read_records(record(b"GNU.sparse.major", b"1") + record(b"GNU.sparse.name", b"real"))
    assert (found.path, found.sparse) == ("real", True)


@pytest.mark.parametrize(
    "body",
    [
        b"no length\n",
        b"3 a\n",
        b"99 path=short\n",
        b"10 path=ab!",
        b"-5 path=a\n",
        b"8 nokey\n",
        b"0 =\n",
        b"5" * 30 + b" path=a\n",
        record(b"size", b"twelve"),
        record(b"size", b"-1"),
        record(b"size", b"9" * 30),
    ],
)
def test_broken_records_are_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableLayer):
        read_records(body)


@given(st.binary(max_size=200))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    try:
        read_records(body)
    except UnreadableLayer as error:
        assert "pax" in error.message  # noqa: PT017  # either outcome is right, and the message must say what it is about


def test_a_gnu_long_name_ends_at_its_first_nul() -> None:
    assert long_name(b"a/b\0rest") == "a/b"
    assert long_name(b"a/b") == "a/b"
