"""Brings each request onto its way: through which proxy, trusting whom, showing which certificate."""

from __future__ import annotations

import ssl
import threading
from typing import NamedTuple

import httpx

from basewise.oci.proxies import Proxies, without_secrets
from basewise.oci.settings import Network
from basewise.oci.tls import Contexts, Identity

HOME = "basewise.home"
"""Extension of a request: `host[:port]` of the registry on whose behalf it is made."""


class _Way(NamedTuple):
    proxy: str
    identity: Identity | None
    """None for plain text."""


class Routes(httpx.BaseTransport):
    """One connection pool for each way. Safe for use from several threads.

    Raises:
        UsageError: a certificate of the run cannot be used.
    """

    def __init__(self, network: Network) -> None:
        self._proxies: Proxies = network.proxies
        self._contexts = Contexts(network)
        self._pools: dict[_Way, httpx.HTTPTransport] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._pool(self._way(request)).handle_request(request)

    def close(self) -> None:
        for pool in self._pools.values():
            pool.close()

    def _way(self, request: httpx.Request) -> _Way:
        url = request.url
        proxy = self._proxies.proxy_for(url.scheme, url.host, url.port)
        if url.scheme != "https":
            return _Way(proxy, None)
        home = httpx.URL(f"https://{request.extensions.get(HOME, '')}")
        netloc = url.netloc.decode()
        return _Way(proxy, self._contexts.identity(netloc, at_home=url.host == home.host))

    def _pool(self, way: _Way) -> httpx.HTTPTransport:
        with self._lock:
            if way not in self._pools:
                self._pools[way] = self._open(way)
            return self._pools[way]

    def _open(self, way: _Way) -> httpx.HTTPTransport:
        everybody = self._contexts.context(Identity(None, shows_certificate=False))
        verify = everybody if way.identity is None else self._contexts.context(way.identity)
        proxy = httpx.Proxy(way.proxy, ssl_context=_only_for_tls(way.proxy, everybody)) if way.proxy else None
        return httpx.HTTPTransport(verify=verify, trust_env=False, proxy=proxy)


def through(proxies: Proxies, url: httpx.URL) -> str:
    """` through the proxy …`, for errors; empty where a request goes directly. Names no secret."""
    proxy = proxies.proxy_for(url.scheme, url.host, url.port)
    return f" through the proxy {without_secrets(proxy)}" if proxy else ""


def _only_for_tls(proxy: str, context: ssl.SSLContext) -> ssl.SSLContext | None:
    return context if proxy.startswith("https:") else None
