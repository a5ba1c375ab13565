from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.advisories.records import NOW

from basewise.advisories.timestamps import Newest
from basewise.model.moments import instant, rfc3339


def test_an_instant_is_in_utc_whatever_the_offset() -> None:
    expected = datetime(2026, 8, 22, tzinfo=UTC)
    assert instant("2026-08-22T00:00:00Z") == expected
    assert instant("2026-08-22T02:00:00+0200") == expected
    assert instant("2026-08-22") == expected
    assert instant("2026-08-22T00:00:00.0000Z") == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "26-01-01"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert instant(text) is None


def test_a_moment_is_written_in_utc_to_the_second() -> None:
    moment = datetime(2026, 8, 22, 2, 3, 4, 999, tzinfo=timezone(timedelta(hours=2)))
    assert rfc3339(moment) == "2026-08-22T00:03:04Z"


def test_the_newest_date_that_has_passed_counts() -> None:
    newest = Newest(NOW)
    for text in (
        "2025-01-01T00:00:00Z",
        "2027-07-09T15:54:00Z",
        "2026-08-07T06:25:29.50102Z",
        None,
        "",
        "2029-99-99",
        "x",
    ):
        newest.see(text)
    assert newest.text == "2026-08-07T06:25:29Z"


def test_without_a_date_there_is_no_text() -> None:
    newest = Newest(NOW)
    newest.see("2027-01-01T00:00:00Z")
    assert newest.text == ""


@given(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2028, 1, 1)), max_size=8))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_the_order_of_seeing_does_not_matter(moments: list[datetime]) -> None:
    texts = [rfc3339(moment.replace(tzinfo=UTC)) for moment in moments]
    one, other = Newest(NOW), Newest(NOW)
    for text in texts:
        one.see(text)
    for text in reversed(texts):
        other.see(text)
    passed = [text for text in texts if text <= rfc3339(NOW)]
    assert one.text == other.text == max(passed, default="")
