from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.integration.oci.answers import Clock
from tests.integration.oci.faulty import FaultyRegistry

from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.oci.registry import RegistrySource


@pytest.fixture
def registry() -> Iterator[FaultyRegistry]:
    with FaultyRegistry() as server:
        yield server


@pytest.fixture
def elsewhere() -> Iterator[FaultyRegistry]:
    with FaultyRegistry() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(clock: Clock) -> Iterator[RegistrySource]:
    limits = Limits(manifest_bytes=100_000, read_seconds=5, connect_seconds=5)
    opened = RegistrySource(limits=limits, now=lambda: clock.now, sleep=clock.sleep)
    yield opened
    opened.close()


@pytest.fixture
def reference(registry: FaultyRegistry) -> Reference:
    return Reference.parse(f"{registry.host}/app:1")


@pytest.fixture
def make(clock: Clock) -> Iterator[Callable[..., RegistrySource]]:
    made: list[RegistrySource] = []

    def build(**more: object) -> RegistrySource:
        limits = Limits(read_seconds=5, connect_seconds=5)
        made.append(RegistrySource(limits=limits, now=lambda: clock.now, sleep=clock.sleep, **more))  # type: ignore[arg-type]
        return made[-1]

    yield build
    for source in made:
        source.close()
