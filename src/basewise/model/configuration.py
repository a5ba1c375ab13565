"""The configuration file `basewise.yaml`."""

from __future__ import annotations

import msgspec

from basewise.model.policy import Policy

CONFIGURATION_NAME = "basewise.yaml"


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`basewise.yaml`: what a repository, or a fleet, asks of its images."""

    own: list[str] = []
    """Beginnings of names (`ghcr.io/acme`) that are the company's own although their registry is public."""
    check: Policy = Policy()
    """What `basewise check` asks."""
