"""Hosts and prefixes that a person names: what could never fit anything is refused where it is written."""

from __future__ import annotations

import re

import click

from basewise.model.redaction import without_login
from basewise.oci.hosts import address_of

_HOST = re.compile(r"([^\s/@:?#,*\[\]]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LARGEST_PORT = 65535


def hosts_and_ports(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """`HOST[:PORT]`, in lower case; an IPv6 address stands in brackets only before a port."""
    return tuple(_joined(*_parts(value, "HOST or HOST:PORT")) for value in values)


def hosts_alone(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """`HOST`, in lower case, without the brackets of an IPv6 address."""
    found = []
    for value in values:
        host, port = _parts(value, "HOST")
        if port:
            raise click.BadParameter(f"a host is allowed with all its ports; write {host}.")
        found.append(_joined(host, ""))
    return tuple(found)


def prefixes(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Beginnings of names of images, which have neither scheme nor login."""
    for value in values:
        if scheme := _SCHEME.match(value):
            raise click.BadParameter(
                f"names of images begin with no scheme; write {without_login(value[scheme.end() :])}."
            )
        if (shown := without_login(value)) != value:
            raise click.BadParameter(f"'{shown}' begins no name of an image: only a digest may follow an '@'.")
    return values


def _parts(value: str, form: str) -> tuple[str, str]:
    """Host and port. What is wrong is not quoted: a URL may hold a login."""
    text = value.strip().lower()
    if address_of(text) is not None:
        return text, ""
    found = _HOST.fullmatch(text)
    if found is None or int(found[2] or 1) not in range(1, _LARGEST_PORT + 1):
        rest = _SCHEME.sub("", text, count=1).partition("/")[0].rpartition("@")[2]
        meant = f": {rest}" if rest != text and _HOST.fullmatch(rest) else ""
        raise click.BadParameter(f"that is no host; write {form} without scheme, path and wildcard{meant}.")
    return found[1], found[2] or ""


def _joined(host: str, port: str) -> str:
    return f"{host}:{port}" if port else host.strip("[]")
