"""Where a run gets its images: layouts and archives first, then registries, with small things remembered on disk."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.oci.cache import CachedSource
from basewise.oci.interface import ImageSource
from basewise.oci.mirrors import Mirrors
from basewise.oci.settings import Logins, Network
from basewise.oci.sources import FirstOf, Offline

if TYPE_CHECKING:
    from basewise.oci.meter import Meter
    from basewise.oci.waits import Waits


class RegistryAccess(msgspec.Struct, frozen=True, kw_only=True):
    """How registries may be asked."""

    offline: bool = False
    mirrors: tuple[str, ...] = ()
    """`FROM=TO` rules."""
    plain_http: tuple[str, ...] = ()
    """Hosts that are spoken to without TLS; loopback always may be."""
    logins: Logins = Logins()
    network: Network = Network()


def image_source(
    local: Sequence[ImageSource],
    access: RegistryAccess,
    cache_directory: Path,
    limits: Limits = DEFAULT_LIMITS,
    *,
    meter: Meter | None = None,
    waits: Waits | None = None,
) -> ImageSource:
    """One source over everything a run may read from.

    Args:
        meter: hears of every request to a registry.
        waits: what waiting for registries is done with.

    Raises:
        UsageError: a mirror rule, a credentials file or a certificate cannot be read.
    """
    mirrors = Mirrors.parse(access.mirrors)
    remote = Offline() if access.offline else _registry(mirrors, access, limits, meter, waits)
    return CachedSource(FirstOf([*local, remote]), cache_directory / "manifests", limits)


def _registry(
    mirrors: Mirrors, access: RegistryAccess, limits: Limits, meter: Meter | None, waits: Waits | None
) -> ImageSource:
    from basewise.oci.credentials import credentials  # noqa: PLC0415 - an offline run needs neither
    from basewise.oci.registry import RegistrySource  # noqa: PLC0415 - nor pays for the HTTP client

    return RegistrySource(
        credentials=credentials(access.logins, limits, now=time.time),
        mirrors=mirrors,
        limits=limits,
        allow_plain_http=access.plain_http,
        network=access.network,
        token_services=access.logins.token_services,
        meter=meter,
        waits=waits,
    )
