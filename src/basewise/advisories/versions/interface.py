"""The seam of version schemes: how one ecosystem orders its versions."""

from __future__ import annotations

from abc import ABC, abstractmethod


class InvalidVersion(ValueError):
    """The text is no version of this scheme; what it belongs to is not assessed."""


class VersionScheme(ABC):
    """One order of versions, as its packaging tool defines it."""

    name: str

    @abstractmethod
    def key(self, version: str) -> str:
        """A text whose code point order is the order of versions: the hot path compares nothing but these.

        Keys are cached, never empty, equal for equal versions, and mean nothing outside their scheme.

        Raises:
            InvalidVersion: the text is no version of this scheme.
        """

    def bound_key(self, version: str) -> str:
        """Key of a version that an advisory names. Schemes that can order a malformed one do so here.

        Raises:
            InvalidVersion: the text has no place in the order.
        """
        return self.key(version)

    def compare(self, a: str, b: str) -> int:
        """Negative, zero or positive as `a` is older than, equal to or newer than `b`.

        Raises:
            InvalidVersion: either text is no version of this scheme.
        """
        left, right = self.key(a), self.key(b)
        return (left > right) - (left < right)
