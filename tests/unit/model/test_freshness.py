from tests.unit.advisories.records import NOW

from basewise.model.advisory import Feed
from basewise.model.freshness import FeedAge, ages


def feed(date: str) -> Feed:
    return Feed(name="OSV Debian", date=date, digest="")


def test_a_feed_is_stale_after_seven_days() -> None:
    assert ages([feed("2026-11-16T00:00:00Z")], NOW) == [FeedAge("OSV Debian", 7.0, stale=False)]
    assert ages([feed("2026-11-15T12:00:00Z")], NOW) == [FeedAge("OSV Debian", 7.5, stale=True)]


def test_the_limit_can_be_set() -> None:
    assert ages([feed("2026-11-15T12:00:00Z")], NOW, stale_after_days=8)[0].stale is False


def test_a_feed_without_date_counts_as_stale() -> None:
    assert ages([feed(""), feed("unknown")], NOW) == [FeedAge("OSV Debian", None, stale=True)] * 2


def test_a_date_in_the_future_is_no_negative_age() -> None:
    assert ages([feed("2026-12-24T00:00:00Z")], NOW) == [FeedAge("OSV Debian", 0.0, stale=False)]
