from __future__ import annotations

from contextlib import closing

import pytest
from tests.integration.oci.answers import BLOB, BLOB_PATH, GOOD, TAG_PATH, Clock, pull
from tests.integration.oci.faulty import FaultyRegistry, Reply

from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.model.traffic import Traffic
from basewise.oci.meter import Meter
from basewise.oci.registry import RegistrySource


def budgeted(clock: Clock, meter: Meter | None = None, **limits: float) -> RegistrySource:
    return RegistrySource(limits=Limits(**limits), now=lambda: clock.now, sleep=clock.sleep, meter=meter)  # type: ignore[arg-type]


def test_requests_to_one_registry_are_spread_over_the_minute_and_others_do_not_wait(
    registry: FaultyRegistry, elsewhere: FaultyRegistry, reference: Reference, clock: Clock
) -> None:
    registry.on(TAG_PATH, GOOD)
    elsewhere.on(TAG_PATH, GOOD)
    with closing(budgeted(clock, registry_requests_per_minute=30)) as source:
        for _ in range(4):
            source.resolve(reference)
        assert clock.waits == pytest.approx([2.0, 2.0, 2.0])
        source.resolve(Reference.parse(f"{elsewhere.host}/app:1"))
    assert len(clock.waits) == 3


def test_a_blob_is_read_no_faster_than_the_bandwidth(
    registry: FaultyRegistry, reference: Reference, clock: Clock
) -> None:
    registry.on(BLOB_PATH, Reply(body=BLOB))
    with closing(budgeted(clock, registry_bytes_per_second=50_000)) as source:
        assert pull(source, reference) == BLOB
    assert sum(clock.waits) == pytest.approx((len(BLOB) - 50_000) / 50_000)


def test_what_is_fetched_elsewhere_counts_for_the_registry_that_sent_us(
    registry: FaultyRegistry, elsewhere: FaultyRegistry, reference: Reference, clock: Clock
) -> None:
    registry.on("/token", Reply(body=b'{"token": "one"}'))
    challenge = {"www-authenticate": f'Bearer realm="{registry.url}/token"'}
    registry.on(BLOB_PATH, Reply(401, challenge), Reply(307, {"location": f"{elsewhere.url}/store"}))
    elsewhere.on("/store", Reply(body=BLOB))
    meter = Meter()
    with closing(budgeted(clock, meter)) as source:
        assert pull(source, reference) == BLOB
    size = len(BLOB) + len(b'{"token": "one"}')
    assert meter.traffic() == [Traffic(registry=registry.host, requests=4, bytes=size)]


def test_tries_that_fail_are_counted_too(registry: FaultyRegistry, reference: Reference, clock: Clock) -> None:
    registry.on(TAG_PATH, Reply(503), Reply(503), GOOD)
    meter = Meter()
    with closing(budgeted(clock, meter)) as source:
        source.resolve(reference)
    assert [entry.requests for entry in meter.traffic()] == [3]
