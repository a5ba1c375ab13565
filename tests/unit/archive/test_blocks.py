"""An archive in a file is walked by position, and the walk says the same as that over a stream."""

from __future__ import annotations

import io
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basewise.archive.blocks import FileBlocks
from basewise.archive.tar import members, walk
from basewise.archive.tar_header import FILE, Member
from basewise.demo.layout import Entry, archive
from basewise.model.errors import UnreadableLayer
from basewise.model.limits import DEFAULT_LIMITS

FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)


def nothing(_member: Member) -> bool:
    return False


def everything(_member: Member) -> bool:
    return True


def by_position(data: bytes, wants: Callable[[Member], bool] = nothing) -> list[tuple[Member, int]]:
    """Members with the place where the walk says that their content lies."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        blocks = FileBlocks(file.fileno(), len(data))
        return [(member, blocks.content) for member in walk(blocks, wants, DEFAULT_LIMITS, Counter())]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b/c", "long" * 50]), st.binary(max_size=1500)), max_size=6))
def test_content_lies_where_tarfile_finds_it(files: list[tuple[str, bytes]]) -> None:
    data = archive([Entry(path=path, data=content) for path, content in files])
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        expected = [(info.name, info.size, info.offset_data) for info in tar if info.size]
    assert [(m.path, m.size, at) for m, at in by_position(data) if m.size] == expected


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("wants", [nothing, everything])
def test_a_file_and_a_stream_are_walked_alike(form: int, wants: Callable[[Member], bool]) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as tar:
        for name, content in (("first", b"1" * 700), ("folder/" * 20 + "second", b""), ("third", b"3" * 512)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    data = buffer.getvalue()
    streamed = list(members([data], wants, DEFAULT_LIMITS, Counter()))
    assert [member for member, _ in by_position(data, wants)] == streamed
    assert [member.type for member in streamed] == [FILE] * 3


@pytest.mark.parametrize("length", [100, 512 + 4999, 512 + 5120 + 300])
def test_an_archive_cut_inside_a_member_is_unreadable(length: int) -> None:
    data = archive([Entry(path="a", data=b"1" * 5000), Entry(path="b")], end_blocks=False)
    with pytest.raises(UnreadableLayer, match="ends in the middle"):
        by_position(data[:length])


def test_an_archive_without_end_blocks_or_last_padding_is_whole() -> None:
    data = archive([Entry(path="a"), Entry(path="b", data=b"1" * 100)], end_blocks=False)
    for length in (len(data), 512 + 512 + 100):
        assert [(member.path, at) for member, at in by_position(data[:length])][1] == ("b", 1024)


def test_what_follows_the_end_of_the_archive_is_not_looked_at() -> None:
    data = archive([Entry(path="a")]) + b"anything"
    assert [member.path for member, _ in by_position(data)] == ["a"]


def test_a_lone_block_of_zeros_is_unreadable() -> None:
    inner = archive([Entry(path="a")], end_blocks=False)
    with pytest.raises(UnreadableLayer, match="zeros"):
        by_position(inner + bytes(512) + inner)
