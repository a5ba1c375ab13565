"""Rewrites where a repository is asked for: `docker.io=127.0.0.1:5000/hub`.

A mirror replaces its origin: what the mirror does not have is not asked for elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

import msgspec

from basewise.model.errors import InvalidReference, UsageError
from basewise.model.redaction import LOGIN_REMEDY, without_login
from basewise.model.reference import Reference

_REMEDY = "Write FROM=TO without scheme, for example docker.io=mirror.example:5000/hub"
_PLACEHOLDER = "basewise-placeholder"  # a host alone is no reference: it is parsed with a repository behind it


class Place(msgspec.Struct, frozen=True):
    """Where a repository is asked for."""

    host: str
    """With port where one is given; `docker.io` for Docker Hub."""
    repository: str


class Mirrors:
    """The rewrites of one run; the most specific FROM wins."""

    def __init__(self, rules: dict[str, Place] | None = None) -> None:
        self._rules = rules or {}

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """Reads `FROM=TO` rules: a host, or a host with the beginning of a repository, on both sides.

        Raises:
            UsageError: with the rule that is wrong.
        """
        rules: dict[str, Place] = {}
        for text in texts:
            if (shown := without_login(text)) != text:
                raise UsageError(f"Mirror '{shown}' holds a login", remedy=f"{_REMEDY}. {LOGIN_REMEDY}")
            source, equals, target = text.strip().partition("=")
            if not equals:
                raise UsageError(f"Mirror '{text}' has no '='", remedy=_REMEDY)
            from_, to = _prefix(source, text), _prefix(target, text)
            key = "/".join(part for part in (from_.host, from_.repository) if part)
            if rules.setdefault(key, to) != to:
                raise UsageError(f"Mirror '{text}' contradicts an earlier one for {key}", remedy="Keep one of them.")
        return cls(rules)

    def place(self, reference: Reference) -> Place:
        """Host and repository to ask for `reference`."""
        prefix, rest = reference.name, ""
        while prefix:
            target = self._rules.get(prefix)
            if target is not None:
                return Place(target.host, "/".join(part for part in (target.repository, rest) if part))
            prefix, _, last = prefix.rpartition("/")
            rest = f"{last}/{rest}" if rest else last
        return Place(reference.registry, reference.repository)


def _prefix(side: str, rule: str) -> Place:
    host, _, path = side.strip().rstrip("/").partition("/")
    if not host or "@" in side:
        raise UsageError(f"Mirror '{rule}' names no registry host", remedy=_REMEDY)
    looks_like_host = "." in host or ":" in host or host == "localhost"
    if "://" in side or not looks_like_host:
        raise UsageError(f"Mirror '{rule}': '{side.strip()}' does not begin with a registry host", remedy=_REMEDY)
    try:
        parsed = Reference.parse(f"{host}/{path}/{_PLACEHOLDER}" if path else f"{host}/x/{_PLACEHOLDER}")
    except InvalidReference as error:
        raise UsageError(f"Mirror '{rule}': {error.message}", remedy=_REMEDY) from error
    if not path:
        return Place(parsed.registry, "")
    return Place(parsed.registry, parsed.repository.removesuffix(f"/{_PLACEHOLDER}"))
