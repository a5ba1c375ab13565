"""Every kind of login, each against a registry that speaks it: who is shown what, and who is not."""

from __future__ import annotations

import itertools
import stat
from contextlib import closing
from pathlib import Path

import pytest
from tests.integration.oci import front
from tests.integration.oci.answers import BLOB, DIGEST, GOOD, TAG_PATH, Clock, pull
from tests.integration.oci.faulty import Reply
from tests.integration.oci.world import DENIED, Visit, World, docker_config, ref, serve

from basewise.model.errors import AccessDenied, ImageError
from basewise.oci.credentials.interface import Credential
from basewise.oci.proxies import Proxies
from basewise.oci.registry import RegistrySource
from basewise.oci.settings import Logins, Network

ACR = "team.azurecr.io"
LOGINS = {
    "ghcr.io": Credential(username="someone", password="ghp-s3cret"),
    "quay.io": Credential(username="$oauthtoken", password="quay-s3cret"),
    "harbor.test": Credential(username="robot$shop+reader", password="harb$or-s3cret"),
    "europe-docker.pkg.dev": Credential(username="_json_key", password='{"private_key": "goo:gle-s3cret\\n"}'),
}


@pytest.mark.parametrize("host", LOGINS)
def test_a_password_opens_a_token_service_and_goes_nowhere_else(
    world: World, visit: Visit, tmp_path: Path, host: str
) -> None:
    server, login = world.host(host), LOGINS[host]
    server.on("/token", front.token_service(lambda: "t0ken", login=login))
    serve(server, lambda inside: front.bearer(f"http://{host}/token", {"t0ken"}, inside), world.host("cdn.test"))
    images = visit(docker_config(tmp_path, LOGINS))
    assert images.resolve(ref(host)).digest == DIGEST
    assert pull(images, ref(host)) == BLOB
    assert {secret: world.who_saw(entry.password) for secret, entry in LOGINS.items()} == {
        other: {host} if other == host else set() for other in LOGINS
    }
    assert world.who_saw("t0ken") == {host}
    assert world.proxy.hosts() == {host, "cdn.test"}


def test_basic_credentials_go_to_their_registry_alone(world: World, visit: Visit, tmp_path: Path) -> None:
    login = Credential(username="me", password="basic-s3cret")
    serve(world.host("basic.test"), lambda inside: front.basic(login, inside), world.host("cdn.test"))
    images = visit(docker_config(tmp_path, {"basic.test": login}))
    assert images.resolve(ref("basic.test")).digest == DIGEST
    assert pull(images, ref("basic.test")) == BLOB
    assert world.who_saw("basic-s3cret") == {"basic.test"}
    assert world.proxy.hosts() == {"basic.test", "cdn.test"}


def test_a_token_is_fetched_anew_when_it_has_expired(world: World, visit: Visit, tmp_path: Path, clock: Clock) -> None:
    login, valid, numbers = Credential(username="me", password="s3cret"), set[str](), itertools.count(1)

    def give() -> str:
        valid.clear()
        valid.add(f"t0ken-{next(numbers)}")
        return next(iter(valid))

    server = world.host("expiring.test")
    server.on("/token", front.token_service(give, login=login, seconds=300))
    serve(server, lambda inside: front.bearer("http://expiring.test/token", valid, inside), world.host("cdn.test"))
    images = visit(docker_config(tmp_path, {"expiring.test": login}))
    images.resolve(ref("expiring.test"))
    clock.now += 290
    assert pull(images, ref("expiring.test")) == BLOB
    valid.clear()  # revoked before its time
    assert images.resolve(ref("expiring.test")).digest == DIGEST
    assert len(server.asked("/token")) == 3
    assert world.who_saw("s3cret") == {"expiring.test"}


def test_an_identity_token_is_exchanged_and_goes_to_its_token_service_alone(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    login = Credential(username="me", identity_token="refresh-s3cret")
    server = world.host("identity.test")
    server.on("/token", front.token_service(lambda: "t0ken", login=login))
    serve(server, lambda inside: front.bearer("http://identity.test/token", {"t0ken"}, inside), world.host("cdn.test"))
    images = visit(docker_config(tmp_path, {"identity.test": login}))
    assert pull(images, ref("identity.test")) == BLOB
    assert [seen.method for seen in server.asked("/token")] == ["POST"]
    assert world.who_saw("refresh-s3cret") == {"identity.test"}
    assert world.who_saw("t0ken") == {"identity.test"}


def test_a_helper_is_asked_for_its_registry_and_its_secret_goes_there_alone(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    login = Credential(username="me", password="helper-s3cret")
    program = tmp_path / "docker-credential-vault"
    program.write_text(
        """#!/bin/sh
read host; echo "$host" >> "$(dirname "$0")/asked"
echo '{"Username": "me", "Secret": "helper-s3cret"}'
"""
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    serve(world.host("helper.test"), lambda inside: front.basic(login, inside), world.host("cdn.test"))
    world.host("open.test").on(TAG_PATH, GOOD)
    images = visit(docker_config(tmp_path, {}, credHelpers={"helper.test": "vault"}))
    images.resolve(ref("open.test"))
    assert not (tmp_path / "asked").exists()
    assert pull(images, ref("helper.test")) == BLOB
    images.resolve(ref("helper.test"))
    assert (tmp_path / "asked").read_text() == "helper.test\n"
    assert world.who_saw("helper-s3cret") == {"helper.test"}


def test_an_azure_token_is_exchanged_at_azure_registries_alone(world: World, visit: Visit) -> None:
    server, other = world.host(ACR), world.host("other.test")
    server.on("/oauth2/exchange", front.azure_exchange(ACR, "entra-s3cret", "acr-refresh"))
    acr_login = Credential(identity_token="acr-refresh")
    server.on("/oauth2/token", front.token_service(lambda: "t0ken", login=acr_login))
    serve(server, lambda inside: front.bearer(f"http://{ACR}/oauth2/token", {"t0ken"}, inside), world.host("cdn.test"))
    other.on(TAG_PATH, Reply(401, {"www-authenticate": f'Bearer realm="http://{ACR}/oauth2/token"'}))
    images = visit(Logins(azure_token="entra-s3cret"))
    assert pull(images, ref(ACR)) == BLOB
    images.resolve(ref(ACR))
    with pytest.raises(AccessDenied):
        images.resolve(ref("other.test"))
    assert len(server.asked("/oauth2/exchange")) == 1
    assert world.who_saw("entra-s3cret") == {ACR}
    assert world.who_saw("acr-refresh") == {ACR}


@pytest.mark.parametrize("reply", [Reply(401), Reply(body=b"{}"), Reply(body=b"["), Reply(307, {"location": "/x"})])
def test_an_azure_token_that_is_not_exchanged_is_the_reason(world: World, visit: Visit, reply: Reply) -> None:
    world.host(ACR).on("/oauth2/exchange", reply)
    world.host(ACR).on(TAG_PATH, DENIED)
    with pytest.raises(AccessDenied, match="Azure token") as caught:
        visit(Logins(azure_token="entra-s3cret")).resolve(ref(ACR))
    assert "entra-s3cret" not in caught.value.diagnostics()


def test_the_password_of_a_proxy_is_shown_to_the_proxy_alone(world: World, clock: Clock) -> None:
    world.proxy.login = Credential(username="me", password="pr0xy").basic()
    world.host("registry.test").on(TAG_PATH, GOOD)

    def images(user: str) -> RegistrySource:
        proxies = Proxies(http=f"http://{user}{world.proxy.host}")
        return RegistrySource(
            network=Network(proxies=proxies),
            allow_plain_http=["registry.test"],
            now=lambda: clock.now,
            waits=clock.held,
        )

    with closing(images("me:pr0xy@")) as source:
        assert source.resolve(ref("registry.test")).digest == DIGEST
    assert world.host("registry.test").seen[-1].headers.keys().isdisjoint({"proxy-authorization", "authorization"})
    with closing(images("")) as source, pytest.raises(ImageError, match="wants a login") as caught:
        source.resolve(ref("registry.test"))
    assert f"the proxy http://{world.proxy.host}" in caught.value.message
    assert "--proxy" in caught.value.remedy
