"""Runs a child process and tells what it took.

Imports little: Linux counts the memory of a parent, up to the moment of exec, in the peak of its child, so no peak that
is told here is lower than this process's own.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


class TookTooLong(Exception):
    """The child was still running at its time limit and was killed."""


@dataclass(frozen=True)
class Run:
    """One run of one child."""

    seconds: float
    """Wall time from start to exit."""
    cpu_seconds: float
    """Processor time, of the user and of the system, of the child and of the children that it waited for."""
    peak_mb: float
    """Largest resident set of any of its processes, in 10^6 bytes."""
    exit_code: int
    stdout: str
    stderr: str


def run(
    command: Sequence[str],
    *,
    scratch: Path,
    timeout: float,
    environment: dict[str, str] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Run:
    """Runs `command` to its end.

    Args:
        scratch: directory for what it prints.
        timeout: seconds.
        clock: seconds, asked when the child is started and when it has ended.

    Raises:
        TookTooLong: the time limit was reached.
    """
    out, err = scratch / "stdout", scratch / "stderr"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        started = clock()
        child = subprocess.Popen(command, stdout=stdout, stderr=stderr, stdin=subprocess.DEVNULL, env=environment)
        killed = threading.Event()
        timer = threading.Timer(timeout, lambda: (killed.set(), child.kill()))
        timer.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
        finally:
            timer.cancel()
        seconds = clock() - started
    child.returncode = os.waitstatus_to_exitcode(status)  # wait4 took the exit status from under Popen
    if killed.is_set():
        raise TookTooLong(f"{' '.join(command)} was stopped after {timeout:.0f} s")
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6
    return Run(seconds, cpu, peak, child.returncode, out.read_text(errors="replace"), err.read_text(errors="replace"))


def pin_to_one_core() -> int:
    """Keeps this process, and every child it starts from now on, on one core; returns which."""
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core
