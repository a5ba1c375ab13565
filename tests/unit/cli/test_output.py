from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from tests.terminal import terminal

from basewise.cli.output import PLAIN_WIDTH, page, write


def test_a_terminal_gets_colour_unless_somebody_asked_for_none() -> None:
    with terminal("stdout"):
        assert page(None, {}).colour
        assert not page(None, {"NO_COLOR": "1"}).colour
        assert page(None, {"NO_COLOR": ""}).colour
        assert not page(None, {"TERM": "dumb"}).colour


def test_a_file_gets_no_colour_even_when_a_terminal_is_there(tmp_path: Path) -> None:
    with terminal("stdout"):
        shown = page(tmp_path / "x", {})
    assert (shown.colour, shown.width) == (False, PLAIN_WIDTH)


def test_a_pipe_gets_no_colour_and_a_fixed_width() -> None:
    shown = page(None, {})
    assert (shown.colour, shown.width) == (False, PLAIN_WIDTH)


def test_standard_output_gets_the_bytes_as_they_are(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("≥ 1\r\n".encode(), None)
    assert capfdbinary.readouterr().out == "≥ 1\r\n".encode()


def test_a_new_file_has_the_rights_that_the_umask_leaves(tmp_path: Path) -> None:
    write(b"x", tmp_path / "a")
    (tmp_path / "b").write_bytes(b"x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_file_that_is_there_is_replaced_and_keeps_its_rights(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    target.chmod(0o640)
    write(b"new", target)
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [target]


def test_a_symbolic_link_stays_and_its_target_changes(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write(b"new", link)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    with pytest.raises(TypeError):
        write("not bytes", target)  # type: ignore[arg-type]
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_named_pipe_is_written_into_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    write(b"data", pipe)
    reader.join(timeout=10)
    assert heard == [b"data"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
