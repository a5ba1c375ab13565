"""A file is replaced in one step or not at all."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from basewise.storage import atomic


def test_a_file_gets_its_new_content(tmp_path: Path) -> None:
    target = tmp_path / "inventory.json"
    atomic.replace(target, b"one")
    atomic.replace(target, b"two")
    assert target.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [target]


def test_an_existing_file_keeps_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "inventory.json"
    target.write_bytes(b"old")
    target.chmod(0o640)
    atomic.replace(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_write_that_fails_leaves_the_old_file_alone(tmp_path: Path) -> None:
    target = tmp_path / "inventory.json"
    target.write_bytes(b"old")
    with pytest.raises(TypeError):
        atomic.replace(target, "not bytes")  # type: ignore[arg-type]
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_program_that_writes_a_path_itself_is_swapped_in_when_it_is_done(tmp_path: Path) -> None:
    target = tmp_path / "data.sqlite"
    target.write_bytes(b"old")
    with atomic.beside(target) as temporary:
        temporary.write_bytes(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_one_that_fails_leaves_the_old_file_alone(tmp_path: Path) -> None:
    target = tmp_path / "data.sqlite"
    target.write_bytes(b"old")
    with pytest.raises(TypeError), atomic.beside(target) as temporary:
        temporary.write_bytes("half")  # type: ignore[arg-type]
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_bytes_are_on_the_disk_before_they_take_the_place_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, on_disk = tmp_path / "inventory.json", []
    fsync = os.fsync

    def noted(handle: int) -> None:
        fsync(handle)
        on_disk.append((os.pread(handle, 100, 0), target.exists()))

    monkeypatch.setattr(os, "fsync", noted)
    atomic.replace(target, b"new")
    assert on_disk == [(b"new", False)]


def test_what_a_killed_writer_left_is_found_and_is_nobody_elses(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from basewise.storage import atomic\n"
        "with atomic.beside(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    target = tmp_path / "data.sqlite"
    subprocess.run([sys.executable, "-c", program, str(target)], check=False)
    (left,) = tmp_path.iterdir()
    assert atomic.leftovers(target) == [left]
    assert atomic.leftovers(tmp_path / "data") == []
    assert atomic.leftovers(tmp_path / "sqlite") == []
