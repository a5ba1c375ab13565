from __future__ import annotations

from contextlib import closing

import pytest
from tests.archives import tar_bytes
from tests.integration.oci.answers import BLOB, BLOB_PATH, GOOD, TAG_PATH, Clock, pull
from tests.integration.oci.faulty import FaultyRegistry, Reply

from basewise.model.digest import sha256_of
from basewise.model.errors import LimitExceeded
from basewise.model.image import Descriptor
from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.model.traffic import Traffic
from basewise.oci.meter import Meter
from basewise.oci.registry import RegistrySource
from basewise.oci.waits import Waits
from basewise.scan.layer import read_layer

CONTENT = tar_bytes([("srv/data", BLOB)])
PLAIN = Descriptor("application/vnd.oci.image.layer.v1.tar", sha256_of(CONTENT), len(CONTENT))
PLAIN_PATH = f"/v2/app/blobs/{PLAIN.digest}"


def budgeted(clock: Clock, meter: Meter | None = None, waits: Waits | None = None, **limits: float) -> RegistrySource:
    return RegistrySource(
        limits=Limits(**limits),  # type: ignore[arg-type]
        now=lambda: clock.now,
        waits=waits or clock.held,
        meter=meter,
    )


def cut_and_throttled(*waits: int) -> list[Reply]:
    """A blob that breaks off in the middle, and a registry that asks to wait before it gives out the rest."""
    rest = Reply(206, {"content-range": f"bytes 100000-{len(CONTENT) - 1}/{len(CONTENT)}"}, CONTENT[100_000:])
    throttled = [Reply(429, {"retry-after": str(seconds)}) for seconds in waits]
    return [Reply(body=CONTENT, cut_after=100_000), *throttled, rest]


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


@pytest.mark.parametrize(
    "budget",
    [{}, {"registry_requests_per_minute": 1}, {"registry_bytes_per_second": 10_000}],
    ids=["none", "requests", "bytes"],
)
def test_time_that_is_waited_on_purpose_is_not_held_against_a_layer(
    registry: FaultyRegistry, reference: Reference, clock: Clock, budget: dict[str, float]
) -> None:
    registry.on(PLAIN_PATH, *cut_and_throttled(50, 55))
    waits = clock.held
    with closing(budgeted(clock, waits=waits, **budget)) as source, source.blob(reference, PLAIN) as chunks:
        contents = read_layer(chunks, PLAIN, Limits(layer_seconds=10), waits.working_time)
    assert contents.status.is_ok, contents.status.reason
    assert sum(clock.waits) > 100


def test_time_that_passes_otherwise_is_held_against_a_layer(
    registry: FaultyRegistry, reference: Reference, clock: Clock
) -> None:
    registry.on(PLAIN_PATH, *cut_and_throttled(50))
    with closing(budgeted(clock)) as source, source.blob(reference, PLAIN) as chunks:
        contents = read_layer(chunks, PLAIN, Limits(layer_seconds=10), lambda: clock.now)
    assert "layer_seconds" in contents.status.reason


def test_a_registry_cannot_make_a_layer_wait_for_ever(
    registry: FaultyRegistry, reference: Reference, clock: Clock
) -> None:
    registry.on(PLAIN_PATH, *(reply for _ in range(9) for reply in cut_and_throttled(50, 55)[:-1]))
    with (
        closing(budgeted(clock, layer_wait_seconds=200, attempts=4)) as source,
        pytest.raises(LimitExceeded, match="layer_wait_seconds = 200"),
    ):
        pull(source, reference, PLAIN)
    assert 200 < sum(clock.waits) < 400


def test_waits_for_our_own_budget_have_no_bound(registry: FaultyRegistry, reference: Reference, clock: Clock) -> None:
    registry.on(PLAIN_PATH, *cut_and_throttled())
    limits = {"layer_wait_seconds": 1, "registry_requests_per_minute": 0.5}
    with closing(budgeted(clock, **limits)) as source:
        assert pull(source, reference, PLAIN) == CONTENT
    assert sum(clock.waits) > 100
