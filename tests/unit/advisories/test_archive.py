import io
import zipfile
from pathlib import Path

import msgspec
import pytest

from basewise.advisories.archive import BrokenFeed, open_archive
from basewise.model.limits import DEFAULT_LIMITS, Limits


def read(path: Path, **limits: int) -> list[bytes | str]:
    with open_archive(path, msgspec.structs.replace(DEFAULT_LIMITS, **limits)) as archive:
        return list(archive)


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_every_json_member_is_a_record(tmp_path: Path) -> None:
    path = zipped(tmp_path / "all.zip", {"a.json": b"1", "README": b"no", "d/b.json": b"2"})
    assert read(path) == [b"1", b"2"]
    with open_archive(path, Limits()) as archive:
        assert len(archive) == 2


def test_a_large_record_is_left_out_with_the_reason(tmp_path: Path) -> None:
    path = zipped(tmp_path / "all.zip", {"a.json": b"x" * 11, "b.json": b"x" * 10})
    assert read(path, feed_record_bytes=10) == ["larger than 10 bytes", b"x" * 10]


def test_a_bomb_ends_the_feed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "all.zip", {f"{n}.json": b"\0" * 1000 for n in range(5)})
    with pytest.raises(BrokenFeed, match="inflates to more than 2500 bytes"):
        read(path, feed_inflated_bytes=2500)


def test_a_declared_size_is_not_believed(tmp_path: Path) -> None:
    data = zipped(tmp_path / "all.zip", {"a.json": b"\0" * 10_000_000}).read_bytes()
    lying = data.replace((10_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != data
    (tmp_path / "all.zip").write_bytes(lying)
    assert read(tmp_path / "all.zip") == ["damaged in the archive"]


def test_too_many_records_end_the_feed(tmp_path: Path) -> None:
    with pytest.raises(BrokenFeed, match="more than 1 records"):
        read(zipped(tmp_path / "all.zip", {"a.json": b"", "b.json": b""}), feed_records=1)


def test_a_large_archive_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(BrokenFeed, match="larger than 10 bytes"):
        read(zipped(tmp_path / "all.zip", {"a.json": b"1"}), feed_bytes=10)


def test_a_damaged_record_is_left_out_and_the_others_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "all.zip", {"a.json": b"first" * 100, "b.json": b"second"})
    data = bytearray(path.read_bytes())
    data[40] ^= 0xFF  # inside the first member's compressed bytes
    path.write_bytes(data)
    assert read(path) == ["damaged in the archive", b"second"]


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06" + b"\xff" * 18], ids=["empty", "text", "lying"])
def test_what_is_no_archive_is_a_broken_feed(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "all.zip").write_bytes(data)
    with pytest.raises(BrokenFeed, match="no zip archive"):
        read(tmp_path / "all.zip")


def test_a_missing_archive_is_a_broken_feed(tmp_path: Path) -> None:
    with pytest.raises(BrokenFeed, match="cannot be read"):
        read(tmp_path / "all.zip")


def test_an_archive_cut_anywhere_never_raises_anything_else(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b'{"id": "A-1"}' * 20)
    whole, path = buffer.getvalue(), tmp_path / "all.zip"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(BrokenFeed):
            read(path)
