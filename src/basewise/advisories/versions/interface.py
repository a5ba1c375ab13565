"""The seam of version schemes: how one ecosystem orders its versions."""

from __future__ import annotations

from abc import ABC, abstractmethod


class InvalidVersion(ValueError):
    """The text is no version of this scheme; what it belongs to is not assessed."""


class VersionScheme(ABC):
    """One order of versions, as its packaging tool defines it."""

    name: str

    @abstractmethod
    def compare(self, a: str, b: str) -> int:
        """Negative, zero or positive as `a` is older than, equal to or newer than `b`.

        Raises:
            InvalidVersion: either text is no version of this scheme.
        """
