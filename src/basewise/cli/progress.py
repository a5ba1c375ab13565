"""Progress bars on the error stream, for a person who watches."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from basewise.model.progress import Progress, Silent

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


@contextmanager
def progress(*, quiet: bool, no_progress: bool) -> Iterator[Progress]:
    """Bars while the block runs; silence when nobody wants them or standard error is no terminal."""
    if quiet or no_progress or not sys.stderr.isatty():
        yield Silent()
        return
    from basewise.cli.bars import rich_progress  # noqa: PLC0415 -- a run without bars does not pay for rich

    with rich_progress() as display:
        yield Bars(display)


class Bars:
    """Shows each task as a bar with counts, bytes and time. Safe for use from several threads."""

    def __init__(self, display: RichProgress) -> None:
        self._display = display
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self._bytes: dict[str, int] = {}

    def begin(self, task: str, total: int, unit: str) -> None:
        """A task that begins again starts from nothing."""
        with self._lock:
            if task in self._tasks:
                self._display.remove_task(self._tasks[task])
            self._bytes[task] = 0
            self._tasks[task] = self._display.add_task(task, total=total, unit=unit, size=0)

    def advance(self, task: str, count: int = 1, size: int = 0) -> None:
        """Counts for a task that never began are ignored: progress is no place to fail."""
        with self._lock:
            if task not in self._tasks:
                return
            self._bytes[task] += size
            self._display.update(self._tasks[task], advance=count, size=self._bytes[task])

    def end(self, task: str) -> None:
        """The bar stops its clock and stays where it got to."""
        with self._lock:
            if task in self._tasks:
                self._display.stop_task(self._tasks[task])
