"""Waiting on purpose is told, and the clock of who waits stands still."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from basewise.oci.waits import Waits


class Heard:
    """Remembers what it hears."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def begin(self, task: str, total: int, unit: str) -> None:
        self.told.append(("begin", task, total, unit))

    def advance(self, task: str, count: int = 1, size: int = 0) -> None:
        self.told.append(("advance", task, count, size))

    def end(self, task: str) -> None:
        self.told.append(("end", task))


class Now:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.mark.parametrize("how", [Waits.by_choice, Waits.as_asked])
def test_a_wait_is_told_with_its_host_and_its_seconds(now: Now, how: Callable[[Waits, str, float], None]) -> None:
    heard = Heard()
    how(Waits(heard, sleep=now.sleep, monotonic=now), "a.test", 57.2)
    assert heard.told == [("begin", "wait for a.test", 58, "seconds"), ("end", "wait for a.test")]
    assert now.at == pytest.approx(157.2)


def test_short_waits_are_not_worth_telling(now: Now) -> None:
    heard = Heard()
    Waits(heard, sleep=now.sleep, monotonic=now).by_choice("a.test", 0.9)
    assert heard.told == []
    assert now.at == pytest.approx(100.9)


def test_the_clock_stands_still_while_somebody_waits_on_purpose(now: Now) -> None:
    waits = Waits(sleep=now.sleep, monotonic=now)
    before = waits.working_time()
    waits.by_choice("a.test", 60)
    waits.as_asked("a.test", 30)
    assert waits.working_time() == before
    now.at += 5
    assert waits.working_time() == pytest.approx(before + 5)


def test_what_was_asked_for_is_counted_apart_from_what_we_chose(now: Now) -> None:
    waits = Waits(sleep=now.sleep, monotonic=now)
    waits.by_choice("a.test", 60)
    waits.as_asked("a.test", 30)
    assert waits.asked_here() == pytest.approx(30)


def test_who_waits_in_one_thread_gains_nothing_in_another(now: Now) -> None:
    waits = Waits(sleep=now.sleep, monotonic=now)
    other = threading.Thread(target=waits.as_asked, args=("a.test", 60))
    other.start()
    other.join(timeout=10)
    assert (waits.working_time(), waits.asked_here()) == (now.at, 0.0)


def test_an_interrupted_wait_counts_for_as_long_as_it_lasted_and_is_over(now: Now) -> None:
    heard = Heard()

    def interrupted(_: float) -> None:
        now.at += 3
        raise KeyboardInterrupt

    waits = Waits(heard, sleep=interrupted, monotonic=now)
    with pytest.raises(KeyboardInterrupt):
        waits.as_asked("a.test", 60)
    assert (waits.working_time(), waits.asked_here()) == (100.0, 3.0)
    assert heard.told[-1] == ("end", "wait for a.test")


def test_threads_that_wait_for_one_host_are_one_task_until_the_last_has_waited() -> None:
    heard, inside = Heard(), threading.Barrier(3)
    gates = {60.0: threading.Event(), 20.0: threading.Event()}

    def sleep(seconds: float) -> None:
        inside.wait(timeout=10)
        assert gates[seconds].wait(timeout=10)

    waits = Waits(heard, sleep=sleep, monotonic=lambda: 0.0)
    threads = {seconds: threading.Thread(target=waits.by_choice, args=("a.test", seconds)) for seconds in gates}
    for thread in threads.values():
        thread.start()
    inside.wait(timeout=10)
    gates[20.0].set()
    threads[20.0].join(timeout=10)
    assert ("end", "wait for a.test") not in heard.told
    gates[60.0].set()
    threads[60.0].join(timeout=10)
    assert heard.told[-1] == ("end", "wait for a.test")
    assert heard.told.count(("end", "wait for a.test")) == 1
    assert ("begin", "wait for a.test", 60, "seconds") in heard.told
