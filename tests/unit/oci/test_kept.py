from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from basewise.oci.kept import Fresh, Kept


def test_a_value_is_fetched_once_until_it_expires() -> None:
    clock = [0.0]
    kept: Kept[int] = Kept(lambda: clock[0])
    numbers = iter(range(10))

    def fetch() -> Fresh[int]:
        return Fresh(next(numbers), clock[0] + 10)

    assert [kept.get("a", fetch), kept.get("a", fetch), kept.get("b", fetch)] == [0, 0, 1]
    clock[0] = 10.0
    assert kept.get("a", fetch) == 2


def test_only_an_unwanted_value_is_dropped() -> None:
    kept: Kept[str] = Kept(lambda: 0.0)
    kept.get("a", lambda: Fresh("old", 1))
    kept.drop("a", lambda value: value == "other")
    assert kept.get("a", lambda: Fresh("new", 1)) == "old"
    kept.drop("a", lambda value: value == "old")
    kept.drop("never there", lambda _: True)
    assert kept.get("a", lambda: Fresh("new", 1)) == "new"


def test_a_failure_is_raised_and_not_kept() -> None:
    kept: Kept[int] = Kept(lambda: 0.0)

    def fail() -> Fresh[int]:
        raise LookupError

    with pytest.raises(LookupError):
        kept.get("a", fail)
    assert kept.get("a", lambda: Fresh(1, 1)) == 1


def test_threads_that_want_one_thing_wait_for_one_fetch_and_others_do_not() -> None:
    kept: Kept[int] = Kept(lambda: 0.0)
    begun, go_on, fetched = threading.Event(), threading.Event(), []

    def slow() -> Fresh[int]:
        begun.set()
        assert go_on.wait(30)
        fetched.append(1)
        return Fresh(7, 1)

    with ThreadPoolExecutor(4) as pool:
        first = [pool.submit(kept.get, "slow", slow) for _ in range(3)]
        assert begun.wait(30)
        assert pool.submit(kept.get, "quick", lambda: Fresh(1, 1)).result(30) == 1
        go_on.set()
        assert [future.result(30) for future in first] == [7, 7, 7]
    assert fetched == [1]
