"""Dates inside feeds: RFC 3339 texts of which some are wrong, and one or two lie in the future."""

from __future__ import annotations

from datetime import UTC, datetime

from basewise.model.moments import instant, rfc3339


class Newest:
    """The newest of many dates that is not in the future.

    Args:
        now: the present; must carry a time zone.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)
        self._newest: datetime | None = None
        self._seen = ""

    def see(self, text: str | None) -> None:
        """Takes one date in; texts that are no date, and future ones, are passed over."""
        if not text or text[:19] <= self._seen:  # older as text, so older: feeds write UTC; spares parsing most
            return
        moment = instant(text)
        if moment is None or moment > self._now or (self._newest is not None and moment <= self._newest):
            return
        self._newest, self._seen = moment, text[:19]

    @property
    def text(self) -> str:
        """RFC 3339 in UTC; empty when no date was seen."""
        return rfc3339(self._newest) if self._newest else ""
