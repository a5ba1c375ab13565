"""How often and how fast registries are asked. Reads no clock of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from basewise.model.limits import Limits
from basewise.oci.waits import Waits


class Bucket:
    """A token bucket that holds one second's worth; who takes more than it holds waits until it is made good.

    Args:
        rate: units per second.
        now: UNIX seconds.
    """

    def __init__(self, rate: float, *, now: Callable[[], float]) -> None:
        self._rate, self._now = rate, now
        self._most = max(rate, 1.0)
        self._level, self._at = self._most, now()
        self._lock = threading.Lock()

    def take(self, amount: float) -> float:
        """Takes `amount` units. Seconds to wait before going on, 0 where there was enough."""
        with self._lock:
            now = self._now()
            self._level = min(self._most, self._level + max(0.0, now - self._at) * self._rate)
            self._at = now
            self._level -= amount
            return max(0.0, -self._level / self._rate)


class Budget:
    """The budget of every registry: so many requests a minute, so many bytes a second.

    Args:
        now: UNIX seconds.
        waits: what waiting is done with.
    """

    def __init__(self, limits: Limits, *, now: Callable[[], float], waits: Waits) -> None:
        self._request_rate = limits.registry_requests_per_minute / 60
        self._byte_rate = limits.registry_bytes_per_second
        self._now, self._waits = now, waits
        self._requests: dict[str, Bucket] = {}
        self._bytes: dict[str, Bucket] = {}
        self._lock = threading.Lock()

    def spend_request(self, registry: str) -> None:
        """Waits until one more request may be sent."""
        self._spend(self._requests, registry, self._request_rate, 1)

    def spend_bytes(self, registry: str, count: int) -> None:
        """Waits until `count` bytes that arrived are within the budget; the sender notices by our not reading on."""
        self._spend(self._bytes, registry, self._byte_rate, count)

    def _spend(self, buckets: dict[str, Bucket], registry: str, rate: float, amount: float) -> None:
        if rate <= 0:
            return
        with self._lock:
            bucket = buckets.get(registry)
            if bucket is None:
                bucket = buckets[registry] = Bucket(rate, now=self._now)
        wait = bucket.take(amount)
        if wait > 0:
            self._waits.by_choice(registry, wait)
