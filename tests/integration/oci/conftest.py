from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.integration.oci.answers import Clock
from tests.integration.oci.faulty import FaultyRegistry
from tests.integration.oci.world import Visit, World

from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.oci.credentials import credentials
from basewise.oci.proxies import Proxies
from basewise.oci.registry import RegistrySource
from basewise.oci.settings import Logins, Network


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
    opened = RegistrySource(limits=limits, now=lambda: clock.now, waits=clock.held)
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
        made.append(RegistrySource(limits=limits, now=lambda: clock.now, waits=clock.held, **more))  # type: ignore[arg-type]
        return made[-1]

    yield build
    for source in made:
        source.close()


@pytest.fixture
def world() -> Iterator[World]:
    with ExitStack() as stack:
        yield World(stack)


@pytest.fixture
def visit(world: World, clock: Clock) -> Iterator[Visit]:
    made: list[RegistrySource] = []

    def build(logins: Logins, **more: object) -> RegistrySource:
        limits = Limits(read_seconds=10, connect_seconds=10)
        proxy = f"http://{world.proxy.host}"
        made.append(
            RegistrySource(
                credentials=credentials(logins, limits, now=lambda: clock.now),
                limits=limits,
                network=Network(proxies=Proxies(http=proxy, https=proxy)),
                allow_plain_http=[*world.proxy.names, "stranger.test"],
                now=lambda: clock.now,
                waits=clock.held,
                lookup=lambda _: ["93.184.215.14"],
                **more,  # type: ignore[arg-type]
            )
        )
        return made[-1]

    yield build
    for opened in made:
        opened.close()
