"""Where requests may go: which hosts are spoken to in plain text, and which addresses a registry may send us to.

A registry chooses the targets of redirects and of its token service. It must not use us to reach into the network we
run in, so private targets are refused unless the registry itself is private. Link-local addresses, where clouds keep
their metadata services, are refused even then. Names are looked up before the request; an answer that changes between
lookup and connection gains nothing, because hosts outside this machine must hold a TLS certificate for the name.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection
from typing import Literal

import httpx

from basewise.model.errors import ImageError
from basewise.oci.hosts import is_loopback
from basewise.oci.quoting import quoted

Lookup = Callable[[str], list[str]]
"""Host name to IP addresses as text. Raises OSError where there are none."""
_SCHEMES = {"http", "https"}
_LARGEST_PORT = 65535
Reach = Literal["public", "private", "link-local", "unknown"]


def system_lookup(host: str) -> list[str]:
    """The addresses that the operating system's resolver gives."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


class Addresses:
    """The rules of one run.

    Args:
        plain_http: hosts, with or without port, that are spoken to without TLS; loopback hosts always are.
        allow_private: lets every registry redirect to private and link-local addresses.
    """

    def __init__(self, *, plain_http: Collection[str], allow_private: bool, lookup: Lookup = system_lookup) -> None:
        self._plain = {host.lower() for host in plain_http}
        self._allow_private = allow_private
        self._lookup = lookup
        self._known: dict[str, Reach] = {}

    def base_url(self, host: str) -> httpx.URL:
        """`https://HOST`, or `http://` where plain text is allowed.

        Raises:
            ImageError: the host is none.
        """
        try:
            url = httpx.URL(f"https://{host}")
        except httpx.InvalidURL:
            raise ImageError(f"{quoted(host)} is no registry host") from None
        if (url.port or 0) > _LARGEST_PORT:
            raise ImageError(f"{quoted(host)} has a port that does not exist")
        if host.lower() in self._plain or url.host in self._plain or is_loopback(url.host):
            return httpx.URL(f"http://{host}")
        return url

    def check(self, url: httpx.URL, home: httpx.URL) -> None:
        """Refuses a target that the registry at `home` must not send us to.

        Raises:
            ImageError: with the rule that the target breaks.
        """
        if url.scheme not in _SCHEMES or not url.host or url.userinfo or (url.port or 0) > _LARGEST_PORT:
            raise ImageError(f"{home.host} sends us to an address that is no plain web address")
        if url.scheme == "http" and not self._is_plain(url):
            raise ImageError(
                f"{home.host} sends us to {_netloc(url)} without TLS",
                remedy=f"Allow plain HTTP for {_netloc(url)} if that is meant.",
            )
        if url.host == home.host or self._allow_private:
            return
        reach = self._reach(url.host)
        allowed: tuple[Reach, ...] = ("public", "unknown")  # unknown names fail on their own, or a proxy knows them
        if self._reach(home.host) in {"private", "link-local"}:
            allowed = ("public", "unknown", "private")
        if reach not in allowed:
            raise ImageError(
                f"{home.host} sends us to {url.host}, which is a {reach} address",
                remedy="Allow private addresses if that registry may reach into this network.",
            )

    def _is_plain(self, url: httpx.URL) -> bool:
        netloc = _netloc(url)
        named = {url.host, netloc, netloc if url.port else f"{netloc}:80"}  # a URL drops the port of its scheme
        return not named.isdisjoint(self._plain) or is_loopback(url.host)

    def _reach(self, host: str) -> Reach:
        if host not in self._known:
            self._known[host] = self._look_up(host)
        return self._known[host]

    def _look_up(self, host: str) -> Reach:
        try:
            found = [_reach_of(address) for address in self._lookup(host)]
        except (OSError, UnicodeError):
            return "unknown"
        for worst in ("link-local", "private"):
            if worst in found:
                return worst
        return "public" if found else "unknown"


def _reach_of(address: str) -> Reach:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])  # a scope follows the percent sign (RFC 4007)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if parsed.is_link_local:
        return "link-local"
    return "public" if parsed.is_global else "private"


def _netloc(url: httpx.URL) -> str:
    return url.netloc.decode()
