"""Moments as documents and feeds write them: RFC 3339, or a date alone."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(text: str) -> datetime | None:
    """The moment that an RFC 3339 text names (a date alone is its midnight, UTC); None when it names none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def rfc3339(moment: datetime) -> str:
    """`moment` in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def days_between(earlier: str, later: str) -> int | None:
    """Whole days from one moment to another; None when either cannot be read. Never negative."""
    start, end = instant(earlier), instant(later)
    if start is None or end is None:
        return None
    return max((end - start).days, 0)
