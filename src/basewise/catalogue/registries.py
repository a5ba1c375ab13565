"""Registries that serve more than one company: who an image comes from, told by its name alone."""

from __future__ import annotations

from collections.abc import Sequence

from basewise.catalogue.loader import load
from basewise.model.inventory import Origin
from basewise.model.reference import Reference


def origin_of(reference: Reference, own: Sequence[str] = ()) -> Origin:
    """`public` or `hardened` for a listed registry, `internal` for any other: the longest listed prefix decides.

    Args:
        own: beginnings of names (`ghcr.io/acme`) that are the company's own, whatever the registry is.
    """
    if any(reference.name == prefix or reference.name.startswith(prefix.rstrip("/") + "/") for prefix in own):
        return "internal"
    best, origin = -1, "internal"
    for entry in load("registries")["registries"]:
        prefix = entry.get("prefix", "")
        fits = not prefix or reference.repository == prefix or reference.repository.startswith(prefix + "/")
        if entry["host"] == reference.registry and fits and len(prefix) > best:
            best, origin = len(prefix), entry["origin"]
    return origin  # type: ignore[return-value]  # the catalogue's own test holds the values
