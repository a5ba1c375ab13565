"""Counts what is asked of registries."""

from __future__ import annotations

import threading

from basewise.model.traffic import Traffic


class Meter:
    """What a run asked of each registry. Safe for use from several threads."""

    def __init__(self) -> None:
        self._requests: dict[str, int] = {}
        self._bytes: dict[str, int] = {}
        self._lock = threading.Lock()

    def add(self, registry: str, *, requests: int = 0, size: int = 0) -> None:
        """Counts requests sent and bytes received on behalf of a registry."""
        with self._lock:
            self._requests[registry] = self._requests.get(registry, 0) + requests
            self._bytes[registry] = self._bytes.get(registry, 0) + size

    def traffic(self) -> list[Traffic]:
        """One entry per registry, the most asked first."""
        with self._lock:
            found = [
                Traffic(registry=registry, requests=requests, bytes=self._bytes.get(registry, 0))
                for registry, requests in self._requests.items()
            ]
        return sorted(found, key=lambda entry: (-entry.requests, entry.registry))
