"""A registry does not decide alone to whom its credentials are shown, nor how often."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.oci import front
from tests.integration.oci.answers import DIGEST, GOOD, TAG_PATH
from tests.integration.oci.faulty import Reply
from tests.integration.oci.world import Visit, World, docker_config, ref

from basewise.model.errors import AccessDenied
from basewise.oci.credentials.interface import Credential
from basewise.oci.settings import Logins


def test_a_registry_cannot_have_its_credentials_shown_to_a_stranger(world: World, visit: Visit, tmp_path: Path) -> None:
    login = Credential(username="me", password="s3cret")
    server, stranger = world.host("registry.test"), world.host("stranger.test")
    stranger.on("/token", front.token_service(lambda: "t0ken", login=login))
    server.on(TAG_PATH, front.bearer("http://stranger.test/token", {"t0ken"}, GOOD))
    logins = docker_config(tmp_path, {"registry.test": login})
    with pytest.raises(AccessDenied, match="not known to belong to it") as caught:
        visit(logins).resolve(ref("registry.test"))
    assert "--token-service stranger.test" in caught.value.remedy
    assert world.proxy.hosts() == {"registry.test"}
    allowed = visit(logins, token_services=["stranger.test"])
    assert allowed.resolve(ref("registry.test")).digest == DIGEST
    assert world.who_saw("t0ken") == {"registry.test"}


def test_without_credentials_any_token_service_is_asked(world: World, visit: Visit) -> None:
    world.host("stranger.test").on("/token", front.token_service(lambda: "t0ken"))
    world.host("registry.test").on(TAG_PATH, front.bearer("http://stranger.test/token", {"t0ken"}, GOOD))
    assert visit(Logins()).resolve(ref("registry.test")).digest == DIGEST


def test_a_login_that_is_refused_makes_room_for_the_next_one(world: World, visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    stale = docker_config(tmp_path / "old", {"registry.test": Credential(username="me", password="st4le")})
    good = docker_config(tmp_path, {"registry.test": Credential(username="me", password="s3cret")})
    login = Credential(username="me", password="s3cret")
    world.host("registry.test").on(TAG_PATH, front.basic(login, GOOD))
    images = visit(Logins(files=(*stale.files, *good.files)))
    for _ in range(2):
        assert images.resolve(ref("registry.test")).digest == DIGEST
    shown = [seen.headers.get("authorization") for seen in world.host("registry.test").seen]
    assert shown == [None, Credential(username="me", password="st4le").basic(), login.basic(), login.basic()]


def test_a_refused_password_is_shown_to_a_token_service_once_for_a_repository(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    server = world.host("registry.test")
    server.on("/token", Reply(401))
    server.on(TAG_PATH, front.bearer("http://registry.test/token", set(), GOOD))
    images = visit(docker_config(tmp_path, {"registry.test": Credential(username="me", password="wr0ng")}))
    for _ in range(3):
        with pytest.raises(AccessDenied, match="with the credentials given for it"):
            images.resolve(ref("registry.test"))
    assert len(server.asked("/token")) == 1
