"""The transport that counts what is asked of registries and holds it to their budgets."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from basewise.oci.budget import Budget
from basewise.oci.meter import Meter
from basewise.oci.routes import HOME


class Metered(httpx.BaseTransport):
    """Counts and slows what goes through the transport below it."""

    def __init__(self, below: httpx.BaseTransport, meter: Meter, budget: Budget) -> None:
        self._below, self._meter, self._budget = below, meter, budget

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        registry = str(request.extensions.get(HOME, request.url.netloc.decode()))
        self._budget.spend_request(registry)
        self._meter.add(registry, requests=1)
        response = self._below.handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        stream = _Counted(response.stream, registry, self._meter, self._budget)
        return httpx.Response(
            response.status_code, headers=response.headers, stream=stream, extensions=response.extensions
        )

    def close(self) -> None:
        self._below.close()


class _Counted(httpx.SyncByteStream):
    def __init__(self, below: httpx.SyncByteStream, registry: str, meter: Meter, budget: Budget) -> None:
        self._below, self._registry, self._meter, self._budget = below, registry, meter, budget

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._below:
            self._meter.add(self._registry, size=len(piece))
            self._budget.spend_bytes(self._registry, len(piece))
            yield piece

    def close(self) -> None:
        self._below.close()
