"""Which proxy a request goes through: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. Pure.

No standard says what `NO_PROXY` means; this follows Go's golang.org/x/net/http/httpproxy, which Docker, Podman and
skopeo use: a comma-separated list of `*`, domains (with all below them; with a leading dot only those below), addresses
and networks in CIDR form, each with an optional port. Loopback hosts are never asked through a proxy.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Self
from urllib.parse import SplitResult, urlsplit

import msgspec

from basewise.model.errors import UsageError
from basewise.oci.hosts import address_of, is_loopback

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Proxies(msgspec.Struct, frozen=True, kw_only=True):
    """Proxies of one run; empty text is no proxy. May hold passwords, which its text form hides."""

    http: str = ""
    """URL of the proxy for plain HTTP."""
    https: str = ""
    """URL of the proxy for TLS."""
    exempt: str = ""
    """Hosts that are asked directly."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """What `environment` says; the lower-case name of a variable comes first.

        Raises:
            UsageError: a proxy of a kind that is not supported.
        """

        def value(name: str) -> str:
            return environment.get(name.lower()) or environment.get(name) or ""

        both = value("ALL_PROXY")
        return cls(
            http=checked(value("HTTP_PROXY") or both, "HTTP_PROXY"),
            https=checked(value("HTTPS_PROXY") or both, "HTTPS_PROXY"),
            exempt=value("NO_PROXY"),
        )

    def proxy_for(self, scheme: str, host: str, port: int | None) -> str:
        """URL of the proxy for a request; empty where it goes directly."""
        proxy = {"http": self.http, "https": self.https}.get(scheme, "")
        if not proxy or is_loopback(host) or self._is_exempt(host, port or _DEFAULT_PORTS[scheme]):
            return ""
        return proxy

    def _is_exempt(self, host: str, port: int) -> bool:
        return any(_matches(entry.strip().lower(), host, port) for entry in self.exempt.split(","))

    def __repr__(self) -> str:
        return f"Proxies(http={without_secrets(self.http)!r}, https={without_secrets(self.https)!r})"

    __str__ = __repr__


def checked(url: str, name: str) -> str:
    """The URL of a proxy, with `http://` before it where it names no scheme.

    Raises:
        UsageError: it is none, or of a kind that is not supported; `name` says which.
    """
    if not url:
        return ""
    parts = _split(url if "://" in url else f"http://{url}")
    if parts is None or parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise UsageError(
            f"{name} names no proxy that can be used", remedy="Write http://HOST:PORT or https://HOST:PORT."
        )
    return parts.geturl()


def without_secrets(url: str) -> str:
    """Scheme, host and port of a proxy, for people."""
    parts = _split(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts and url else ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for one that does not exist
    except ValueError:
        return None
    return parts


def _matches(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    name, only = _with_port(entry)
    if not name or (only is not None and only != port):
        return False
    address = address_of(host)
    if address is not None:
        try:
            return address in ipaddress.ip_network(name, strict=False)
        except ValueError:
            return False
    name = name.removeprefix("*")
    return host.endswith(name) if name.startswith(".") else host == name or host.endswith(f".{name}")


def _with_port(entry: str) -> tuple[str, int | None]:
    """Name and port of an entry; an IPv6 address with a port stands in brackets."""
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        return (name, int(rest[1:])) if rest[1:].isdecimal() else ("", None)  # brackets are for a port only
    name, colon, port = entry.partition(":")
    return (name, int(port)) if colon and port.isdecimal() else (entry, None)
