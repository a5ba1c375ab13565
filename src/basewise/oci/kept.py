"""Things that are fetched once and used until they expire, however many threads want them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

V = TypeVar("V")


class Fresh(NamedTuple, Generic[V]):
    """A value, and until when it may be used."""

    value: V
    until: float
    """UNIX seconds."""


class Kept(Generic[V]):
    """Values by key. Safe for use from several threads.

    Args:
        now: UNIX seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._values: dict[Hashable, Fresh[V]] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, fetch: Callable[[], Fresh[V]]) -> V:
        """The value of `key`; the first who wants it fetches it, the others wait for that. Raises what `fetch` does."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            kept = self._values.get(key)
            if kept is None or kept.until <= self._now():
                kept = self._values[key] = fetch()
            return kept.value

    def drop(self, key: Hashable, unwanted: Callable[[V], bool]) -> None:
        """Forgets the value of `key` if it is an unwanted one: another thread may have replaced it already."""
        with self._lock:
            kept = self._values.get(key)
            if kept is not None and unwanted(kept.value):
                del self._values[key]
