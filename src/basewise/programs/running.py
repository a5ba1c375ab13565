"""Runs a program without a shell, in a process group of its own (setsid(2)) that is ended at a deadline."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Timer
from typing import IO

from basewise.model.errors import BasewiseError
from basewise.model.limits import Limits

_SAID = 400  # characters of a program's last line


class ProgramFailed(BasewiseError):
    """A program could not be started, was stopped because it took too long, or ended with an error."""

    def __init__(self, message: str, *, late: bool = False, code: int = 0, messages: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.late = late
        """It was stopped, or the time was over before it could be started."""
        self.code = code
        """What it ended with by itself; negative for a signal."""
        self.messages = tuple(messages)
        """The last lines that it wrote to its standard error: text of strangers, as it came."""


@contextmanager
def running(
    command: Sequence[str],
    name: str,
    limits: Limits,
    *,
    seconds: float,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    environment: Mapping[str, str] | None = None,
    folder: str | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A running command; its failure is told when the block ends, if the block read all of its standard output.

    A block that leaves some of it unread wants no more: the program is ended, and that is no failure. So it is ended
    when the block raises; what a block makes of an output that was cut off by the deadline is told as the deadline's.

    Args:
        command: the program with its arguments, none of which a shell sees.
        name: the program, for errors.
        limits: `program_message_bytes` of its standard error are kept, from its end.
        seconds: longest time it may take, with everything that it starts and that holds its output open.
        stdin: nothing, unless given; `subprocess.PIPE` is closed when the block ends.
        environment: of the program; None for ours.
        folder: where it works; None for where we do.

    Raises:
        ProgramFailed: it cannot be started, ended with an error, or took too long.
    """
    too_late = ProgramFailed(f"{name} took longer than {max(0.0, seconds):g} seconds", late=True)
    if seconds <= 0:
        raise too_late
    with tempfile.TemporaryFile() as messages:
        try:
            process = subprocess.Popen(  # noqa: S603 -- no shell; the callers see to what may be an option
                command,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=messages,
                env=environment,
                cwd=folder,
                start_new_session=True,
            )
        except OSError as error:
            raise ProgramFailed(f"{name} cannot be started: {error.strerror}") from error
        late = Event()
        timer = Timer(seconds, _end_late, (process, late))
        timer.daemon = True
        timer.start()
        try:
            with process:
                try:
                    yield process
                    heard_out = _hear_out(process)
                except BaseException:
                    _end(process)
                    _close(process.stdin)
                    raise
        except BasewiseError as error:
            if late.is_set():
                raise too_late from error
            raise
        finally:
            timer.cancel()
            _end(process)
        if late.is_set():
            raise too_late
        if process.returncode and heard_out:
            raise _failed(name, process.returncode, messages, limits)


def _hear_out(process: subprocess.Popen[bytes]) -> bool:
    """Lets a program come to its end; False when it had more to say, which nobody wants to hear."""
    _close(process.stdin)
    assert process.stdout is not None
    if not process.stdout.read(1):
        return True
    _end(process)
    return False


def _close(stdin: IO[bytes] | None) -> None:
    if stdin is not None:
        with suppress(OSError):  # what it was to be told still, and it has ended
            stdin.close()


def _end_late(process: subprocess.Popen[bytes], late: Event) -> None:
    if process.returncode is None:
        late.set()
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a program's group, also when the program has ended and a child of it has not.

    Not `poll`, which would give the number of the group free: until it is waited for, no other process can have it.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):  # macOS refuses a group of which all have ended
            os.killpg(process.pid, signal.SIGKILL)


def _failed(name: str, code: int, messages: IO[bytes], limits: Limits) -> ProgramFailed:
    size = messages.seek(0, os.SEEK_END)
    messages.seek(max(0, size - limits.program_message_bytes))
    lines = messages.read(limits.program_message_bytes).decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    shown = last if len(last) <= _SAID else last[: _SAID - 1] + "…"
    return ProgramFailed(
        f"{name} ended with code {code}" + (f": {shown!r}" if shown else ""), code=code, messages=lines
    )
