"""A registry is shown a wrong password a few times in a run, however large the fleet is: accounts get locked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.integration.oci import front
from tests.integration.oci.answers import GOOD
from tests.integration.oci.faulty import FaultyRegistry, Reply, Seen
from tests.integration.oci.world import Visit, World, docker_config

from basewise.model.errors import AccessDenied, ImageError
from basewise.model.reference import Reference
from basewise.oci.credentials.interface import Credential
from basewise.oci.registry import RegistrySource
from basewise.oci.settings import Logins

WRONG, RIGHT = Credential(username="me", password="wr0ng"), Credential(username="me", password="s3cret")
STALE = Credential(username="<token>", identity_token="st4le")
CHALLENGE = Reply(401, {"www-authenticate": 'Bearer realm="http://registry.test/token",service="reg"'})
REPOSITORIES = [f"team/app{at}" for at in range(12)]
Step = Callable[[Seen], Reply]


def serve(server: FaultyRegistry, step: Step, repositories: list[str] = REPOSITORIES) -> None:
    for name in repositories:
        server.on(f"/v2/{name}/manifests/1", step)


def let_in(seen: Seen) -> Reply:
    return GOOD if seen.headers.get("authorization", "").startswith("Bearer ") else CHALLENGE


def outcomes(
    source: RegistrySource, repositories: list[str] = REPOSITORIES, threads: int = 8
) -> list[ImageError | None]:
    def resolve(name: str) -> ImageError | None:
        try:
            source.resolve(Reference.parse(f"registry.test/{name}:1"))
        except ImageError as error:
            return error
        return None

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(resolve, repositories))


def shown(server: FaultyRegistry, credential: Credential) -> int:
    secret = credential.identity_token.encode() or b"-"
    return sum(seen.headers.get("authorization") == credential.basic() or secret in seen.body for seen in server.seen)


@pytest.mark.parametrize("kind", ["basic", "token service", "identity token"])
def test_a_login_that_fails_is_tried_for_three_repositories_by_all_threads_together(
    world: World, visit: Visit, tmp_path: Path, kind: str
) -> None:
    server = world.host("registry.test")
    if kind == "basic":
        serve(server, front.basic(RIGHT, GOOD))
    else:
        serve(server, lambda _: CHALLENGE)
        server.on("/token", lambda seen: Reply(400 if seen.method == "POST" else 401))
    credential = STALE if kind == "identity token" else WRONG
    source = visit(docker_config(tmp_path, {"registry.test": credential}))
    errors = outcomes(source)
    assert shown(server, credential) == 3
    assert all(isinstance(error, AccessDenied) for error in errors)
    told = [error.message for error in errors if error is not None]
    assert sum("with the credentials given for it" in message for message in told) == 3
    assert sum("failed for 3 repositories" in message for message in told) == 9
    assert not any(secret in "".join(told) for secret in ("wr0ng", "st4le"))


def test_the_credential_after_one_that_was_given_up_opens_the_rest(world: World, visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    stale = docker_config(tmp_path / "old", {"registry.test": WRONG})
    good = docker_config(tmp_path, {"registry.test": RIGHT})
    server = world.host("registry.test")
    serve(server, front.basic(RIGHT, GOOD))
    assert outcomes(visit(Logins(files=(*stale.files, *good.files)))) == [None] * len(REPOSITORIES)
    assert shown(server, WRONG) == 3


def test_a_token_service_that_forbids_a_repository_has_accepted_the_login(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    server = world.host("registry.test")
    serve(server, let_in)
    mine = "repository%3Ateam%2Fapp11%3Apull"
    server.on("/token", lambda seen: Reply(body=b'{"token": "t0ken"}') if mine in seen.path else Reply(403))
    errors = outcomes(visit(docker_config(tmp_path, {"registry.test": RIGHT})))
    assert [error is None for error in errors] == [False] * 11 + [True]
    assert shown(server, RIGHT) == 12


def test_a_login_that_works_somewhere_is_tried_everywhere(world: World, visit: Visit, tmp_path: Path) -> None:
    server = world.host("registry.test")
    serve(server, lambda _: Reply(401, {"www-authenticate": "Basic"}))
    serve(server, front.basic(RIGHT, GOOD), [REPOSITORIES[0], REPOSITORIES[11]])
    errors = outcomes(visit(docker_config(tmp_path, {"registry.test": RIGHT})), threads=1)
    assert [error is None for error in errors] == [True] + [False] * 10 + [True]


def test_other_registries_are_shown_their_credentials_all_the_same(world: World, visit: Visit, tmp_path: Path) -> None:
    serve(world.host("registry.test"), front.basic(RIGHT, GOOD))
    world.host("other.test").on("/v2/app/manifests/1", front.basic(WRONG, GOOD))
    source = visit(docker_config(tmp_path, {"registry.test": WRONG, "other.test": WRONG}))
    assert None not in outcomes(source)
    source.resolve(Reference.parse("other.test/app:1"))


@pytest.mark.parametrize("known", [True, False], ids=["accepted", "anonymous"])
def test_who_has_nothing_to_lose_does_not_wait_for_others(
    world: World,
    visit: Visit,
    tmp_path: Path,
    known: bool,  # noqa: FBT001 - parametrised
) -> None:
    server, together = world.host("registry.test"), threading.Barrier(4)
    server.on("/token", Reply(body=b'{"token": "t0ken"}'))
    serve(server, let_in)
    source = visit(docker_config(tmp_path, {"registry.test": RIGHT} if known else {}))
    assert outcomes(source, REPOSITORIES[:1]) == [None]

    def meet(_: Seen) -> Reply:
        together.wait(timeout=10)
        return Reply(body=b'{"token": "t0ken"}')

    server.on("/token", meet)
    assert outcomes(source, REPOSITORIES[1:5], threads=4) == [None] * 4
