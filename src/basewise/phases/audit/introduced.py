"""Since when a base line is named: the earliest of what the histories of all files say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from basewise.model.moments import instant
from basewise.model.repository import FirstIntroduced, Introduction


def first_introduced(introductions: Iterable[Introduction], now: datetime) -> dict[str, FirstIntroduced]:
    """By base line; a date to come is none."""
    earliest: dict[str, Introduction] = {}
    for one in introductions:
        at = instant(one.at)
        if at is None or at > now:
            continue
        before = earliest.get(one.base)
        if before is None or (one.at, one.file) < (before.at, before.file):
            earliest[one.base] = one
    return {base: FirstIntroduced(one.at, one.method, one.file, one.commit) for base, one in earliest.items()}
