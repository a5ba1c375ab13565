"""An archive is read where it lies when that is possible, else from a file without a name, within limits."""

from __future__ import annotations

import gzip
import io
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from tests.archives import tar_bytes

from basewise.model.errors import ImageError, LimitExceeded, UsageError, WrongKind
from basewise.model.limits import Limits
from basewise.oci.interface import Opening
from basewise.oci.spool import open_archive

DATA = tar_bytes([("a", os.urandom(700_000)), ("manifest.json", b"[]")])
FORMS: list[Callable[[bytes], bytes]] = [bytes, gzip.compress, zstandard.ZstdCompressor().compress]


@pytest.fixture
def opening(tmp_path: Path) -> Opening:
    return Opening(scratch=tmp_path / "scratch")


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_read_compressed_or_not(tmp_path: Path, opening: Opening, form: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(form(DATA))
    archive = open_archive(str(path), opening)
    assert archive.read("manifest.json", 10) == b"[]"
    archive.close()
    assert not opening.scratch.exists() or not list(opening.scratch.iterdir())


def test_a_plain_file_is_not_copied(tmp_path: Path, opening: Opening) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(DATA)
    open_archive(str(path), opening).close()
    assert not opening.scratch.exists()


@pytest.mark.parametrize("form", FORMS)
def test_standard_input_is_read_compressed_or_not(opening: Opening, form: Callable[[bytes], bytes]) -> None:
    given = Opening(scratch=opening.scratch, stdin=io.BytesIO(form(DATA)))
    archive = open_archive("-", given)
    assert archive.read("a", 10**6) == DATA[512 : 512 + 700_000]
    archive.close()
    assert not list(opening.scratch.iterdir())


def test_a_named_pipe_is_read_as_a_stream(tmp_path: Path, opening: Opening) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(DATA,))
    writer.start()
    archive = open_archive(str(pipe), opening)
    writer.join()
    assert "manifest.json" in archive
    archive.close()


def test_no_standard_input_is_a_usage_error(opening: Opening) -> None:
    with pytest.raises(UsageError, match="standard input") as caught:
        open_archive("-", opening)
    assert "Pipe" in caught.value.remedy


def test_a_stream_larger_than_its_limit_is_refused_and_leaves_nothing(opening: Opening) -> None:
    small = Opening(scratch=opening.scratch, stdin=io.BytesIO(DATA), limits=Limits(spool_bytes=500_000))
    with pytest.raises(LimitExceeded, match="standard input has more than spool_bytes = 500000"):
        open_archive("-", small)
    assert not list(opening.scratch.iterdir())


def test_a_bomb_is_refused(opening: Opening) -> None:
    bomb = gzip.compress(tar_bytes([("zeros", bytes(4_000_000))]))
    limits = Limits(layer_ratio=100, layer_ratio_from=1_000_000)
    with pytest.raises(LimitExceeded, match="layer_ratio = 100"):
        open_archive("-", Opening(scratch=opening.scratch, stdin=io.BytesIO(bomb), limits=limits))


@pytest.mark.parametrize("data", [gzip.compress(DATA)[:5000], gzip.compress(DATA)[:5000] + b"x" * 5000])
def test_a_broken_stream_is_refused_with_the_reason(opening: Opening, data: bytes) -> None:
    with pytest.raises(ImageError, match="standard input cannot be read: the gzip stream"):
        open_archive("-", Opening(scratch=opening.scratch, stdin=io.BytesIO(data)))


def test_nothing_on_standard_input_is_said(opening: Opening) -> None:
    with pytest.raises(WrongKind, match="standard input cannot be read: it is empty"):
        open_archive("-", Opening(scratch=opening.scratch, stdin=io.BytesIO(b"")))


def test_no_room_for_the_temporary_file_is_said_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ImageError, match="cannot be kept in") as caught:
        open_archive("-", Opening(scratch=tmp_path / "file" / "below", stdin=io.BytesIO(DATA)))
    assert "--cache-dir" in caught.value.remedy


@pytest.mark.parametrize(("name", "reason"), [("absent.tar", "No such file"), (".", "is a directory")])
def test_what_is_no_file_is_a_usage_error(tmp_path: Path, opening: Opening, name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        open_archive(str(tmp_path / name), opening)
