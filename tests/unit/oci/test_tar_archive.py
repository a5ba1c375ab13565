"""Files of an archive are read by position; what could be two things, or lies elsewhere, is refused with the reason."""

from __future__ import annotations

import bz2
import functools
import io
import lzma
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.archives import Item, link, tar_bytes

from basewise.model.errors import ImageError, ImageNotFound, LimitExceeded, WrongKind
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.oci.tar_archive import TarArchive

MOST = 10_000


def opened(path: Path, data: bytes, limits: Limits = DEFAULT_LIMITS) -> TarArchive:
    path.write_bytes(data)
    return TarArchive(path.open("rb"), "the archive x.tar", limits)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "x.tar"


def test_files_are_read_where_they_lie(file: Path) -> None:
    archive = opened(file, tar_bytes([("a", b"1" * 700), ("./b/c", b"2" * 300_000), ("/d", b"")]))
    assert [archive.read(path, 10**6) for path in ("a", "b/c", "d")] == [b"1" * 700, b"2" * 300_000, b""]
    assert max(map(len, archive.chunks(archive.extent("b/c")))) < 300_000
    archive.close()


def test_links_are_followed_inside_the_archive(file: Path) -> None:
    items: list[Item] = [
        ("one/layer.tar", b"content"),
        link("two/layer.tar", "../one/layer.tar"),
        link("three/layer.tar", "two/layer.tar", tarfile.LNKTYPE),
    ]
    archive = opened(file, tar_bytes(items))
    assert archive.read("three/layer.tar", MOST) == b"content"
    archive.close()


@pytest.mark.parametrize(
    ("items", "path", "reason"),
    [
        ([("a", b"1"), ("a", b"2")], "a", "more than once"),
        ([("a", b"1"), ("./a", b"1")], "a", "more than once"),
        ([("a", b"1"), link("b/../a", "a")], "a", "more than once"),
        ([link("a", "../../etc/passwd")], "a", "leads out of the archive"),
        ([link("a", "/etc/passwd")], "a", "leads out of the archive"),
        ([link("a", "../etc/passwd", tarfile.LNKTYPE)], "a", "leads out of the archive"),
        ([link("a", "b"), link("b", "a")], "a", "archive_links = 8"),
        ([link("a", "a")], "a", "archive_links = 8"),
        ([*(link(f"l{n}", f"l{n + 1}") for n in range(9)), ("l9", b"")], "l0", "archive_links = 8"),
        ([link("a", "", tarfile.FIFOTYPE)], "a", "no regular file"),
        ([link("a", "", tarfile.CHRTYPE)], "a", "no regular file"),
        ([link("a", "nothing")], "a", "'nothing' is missing"),
        ([("../a", b"1")], "../a", "is missing"),
        ([("a/b", b"1")], "a", "is missing"),
    ],
)
def test_what_is_no_one_file_is_refused_with_the_reason(file: Path, items: list[Item], path: str, reason: str) -> None:
    archive = opened(file, tar_bytes(items))
    with pytest.raises(ImageError, match=reason):
        archive.read(path, MOST)
    archive.close()


def test_as_many_links_as_the_limit_are_followed(file: Path) -> None:
    items: list[Item] = [*(link(f"l{n}", f"l{n + 1}") for n in range(8)), ("l8", b"here")]
    archive = opened(file, tar_bytes(items))
    assert archive.read("l0", MOST) == b"here"
    archive.close()


def test_a_sparse_file_is_refused(file: Path) -> None:
    info = tarfile.TarInfo("a")
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "5"}
    archive = opened(file, tar_bytes([info]))
    with pytest.raises(ImageError, match="no regular file"):
        archive.extent("a")
    archive.close()


def test_a_file_larger_than_wanted_is_refused_unread(file: Path) -> None:
    archive = opened(file, tar_bytes([("manifest.json", b" " * 5000)]))
    with pytest.raises(LimitExceeded, match=r"'manifest\.json' in the archive x\.tar has 5000 bytes, more than 4999"):
        archive.read("manifest.json", 4999)
    archive.close()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (tar_bytes([("a", b"1" * 5000)])[:3000], "ends in the middle"),
        (tar_bytes([("a", b"1")])[:600] + b"x" * 424 + b"y" * 512, "damaged"),
        (b"x" + tar_bytes([("a", b"")])[1:], "damaged"),
    ],
)
def test_a_broken_archive_is_refused_with_the_reason(file: Path, data: bytes, reason: str) -> None:
    with pytest.raises(ImageError, match=rf"the archive x\.tar cannot be read: .*{reason}"):
        opened(file, data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (tar_bytes([("a", b"")])[:300], "it is no tar archive"),
        (b"not an archive at all" * 100, "it is no tar archive"),
    ],
)
def test_what_does_not_begin_as_an_archive_is_of_the_wrong_kind(file: Path, data: bytes, reason: str) -> None:
    with pytest.raises(WrongKind, match=rf"the archive x\.tar cannot be read: {reason}") as caught:
        opened(file, data)
    assert "tar archive is wanted" in caught.value.remedy


def lz4(data: bytes) -> bytes:
    """By the program itself: the standard library has none."""
    program = shutil.which("lz4")
    if program is None:
        pytest.skip("the program lz4 is not installed")
    return subprocess.run([program, "-c"], input=data, capture_output=True, check=True).stdout


def zipped(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("image.tar", data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "compress"),
    [
        ("xz", lzma.compress),
        ("lzma", functools.partial(lzma.compress, format=lzma.FORMAT_ALONE)),
        ("bzip2", bz2.compress),
        ("zip", zipped),
        ("lz4", lz4),
    ],
)
@pytest.mark.parametrize("size", [0, 100_000])
def test_an_archive_in_a_form_that_is_not_read_is_told_to_be_one(
    file: Path, name: str, compress: Callable[[bytes], bytes], size: int
) -> None:
    with pytest.raises(WrongKind, match=f"compressed with {name}, which is not read") as caught:
        opened(file, compress(tar_bytes([("a", bytes(size))])))
    assert caught.value.remedy == "Decompress it first."


def test_an_archive_is_one_whatever_its_first_file_is_called(file: Path) -> None:
    archive = opened(file, tar_bytes([("BZh9", b"1"), ("PK\3\4", b"2")]))
    assert archive.read("BZh9", MOST) == b"1"
    archive.close()


def test_an_archive_of_before_ustar_is_one(file: Path) -> None:
    header = bytearray(tar_bytes([("a", b"")])[:512])
    header[257:265] = bytes(8)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    opened(file, bytes(header) + bytes(1024)).close()


def test_too_many_members_are_refused(file: Path) -> None:
    data = tar_bytes([(f"f{n}", b"") for n in range(6)])
    opened(file, data, Limits(archive_members=6)).close()
    with pytest.raises(LimitExceeded, match="archive_members = 5"):
        opened(file, data, Limits(archive_members=5))
    outside = tar_bytes([*((f"../f{n}", b"") for n in range(6)), ("a", b"")])
    with pytest.raises(LimitExceeded, match="archive_members = 5"):
        opened(file, outside, Limits(archive_members=5))


def test_paths_that_take_too_much_memory_are_refused(file: Path) -> None:
    with pytest.raises(LimitExceeded, match="archive_path_bytes = 1000"):
        opened(file, tar_bytes([("long" * 50 + str(n), b"") for n in range(6)]), Limits(archive_path_bytes=1000))


def test_an_archive_cut_after_it_was_opened_ends_early(file: Path) -> None:
    archive = opened(file, tar_bytes([("a", b"1" * 5000)]))
    with file.open("r+b") as other:
        other.truncate(1512)
    assert archive.read("a", MOST) == b"1" * 1000
    archive.close()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_gives_an_image_error_or_the_bytes_of_one_member(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = bytearray(tar_bytes([("a", b"1" * 600), link("b", "a"), ("c" * 120, b"3")]))
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=8)):
        whole[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.tar"
    try:
        archive = opened(path, bytes(whole))
    except (ImageError, WrongKind):  # a damaged magic leaves nothing to know an archive by
        return
    for name in ("a", "b", "c" * 120):
        try:
            content = archive.read(name, MOST)
        except ImageError:
            continue
        assert content in io.BytesIO(whole).getvalue()
    archive.close()


def test_a_missing_file_is_not_found(file: Path) -> None:
    archive = opened(file, tar_bytes([("a", b"")]))
    with pytest.raises(ImageNotFound):
        archive.extent("b")
    assert "a" in archive
    assert "b" not in archive
    archive.close()
