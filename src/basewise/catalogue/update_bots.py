"""What Renovate and Dependabot read, and what Renovate's own presets say about images."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import msgspec

from basewise.catalogue.loader import load_as


class Manager(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a bot reads one kind of file with."""

    name: str
    files: list[str] | str
    """Regular expressions for whole paths (Renovate), or one for names (Dependabot)."""
    pins: bool = True
    """False where digests are pinned only when its own section of the configuration says so."""

    def claims(self, path: str) -> bool:
        """True for a file that is read without being named in the configuration."""
        patterns = [self.files] if isinstance(self.files, str) else self.files
        return any(_compiled(pattern).fullmatch(path) for pattern in patterns)


class Preset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a preset says about images; None is nothing."""

    extends: list[str] = []
    enabled: bool | None = None
    pins: bool | None = None
    digests: bool | None = None
    ignores: list[str] | None = None
    disables: list[str] = []
    """Managers."""


class Renovate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """https://docs.renovatebot.com."""

    source: str
    status: str
    managers: dict[str, Manager]
    """By kind of usage."""
    presets: dict[str, Preset]
    harmless: list[str]
    """How names of other presets begin that come with Renovate."""


class Dependabot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """https://docs.github.com."""

    source: str
    status: str
    ecosystems: dict[str, Manager]
    """By kind of usage."""


class UpdateBots(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    checked: date
    renovate: Renovate
    dependabot: Dependabot


@cache
def update_bots() -> UpdateBots:
    """The catalogue's `update_bots.yaml`."""
    return load_as("update_bots", UpdateBots)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
