"""Waiting on purpose: told to whoever watches, and not held against the time that work may take.

A budget makes us wait by our own choice, as long as it takes. A registry makes us wait by asking for it, which is
counted, so that whoever reads from it can bound that.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from basewise.model.progress import Progress, Silent

_TOLD_SECONDS = 1.0  # shorter waits are over before anybody could read of them


class Waits:
    """All waits of one run. Safe for use from several threads.

    Args:
        progress: hears of every wait of a second or more, as a task `wait for HOST` of so many seconds.
        sleep: waits that many seconds.
        monotonic: clock in seconds.
    """

    def __init__(
        self,
        progress: Progress = Silent(),
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._progress, self._sleep, self._monotonic = progress, sleep, monotonic
        self._here = threading.local()
        self._lock = threading.Lock()
        self._waiting: dict[str, list[float]] = {}

    def by_choice(self, host: str, seconds: float) -> None:
        """Waits because of a budget of ours."""
        self._wait(host, seconds)

    def as_asked(self, host: str, seconds: float) -> None:
        """Waits because a host asks for it, or has failed."""
        begun = self._monotonic()
        try:
            self._wait(host, seconds)
        finally:
            self._here.asked = self.asked_here() + self._monotonic() - begun

    def working_time(self) -> float:
        """A clock in seconds that stands still while its thread waits on purpose."""
        return self._monotonic() - self._waited_here()

    def asked_here(self) -> float:
        """Seconds that hosts have made this thread wait so far."""
        return float(getattr(self._here, "asked", 0.0))

    def _waited_here(self) -> float:
        return float(getattr(self._here, "waited", 0.0))

    def _wait(self, host: str, seconds: float) -> None:
        begun = self._monotonic()
        try:
            with self._told(host, begun + seconds, seconds):
                self._sleep(seconds)
        finally:
            self._here.waited = self._waited_here() + self._monotonic() - begun

    @contextmanager
    def _told(self, host: str, until: float, seconds: float) -> Iterator[None]:
        """Several threads that wait for one host are one task, which lasts as long as the last of them waits."""
        if seconds < _TOLD_SECONDS:
            yield
            return
        task = f"wait for {host}"
        with self._lock:
            waiting = self._waiting.setdefault(host, [])
            if until > max(waiting, default=-math.inf):
                self._progress.begin(task, math.ceil(seconds), "seconds")
            waiting.append(until)
        try:
            yield
        finally:
            with self._lock:
                waiting.remove(until)
                if not waiting:
                    self._progress.end(task)
