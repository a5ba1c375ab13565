from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.limits import Limits
from basewise.oci.budget import Bucket, Budget
from basewise.oci.waits import Waits

STEPS = st.lists(st.tuples(st.floats(0, 10), st.floats(0, 500)), min_size=1, max_size=50)


@given(rate=st.floats(0.01, 1000), steps=STEPS)
def test_no_more_than_the_rate_and_one_second_of_it_is_ever_taken(
    rate: float, steps: list[tuple[float, float]]
) -> None:
    clock = [0.0]
    bucket = Bucket(rate, now=lambda: clock[0])
    taken = 0.0
    for idle, amount in steps:
        clock[0] += idle
        taken += amount
        clock[0] += bucket.take(amount)
        assert taken <= (rate * clock[0] + max(rate, 1.0)) * (1 + 1e-6) + 1e-6


def test_who_takes_while_others_wait_waits_longer() -> None:
    bucket = Bucket(1.0, now=lambda: 0.0)
    assert [bucket.take(1) for _ in range(4)] == [0.0, 1.0, 2.0, 3.0]


def test_a_clock_that_goes_back_gives_nothing() -> None:
    clock = [100.0]
    bucket = Bucket(1.0, now=lambda: clock[0])
    bucket.take(1)
    clock[0] = 50.0
    assert bucket.take(1) == 1.0


def test_without_a_budget_nobody_waits() -> None:
    waits: list[float] = []
    budget = Budget(Limits(), now=lambda: 0.0, waits=Waits(sleep=waits.append))
    for _ in range(1000):
        budget.spend_request("a.test")
        budget.spend_bytes("a.test", 10**9)
    assert waits == []


def test_each_registry_has_a_budget_of_its_own() -> None:
    waits: list[float] = []
    limits = Limits(registry_requests_per_minute=60, registry_bytes_per_second=100)
    budget = Budget(limits, now=lambda: 0.0, waits=Waits(sleep=waits.append))
    for registry in ("a.test", "b.test", "a.test"):
        budget.spend_request(registry)
        budget.spend_bytes(registry, 100)
    assert waits == pytest.approx([1.0, 1.0])
