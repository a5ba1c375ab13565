"""Where a run gets its images: layouts and archives first, then registries, with small things remembered on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.oci.cache import CachedSource
from basewise.oci.interface import ImageSource
from basewise.oci.mirrors import Mirrors
from basewise.oci.sources import FirstOf, Offline


class RegistryAccess(msgspec.Struct, frozen=True, kw_only=True):
    """How registries may be asked."""

    offline: bool = False
    mirrors: tuple[str, ...] = ()
    """`FROM=TO` rules."""
    plain_http: tuple[str, ...] = ()
    """Hosts that are spoken to without TLS; loopback always may be."""
    credentials: Path | None = None
    """Docker's config.json; it need not exist."""


def image_source(
    local: Sequence[ImageSource], access: RegistryAccess, cache_directory: Path, limits: Limits = DEFAULT_LIMITS
) -> ImageSource:
    """One source over everything a run may read from.

    Raises:
        UsageError: a mirror rule or the credentials file cannot be read.
    """
    mirrors = Mirrors.parse(access.mirrors)
    remote = Offline() if access.offline else _registry(mirrors, access, limits)
    return CachedSource(FirstOf([*local, remote]), cache_directory / "manifests", limits)


def _registry(mirrors: Mirrors, access: RegistryAccess, limits: Limits) -> ImageSource:
    from basewise.oci.credentials import load_credentials  # noqa: PLC0415 - an offline run needs neither
    from basewise.oci.registry import RegistrySource  # noqa: PLC0415 - nor pays for the HTTP client

    return RegistrySource(
        credentials=None if access.credentials is None else load_credentials(access.credentials, limits),
        mirrors=mirrors,
        limits=limits,
        allow_plain_http=access.plain_http,
        trust_environment=True,
    )
