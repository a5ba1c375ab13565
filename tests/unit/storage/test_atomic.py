"""A file is replaced in one step or not at all."""

import stat
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
