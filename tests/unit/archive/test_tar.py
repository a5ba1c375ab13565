import io
import tarfile
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basewise.archive.tar import members
from basewise.archive.tar_header import DIRECTORY, FILE, HARD_LINK, SPARSE, SYMLINK, Member
from basewise.demo.layout import Entry, archive
from basewise.model.errors import LimitExceeded, UnreadableLayer
from basewise.model.limits import DEFAULT_LIMITS, Limits

FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
END_BLOCKS = 1024


def walk(
    data: bytes, *, size: int = 1_000_000, keep: bool = True, limits: Limits = DEFAULT_LIMITS
) -> tuple[list[Member], Counter[str]]:
    skipped: Counter[str] = Counter()
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    return list(members(chunks, lambda _member: keep, limits, skipped)), skipped


def written(infos: list[tuple[tarfile.TarInfo, bytes]], **how: Any) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", **how) as tar:
        for info, data in infos:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        length = tar.offset
    return buffer.getvalue()[:length] + bytes(END_BLOCKS)


NAME = st.text(alphabet=st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), min_size=1, max_size=40)
PATH = st.lists(NAME.filter(lambda name: name not in {".", ".."}), min_size=1, max_size=8).map("/".join)
TYPE = st.sampled_from([tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])


@st.composite
def tar_infos(draw: st.DrawFn) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(draw(PATH))
    info.type = draw(TYPE)
    info.mode = draw(st.integers(0, 0o7777))
    info.mtime = draw(st.integers(0, 2**33))
    if info.type in {tarfile.SYMTYPE, tarfile.LNKTYPE}:
        info.linkname = draw(PATH)
    return info, draw(st.binary(max_size=1500)) if info.type == tarfile.REGTYPE else b""


@settings(max_examples=150, deadline=None)
@given(
    st.lists(tar_infos(), max_size=6),
    st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
    st.sampled_from([1, 500, 512, 513, 4096, 1_000_000]),
    st.booleans(),
)
def test_the_walk_agrees_with_tarfile(
    infos: list[tuple[tarfile.TarInfo, bytes]],
    form: int,
    size: int,
    keep: bool,  # noqa: FBT001  # hypothesis passes values
) -> None:
    data = written(infos, format=form)
    found, skipped = walk(data, size=size, keep=keep)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        expected = [
            (
                info.name.rstrip("/"),
                info.type,
                info.mode,
                info.mtime,
                info.linkname,
                tar.extractfile(info).read() if keep and info.isreg() else None,  # type: ignore[union-attr]
            )
            for info in tar
        ]
    assert not skipped
    assert [(m.path, m.type, m.mode, m.mtime, m.link, m.data) for m in found] == expected


@pytest.mark.parametrize("form", FORMATS)
def test_long_paths_are_whole_in_every_format(form: int) -> None:
    path = "/".join(["folder"] * 18 + ["file"])
    found, _ = walk(written([(tarfile.TarInfo(path), b"x")], format=form))
    assert [(m.path, m.data) for m in found] == [(path, b"x")]


def test_an_archive_without_end_blocks_is_whole() -> None:
    data = archive([Entry(path="a", data=b"1" * 512), Entry(path="b")], end_blocks=False)
    assert [m.path for m in walk(data)[0]] == ["a", "b"]


def test_an_archive_whose_last_padding_is_missing_is_whole() -> None:
    data = archive([Entry(path="a", data=b"1" * 100)], end_blocks=False)
    assert walk(data[: 512 + 100])[0][0].data == b"1" * 100
    assert walk(data[: 512 + 100], keep=False)[0][0].path == "a"


def test_an_archive_of_nothing_is_whole() -> None:
    assert walk(b"")[0] == []
    assert walk(bytes(END_BLOCKS))[0] == []
    assert walk(bytes(10 * END_BLOCKS))[0] == []


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("length", [100, 511, 512 + 1, 512 + 4999, 512 + 5120 + 300])
def test_an_archive_cut_inside_a_member_is_unreadable(length: int, keep: bool) -> None:  # noqa: FBT001  # a parameter
    data = archive([Entry(path="a", data=b"1" * 5000), Entry(path="b")], end_blocks=False)
    for size in (64, 1_000_000):
        with pytest.raises(UnreadableLayer, match="ends in the middle"):
            walk(data[:length], size=size, keep=keep)


def test_an_extended_header_without_its_member_is_unreadable() -> None:
    data = archive([Entry(path="long" * 60)], end_blocks=False)
    with pytest.raises(UnreadableLayer, match="between"):
        walk(data[:1024])


def test_what_is_no_archive_is_unreadable() -> None:
    with pytest.raises(UnreadableLayer, match="not a tar archive"):
        walk(b"no archive at all " * 100)


def test_members_behind_the_end_blocks_do_not_exist_but_are_read() -> None:
    first, second = archive([Entry(path="a")]), archive([Entry(path="b")])
    read: list[bytes] = []
    skipped: Counter[str] = Counter()
    chunks = (read.append(chunk) or chunk for chunk in (first, second, b"junk"))  # type: ignore[func-returns-value]
    found = [m.path for m in members(chunks, lambda _member: False, DEFAULT_LIMITS, skipped)]
    assert found == ["a"]
    assert b"".join(read) == first + second + b"junk"


def test_a_single_block_of_zeros_between_members_is_unreadable() -> None:
    data = archive([Entry(path="a")], end_blocks=False)
    with pytest.raises(UnreadableLayer, match="zeros"):
        walk(data + bytes(512) + data)


def test_paths_lose_their_leading_dots_and_slashes_and_never_leave_the_root() -> None:
    names = ["./", "./a", "/b", "../c", "d/../../e", "f/../g", "/../h"]
    infos = []
    for name in names:
        info = tarfile.TarInfo(name)
        info.type = tarfile.DIRTYPE if name == "./" else tarfile.REGTYPE
        infos.append((info, b""))
    found, skipped = walk(written(infos))
    assert [m.path for m in found] == ["a", "b", "g"]
    assert skipped == {"path leads out of the image": 3}


def test_paths_that_no_file_system_takes_are_counted_and_passed_over() -> None:
    info = tarfile.TarInfo("short")
    info.pax_headers = {"path": "nul\0inside"}
    infos = [
        (tarfile.TarInfo("x" * 5000), b"data"),
        (tarfile.TarInfo("."), b""),
        (info, b""),
        (tarfile.TarInfo("y"), b""),
    ]
    found, skipped = walk(written(infos, format=tarfile.PAX_FORMAT))
    assert [m.path for m in found] == ["y"]
    assert skipped == {"path is longer than 4096 (path_bytes)": 1, "no path": 1, "NUL in the path": 1}


def test_names_that_are_not_utf8_can_be_written_afterwards() -> None:
    data = written([(tarfile.TarInfo("caf\udce9/x"), b"")], format=tarfile.GNU_FORMAT, errors="surrogateescape")
    assert walk(data)[0][0].path == "caf\\xe9/x"


def test_a_size_in_a_link_or_directory_counts_for_nothing() -> None:
    data = b""
    for kind in (tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
        info = tarfile.TarInfo("x")
        info.type, info.size, info.linkname = kind, 99_999, "y"
        data += info.tobuf(tarfile.GNU_FORMAT)
    found, _ = walk(data + archive([Entry(path="after", data=b"1")]))
    assert [(m.type, m.size) for m in found[:2]] == [(HARD_LINK, 0), (SYMLINK, 0)]
    assert found[-1].path == "after"


def test_a_directory_of_the_oldest_format_is_a_directory() -> None:
    info = tarfile.TarInfo("old/")
    info.type = tarfile.AREGTYPE
    assert walk(info.tobuf(tarfile.USTAR_FORMAT))[0][0].type == DIRECTORY
    info = tarfile.TarInfo("old")
    info.type = tarfile.CONTTYPE
    assert walk(info.tobuf(tarfile.USTAR_FORMAT))[0][0].type == FILE


def test_a_pax_size_holds_for_one_member_and_wins_over_the_header() -> None:
    info = tarfile.TarInfo("big")
    info.pax_headers = {"size": "700"}
    data = info.tobuf(tarfile.PAX_FORMAT) + b"z" * 700 + bytes(1024 - 700) + archive([Entry(path="next", data=b"1")])
    assert [(m.path, m.data) for m in walk(data)[0]] == [("big", b"z" * 700), ("next", b"1")]


def test_global_pax_headers_are_passed_over_as_runtimes_do() -> None:
    data = written([(tarfile.TarInfo("a"), b"")], format=tarfile.PAX_FORMAT, pax_headers={"path": "everything"})
    assert [m.path for m in walk(data)[0]] == ["a"]


def gnu_sparse(extra_maps: int) -> bytes:
    """A sparse file in the old GNU layout: 21 entries of the map follow the header in each further block."""
    info = tarfile.TarInfo("sparse")
    info.type, info.size = tarfile.GNUTYPE_SPARSE, 600
    block = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    block[482] = 1 if extra_maps else 0
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:]))
    maps = b""
    for number in range(extra_maps):
        more = bytearray(b"1" * 512)
        more[504] = number + 1 < extra_maps
        maps += bytes(more)
    return bytes(block) + maps + b"d" * 600 + bytes(1024 - 600)


@pytest.mark.parametrize("extra_maps", [0, 1, 3])
def test_sparse_files_of_gnu_tar_are_passed_over_with_their_maps(extra_maps: int) -> None:
    found, _ = walk(gnu_sparse(extra_maps) + archive([Entry(path="after")]))
    assert [(m.path, m.type, m.data) for m in found] == [("sparse", SPARSE, None), ("after", FILE, b"")]


def test_sparse_files_of_pax_are_never_taken_for_their_content() -> None:
    info = tarfile.TarInfo("GNUSparseFile.0/real")
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "real"}
    found, _ = walk(written([(info, b"1\n0\n5\n")], format=tarfile.PAX_FORMAT))
    assert [(m.path, m.type, m.data) for m in found] == [("real", SPARSE, None)]


def test_more_members_than_allowed_end_the_walk() -> None:
    data = archive([Entry(path=str(number)) for number in range(6)])
    assert len(walk(data, limits=Limits(layer_entries=6))[0]) == 6
    with pytest.raises(LimitExceeded, match=r"more than 5 .*layer_entries"):
        walk(data, limits=Limits(layer_entries=5))


def test_an_extended_header_beyond_the_limit_ends_the_walk() -> None:
    data = written([(tarfile.TarInfo("p" * 3000), b"")], format=tarfile.GNU_FORMAT)
    with pytest.raises(LimitExceeded, match="extended_header_bytes is 1000"):
        walk(data, limits=Limits(extended_header_bytes=1000))


def test_a_size_beyond_all_archives_is_a_cut_member() -> None:
    info = tarfile.TarInfo("huge")
    info.size = 2**62
    with pytest.raises(UnreadableLayer, match="ends in the middle"):
        walk(info.tobuf(tarfile.GNU_FORMAT) + bytes(5000), keep=False)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_archive_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(archive([Entry(path="a" * 150, data=b"1" * 700), Entry(path="b", link="c"), Entry(path="d")]))
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=4)):
        whole[at] = data.draw(st.integers(0, 255))
    try:
        found, _ = walk(bytes(whole), size=data.draw(st.sampled_from([77, 512, 100_000])))
    except (UnreadableLayer, LimitExceeded) as error:
        assert error.message  # noqa: PT017  # either outcome is right; anything else would be a traceback
    else:
        assert len(found) <= 3
