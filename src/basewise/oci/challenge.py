"""Reads `WWW-Authenticate` (RFC 9110, section 11.6.1; RFC 6750, section 3). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - a token of the HTTP grammar, no secret
_PARAMETER = re.compile(rf'({_TOKEN})[ \t]*=[ \t]*(?:({_TOKEN})|"((?:[^"\\]|\\.)*)")', re.DOTALL)
_SCHEME = re.compile(rf"({_TOKEN})(?:[ \t]+|$|(?=,))")
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))")
_SEPARATOR = re.compile(r"[ \t,]*")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class Challenge(msgspec.Struct, frozen=True):
    """One way to log in that a server offers."""

    scheme: str
    """Lower case: `bearer`, `basic`."""
    parameters: dict[str, str] = {}
    """Names in lower case."""


def parse_challenges(headers: Iterable[str]) -> list[Challenge]:
    """All challenges of all `WWW-Authenticate` headers, in order. Text that follows no grammar ends its header."""
    return [challenge for header in headers for challenge in _parse(header)]


def _parse(text: str) -> list[Challenge]:
    found: list[Challenge] = []
    at = _SEPARATOR.match(text).end()  # type: ignore[union-attr]  # matches the empty string too
    while at < len(text):
        parameter = _PARAMETER.match(text, at)
        if parameter and found:
            name, bare, quoted = parameter.groups()
            found[-1].parameters.setdefault(name.lower(), bare if quoted is None else _ESCAPE.sub(r"\1", quoted))
            at = parameter.end()
        elif scheme := _SCHEME.match(text, at):
            found.append(Challenge(scheme[1].lower(), {}))
            at = scheme.end()
            if (token68 := _TOKEN68.match(text, at)) and not _PARAMETER.match(text, at):
                at = token68.end()
        else:
            break
        at = _SEPARATOR.match(text, at).end()  # type: ignore[union-attr]  # as above
    return found
