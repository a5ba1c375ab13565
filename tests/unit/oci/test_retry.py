from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.errors import ImageError
from basewise.oci.retry import Pauses, backoff, is_worth_retrying, retry_after

NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Fri, 15 Jan 2027 08:00:30 GMT", 30.0),
        ("Friday, 15-Jan-27 08:00:30 GMT", 30.0),
        ("Fri, 15 Jan 2027 08:00:30 -0000", 30.0),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("9" * 400, None),
        ("nan", None),
        ("Fri, 99 Jan 2027 08:00:30 GMT", None),
    ],
)
def test_retry_after_asks_for(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=60))
def test_any_retry_after_is_a_time_or_nothing(value: str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or seconds >= 0


def test_backoff_doubles_up_to_its_end() -> None:
    assert [backoff(attempt) for attempt in range(1, 8)] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_only_failures_that_pass_are_retried() -> None:
    assert all(is_worth_retrying(status) for status in (408, 425, 429, 500, 502, 503, 504, 521))
    assert not any(is_worth_retrying(status) for status in (200, 301, 400, 401, 403, 404, 405, 501, 505))


def test_a_host_is_left_alone_until_its_time_and_others_are_not() -> None:
    pauses = Pauses()
    pauses.leave_alone("a.test", 100.0, ImageError("throttled", remedy="wait"))
    with pytest.raises(ImageError, match="throttled") as caught:
        pauses.check("a.test", 99.0)
    assert caught.value.remedy == "wait"
    pauses.check("b.test", 99.0)
    pauses.check("a.test", 100.0)
    pauses.check("a.test", 99.0)  # forgotten once it was over
