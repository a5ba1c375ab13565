"""Programs are told their input, heard out, bounded in time, and ended with all that they started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.errors import LimitExceeded
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.programs.running import ProgramFailed, running

_LONG = 600.0  # seconds; no test waits for them


def output(script: str, *, seconds: float = _LONG, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """All that a shell script prints."""
    with running(["/bin/sh", "-c", script], "the script", limits, seconds=seconds) as process:
        assert process.stdout is not None
        return process.stdout.read()


def failure(script: str, *, seconds: float = _LONG, limits: Limits = DEFAULT_LIMITS) -> ProgramFailed:
    with pytest.raises(ProgramFailed) as caught:
        output(script, seconds=seconds, limits=limits)
    return caught.value


def alive(marker: str) -> list[str]:
    """Running processes with a word in their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = path.read_text(errors="replace")
        except OSError:  # it has ended
            continue
        if marker in text:
            found.append(text)
    return found


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=5))
def test_arguments_arrive_as_they_are_for_no_shell_sees_them(arguments: list[str]) -> None:
    program = "import os, sys; sys.stdout.buffer.write(b'\\0'.join(map(os.fsencode, sys.argv[1:])))"
    command = [sys.executable, "-ISc", program, *arguments]
    with running(command, "python", DEFAULT_LIMITS, seconds=_LONG, environment={"PYTHONUTF8": "1"}) as process:
        assert process.stdout is not None
        assert process.stdout.read() == "\0".join(arguments).encode()


def test_there_is_no_input_and_our_environment_and_place_unless_others_are_given(tmp_path: Path) -> None:
    assert output('cat; printf %s "$HOME"') == os.environ.get("HOME", "").encode()
    assert output("pwd -P") == f"{Path.cwd().resolve()}\n".encode()
    command = ["/bin/sh", "-c", 'pwd -P; printf %s "$HOME"']
    with running(
        command, "sh", DEFAULT_LIMITS, seconds=_LONG, environment={"HOME": "elsewhere"}, folder=str(tmp_path)
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read() == f"{tmp_path.resolve()}\nelsewhere".encode()


def test_a_pipe_is_closed_when_the_block_ends_so_that_who_waits_for_more_ends_too() -> None:
    with running(["cat"], "cat", DEFAULT_LIMITS, seconds=_LONG, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"a line\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"a line\n"
    assert process.returncode == 0


def test_an_error_of_the_block_is_not_lost_to_a_pipe_that_nobody_reads() -> None:
    def told_in_vain() -> None:
        command = ["/bin/sh", "-c", "exec <&-; echo closed; exec tail -f /dev/null"]
        with running(command, "sh", DEFAULT_LIMITS, seconds=_LONG, stdin=subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stdout.readline() == b"closed\n"
            process.stdin.write(b"never read")
            raise LimitExceeded("ours")

    with pytest.raises(LimitExceeded, match="ours"):
        told_in_vain()


def test_the_last_line_that_a_program_says_is_passed_on_and_no_terminal_acts_on_it() -> None:
    failed = failure(r'echo first >&2; printf "no such \033[31mx\n\n" >&2; exit 3')
    assert failed.message == r"the script ended with code 3: 'no such \x1b[31mx'"
    assert (failed.code, failed.late, failed.messages) == (3, False, ("first", "no such \x1b[31mx", "", ""))
    assert failure("exit 1").message == "the script ended with code 1"
    assert failure("kill -TERM $$").code == -15


def test_a_long_line_is_cut_and_of_many_messages_the_end_is_kept() -> None:
    message = failure("head -c 5000 /dev/zero | tr '\\0' x >&2; exit 1").message
    assert message == f"the script ended with code 1: '{'x' * 399}…'"
    failed = failure("yes message | head -c 300000 >&2; echo end >&2; exit 1", limits=Limits(program_message_bytes=20))
    assert "\n".join(failed.messages) == ("message\n" * 3 + "end\n")[-20:]


def test_a_failure_after_all_output_counts() -> None:
    assert failure("echo all; exit 4").code == 4


def test_what_nobody_wants_to_hear_is_cut_off_and_is_no_failure() -> None:
    with running(["yes"], "yes", DEFAULT_LIMITS, seconds=_LONG) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"y\n"
    assert process.returncode == -9


@pytest.mark.parametrize("script", ["{tail} & wait", "{tail} & exit 0", "exec >/dev/null 2>&1; exec {tail}"])
def test_at_the_deadline_a_program_ends_with_its_children(tmp_path: Path, script: str) -> None:
    (tmp_path / "file").touch()
    failed = failure(script.format(tail=f"tail -f {tmp_path}/file"), seconds=0.3)
    assert failed.late
    assert failed.message == "the script took longer than 0.3 seconds"
    assert alive(str(tmp_path)) == []


def test_what_a_block_makes_of_an_output_that_was_cut_off_is_told_as_the_deadline() -> None:
    def misread() -> None:
        command = ["/bin/sh", "-c", "echo half; exec tail -f /dev/null"]
        with running(command, "sh", DEFAULT_LIMITS, seconds=0.3) as process:
            assert process.stdout is not None
            assert process.stdout.read() == b"half\n"
            raise LimitExceeded("the other half is missing")

    with pytest.raises(ProgramFailed, match=r"^sh took longer than 0\.3 seconds$") as caught:
        misread()
    assert isinstance(caught.value.__cause__, LimitExceeded)


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_nothing_is_started_when_the_time_is_over(tmp_path: Path, seconds: float) -> None:
    assert failure(f"touch {tmp_path}/started", seconds=seconds).late
    assert list(tmp_path.iterdir()) == []


def test_whatever_a_block_raises_ends_the_program(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(KeyboardInterrupt),
        running(["tail", "-f", f"{tmp_path}/file"], "tail", DEFAULT_LIMITS, seconds=_LONG),
    ):
        raise KeyboardInterrupt
    assert alive(str(tmp_path)) == []


def test_a_program_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(ProgramFailed, match=r"^it cannot be started: No such file or directory$") as caught,
        running([str(tmp_path / "none")], "it", DEFAULT_LIMITS, seconds=_LONG),
    ):
        pass
    assert (caught.value.late, caught.value.code) == (False, 0)
