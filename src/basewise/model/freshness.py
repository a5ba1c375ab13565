"""How old the advisories are, and whether that is too old to rely on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from basewise.model.advisory import Feed
from basewise.model.moments import instant

STALE_AFTER_DAYS = 7
"""Debian publishes advisories on most days of a week; data older than one misses some."""
_DAY = 86_400  # seconds


class FeedAge(msgspec.Struct, frozen=True):
    """The age of one feed's data."""

    name: str
    days: float | None
    """Since the newest change inside the data; None when the feed names no date."""
    stale: bool


def ages(feeds: Iterable[Feed], now: datetime, *, stale_after_days: float = STALE_AFTER_DAYS) -> list[FeedAge]:
    """Age of each feed at `now` (with time zone); one without a date counts as stale."""
    return [_age(feed, now, stale_after_days) for feed in feeds]


def _age(feed: Feed, now: datetime, stale_after_days: float) -> FeedAge:
    moment = instant(feed.date) if feed.date else None
    if moment is None:
        return FeedAge(feed.name, None, stale=True)
    days = max(0.0, (now - moment).total_seconds() / _DAY)
    return FeedAge(feed.name, days, stale=days > stale_after_days)
