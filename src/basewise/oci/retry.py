"""When a request is tried again, of a registry or of a publisher of advisories, and when a host is left alone.

Reads no clock: `now` is UNIX seconds.
"""

from __future__ import annotations

import re
import threading
from datetime import UTC
from email.utils import parsedate_to_datetime

import msgspec

from basewise.model.errors import ImageError

_SECONDS = re.compile(r"[0-9]{1,9}")
_FIRST_BACKOFF = 0.5  # seconds, doubled with every try
_LONGEST_BACKOFF = 8.0
THROTTLED = 429
_WORTH_RETRYING = {408, 425, THROTTLED, 500, 502, 503, 504}


def backoff(attempt: int) -> float:
    """Seconds to wait after try number `attempt`, from 1."""
    return float(min(_FIRST_BACKOFF * 2 ** (attempt - 1), _LONGEST_BACKOFF))


def is_worth_retrying(status: int) -> bool:
    """True for throttling and for failures that pass (RFC 9110, sections 15.5.9 and 15.6; RFC 8470, section 5.2).

    520 to 529 are those of proxies.
    """
    return status in _WORTH_RETRYING or 520 <= status <= 529


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for (RFC 9110, section 10.2.3); None where it says nothing usable."""
    if value is None:
        return None
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)  # "-0000" is UTC too (RFC 9110, section 5.6.7)
    return max(0.0, moment.timestamp() - now)


class _Pause(msgspec.Struct, frozen=True):
    until: float
    message: str
    remedy: str


class Pauses:
    """Hosts that are not asked for a while, so that a fleet of a thousand images does not wait a thousand times."""

    def __init__(self) -> None:
        self._pauses: dict[str, _Pause] = {}
        self._lock = threading.Lock()

    def leave_alone(self, host: str, until: float, error: ImageError) -> None:
        """Every request before `until` fails at once with the same reason."""
        with self._lock:
            self._pauses[host] = _Pause(until, error.message, error.remedy)

    def check(self, host: str, now: float) -> None:
        """Passes unless the host is left alone now.

        Raises:
            ImageError: with the reason it is left alone for.
        """
        with self._lock:
            pause = self._pauses.get(host)
            if pause is None:
                return
            if now < pause.until:
                raise ImageError(pause.message, remedy=pause.remedy)
            del self._pauses[host]
