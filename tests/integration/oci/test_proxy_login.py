"""A proxy is shown a wrong password once in a run, however many images and threads there are: accounts get locked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest
from tests.integration.oci.answers import DIGEST, GOOD, TAG_PATH, Clock
from tests.integration.oci.faulty import Reply
from tests.integration.oci.world import World, ref

from basewise.model.errors import ImageError
from basewise.model.reference import Reference
from basewise.oci.credentials.interface import Credential
from basewise.oci.meter import Meter
from basewise.oci.proxies import Proxies
from basewise.oci.registry import RegistrySource
from basewise.oci.settings import Network

Open = Callable[..., RegistrySource]
RIGHT = Credential(username="me", password="pr0xy").basic()


@pytest.fixture
def through(world: World, clock: Clock) -> Iterator[Open]:
    with ExitStack() as stack:

        def build(scheme: str, user: str, meter: Meter | None = None) -> RegistrySource:
            proxy = f"http://{user}{world.proxy.host}"
            source = RegistrySource(
                network=Network(proxies=Proxies(http=proxy, https=proxy)),
                allow_plain_http=["registry.test", "other.test"] if scheme == "http" else [],
                now=lambda: clock.now,
                waits=clock.held,
                lookup=lambda _: ["93.184.215.14"],
                meter=meter,
            )
            return stack.enter_context(closing(source))

        yield build


def images(count: int) -> list[Reference]:
    return [Reference.parse(f"{host}.test/app:{at}") for at in range(count) for host in ("registry", "other")]


def failure(source: RegistrySource, reference: Reference) -> ImageError:
    with pytest.raises(ImageError) as caught:
        source.resolve(reference)
    return caught.value


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_password_that_is_refused_is_shown_once_for_all_images_of_all_threads(
    world: World, through: Open, clock: Clock, scheme: str
) -> None:
    world.proxy.login = RIGHT
    meter = Meter()
    source, barrier = through(scheme, "me:wr0ng@", meter), threading.Barrier(8)

    def resolve(reference: Reference) -> ImageError:
        barrier.wait(timeout=10)
        return failure(source, reference)

    with ThreadPoolExecutor(8) as pool:
        errors = list(pool.map(resolve, images(4)))
    errors.append(failure(source, ref("third.test" if scheme == "https" else "registry.test")))
    assert len(world.proxy.passed) == 1
    assert clock.waits == []
    assert sum(entry.requests for entry in meter.traffic()) == 1
    for error in errors:
        assert f"the proxy http://{world.proxy.host} does not accept the login given for it" in error.message
        assert "no account is locked" in error.remedy
        assert "wr0ng" not in error.diagnostics()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_login_and_is_given_none_is_named(world: World, through: Open, scheme: str) -> None:
    world.proxy.login = RIGHT
    error = failure(through(scheme, ""), ref("registry.test"))
    assert error.message == f"registry.test cannot be read: the proxy http://{world.proxy.host} wants a login"
    assert "http://USER:PASSWORD@HOST:PORT" in error.remedy
    assert len(world.proxy.passed) == 1


def test_a_right_password_opens_the_proxy_to_all_threads(world: World, through: Open) -> None:
    world.proxy.login = RIGHT
    for name in ("registry.test", "other.test"):
        for at in range(4):
            world.host(name).on(f"/v2/app/manifests/{at}", GOOD)
    source = through("http", "me:pr0xy@")
    with ThreadPoolExecutor(8) as pool:
        assert {found.digest for found in pool.map(source.resolve, images(4))} == {DIGEST}


def test_a_proxy_that_knows_the_password_may_refuse_one_host_and_serve_the_others(world: World, through: Open) -> None:
    world.proxy.login = RIGHT
    world.host("registry.test").on(TAG_PATH, GOOD)
    world.host("other.test").on(TAG_PATH, Reply(407))  # as a proxy does whose rules want another group
    source = through("http", "me:pr0xy@")
    assert source.resolve(ref("registry.test")).digest == DIGEST
    for _ in range(3):
        assert "does not accept the login" in failure(source, ref("other.test")).message
    assert source.resolve(ref("registry.test")).digest == DIGEST
    assert len(world.host("other.test").seen) == 1


def test_a_password_that_ceases_to_be_good_is_shown_once_more_for_a_host(world: World, through: Open) -> None:
    world.proxy.login = RIGHT
    world.host("registry.test").on(TAG_PATH, GOOD)
    source = through("http", "me:pr0xy@")
    assert source.resolve(ref("registry.test")).digest == DIGEST
    world.proxy.login = "Basic another"
    for _ in range(3):
        assert "does not accept the login" in failure(source, ref("registry.test")).message
    assert len(world.proxy.passed) == 2


def test_a_407_without_a_proxy_is_the_word_of_the_registry(world: World, clock: Clock) -> None:
    server = world.host("registry.test")
    server.on(TAG_PATH, Reply(407))
    with closing(RegistrySource(now=lambda: clock.now, waits=clock.held)) as source:
        assert failure(source, ref(server.host)).message == f"{server.host} answers {server.host}/app:1 with status 407"
