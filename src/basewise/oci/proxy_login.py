"""The transport that takes care whom a proxy's password is shown to, and how often: accounts are locked for less.

A password is part of the proxy's address and goes along with every request. Until a proxy has let one request pass, the
others wait for the outcome; after a refusal it is not asked again, by any thread, for the rest of the run. A proxy that
knows the password may still refuse a host to whoever has it: then it is not asked again for that host.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

from basewise.oci.failures import LOGIN_WANTED, ProxyRefusal
from basewise.oci.proxies import Proxies, without_secrets

_STATUS = re.compile(r"[1-5][0-9]{2}(?= |$)")  # how the HTTP library begins the text of its error


class ProxyLogins(httpx.BaseTransport):
    """Tells refusals of proxies from answers of those behind them. Safe for use from several threads.

    Raises (from `handle_request`):
        ProxyRefusal: a proxy does not bring the request on.
        httpx.TransportError: as the transport below it.
    """

    def __init__(self, below: httpx.BaseTransport, proxies: Proxies) -> None:
        self._below, self._proxies = below, proxies
        self._doors: dict[str, _Door] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        proxy = self._proxies.proxy_for(request.url.scheme, request.url.host, request.url.port)
        if not proxy:
            return self._below.handle_request(request)
        if not urlsplit(proxy).username:
            return self._through(proxy, request, has_login=False)
        with self._lock:
            door = self._doors.setdefault(proxy, _Door())
        host = request.url.netloc.decode()
        with door.turn():
            if door.is_shut(host):
                raise ProxyRefusal(without_secrets(proxy), LOGIN_WANTED, has_login=True, request=request)
            try:
                response = self._through(proxy, request, has_login=True)
            except ProxyRefusal as refusal:
                if refusal.status == LOGIN_WANTED:
                    door.refused.add(host)
                raise
            door.is_open = True
            return response

    def close(self) -> None:
        self._below.close()

    def _through(self, proxy: str, request: httpx.Request, *, has_login: bool) -> httpx.Response:
        try:
            response = self._below.handle_request(request)
        except httpx.ProxyError as error:  # the answer to CONNECT
            found = _STATUS.match(str(error))
            status = int(found[0]) if found else 0
            raise ProxyRefusal(without_secrets(proxy), status, has_login=has_login, request=request) from None
        if response.status_code == LOGIN_WANTED and request.url.scheme == "http":
            # Only proxies answer so (RFC 9110, section 15.5.8); inside a tunnel it is the server's word.
            response.close()
            raise ProxyRefusal(without_secrets(proxy), LOGIN_WANTED, has_login=has_login, request=request)
        return response


class _Door:
    """What is known of one proxy and the login in its address."""

    def __init__(self) -> None:
        self.is_open = False
        """It has let a request pass."""
        self.refused: set[str] = set()
        """Hosts, with port, that it wanted another login for."""
        self._lock = threading.Lock()

    def is_shut(self, host: str) -> bool:
        return host in self.refused or (bool(self.refused) and not self.is_open)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One after the other, until the door is open."""
        if self.is_open:
            yield
            return
        with self._lock:
            yield
