from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.integration.oci.answers import DIGEST, GOOD, Clock
from tests.integration.oci.faulty import FaultyRegistry, Reply

from basewise.model.errors import AccessDenied, ImageError
from basewise.model.reference import Reference
from basewise.oci.credentials.chain import Credentials
from basewise.oci.credentials.entries import Entries
from basewise.oci.credentials.interface import Credential
from basewise.oci.registry import RegistrySource

PATH = "/v2/app/manifests/1"
ME = Credential(username="me", password="hunter2")  # the tests look for this password where it must not be
Make = Callable[..., RegistrySource]


def holding(entries: dict[str, Credential]) -> Credentials:
    return Credentials([Entries(entries)])


def token(value: str, **more: object) -> Reply:
    return Reply(body=json.dumps({"token": value, **more}).encode())


def bearer(server: FaultyRegistry, scope: str = "repository:app:pull") -> Reply:
    return Reply(401, {"www-authenticate": f'Bearer realm="{server.url}/token",service="reg",scope="{scope}"'})


def test_an_anonymous_token_is_fetched_once_and_kept(
    registry: FaultyRegistry, make: Make, reference: Reference
) -> None:
    registry.on("/token", token("one", expires_in=300))
    registry.on(PATH, bearer(registry), GOOD)
    source = make()
    for _ in range(3):
        source.resolve(reference)
    (asked,) = registry.asked("/token")
    assert parse_qs(urlsplit(asked.path).query) == {"service": ["reg"], "scope": ["repository:app:pull"]}
    assert "authorization" not in asked.headers
    assert [seen.headers.get("authorization") for seen in registry.asked(PATH)] == [None] + ["Bearer one"] * 3


def test_a_token_is_renewed_before_it_expires(
    registry: FaultyRegistry, make: Make, reference: Reference, clock: Clock
) -> None:
    registry.on("/token", token("one", expires_in=300), token("two", expires_in=300))
    registry.on(PATH, bearer(registry), GOOD)
    source = make()
    source.resolve(reference)
    clock.now += 280
    source.resolve(reference)
    assert registry.asked(PATH)[-1].headers["authorization"] == "Bearer two"
    assert len(registry.asked(PATH)) == 3


def test_a_token_that_the_registry_no_longer_takes_is_renewed(
    registry: FaultyRegistry, make: Make, reference: Reference
) -> None:
    registry.on("/token", token("one"), token("two"))
    registry.on(PATH, bearer(registry), GOOD, bearer(registry), GOOD)
    source = make()
    source.resolve(reference)
    source.resolve(reference)
    used = [seen.headers.get("authorization") for seen in registry.asked(PATH)]
    assert used == [None, "Bearer one", "Bearer one", "Bearer two"]


def test_a_registry_that_takes_no_token_is_access_denied_with_a_remedy(
    registry: FaultyRegistry, make: Make, reference: Reference
) -> None:
    registry.on("/token", token("one"))
    registry.on(PATH, bearer(registry))
    with pytest.raises(AccessDenied) as caught:
        make().resolve(reference)
    assert caught.value.remedy == f"Run: docker login {registry.host}"
    assert len(registry.asked(PATH)) == 2


def test_credentials_are_shown_to_the_token_service_and_the_token_to_the_registry(
    registry: FaultyRegistry, elsewhere: FaultyRegistry, make: Make, reference: Reference
) -> None:
    elsewhere.on("/token", Reply(body=b'{"access_token": "one"}'))
    registry.on(PATH, bearer(elsewhere), GOOD)
    make(credentials=holding({registry.host: ME})).resolve(reference)
    assert elsewhere.asked("/token")[0].headers["authorization"] == ME.basic()
    assert [seen.headers.get("authorization") for seen in registry.seen] == [None, "Bearer one"]


def test_an_identity_token_is_exchanged(registry: FaultyRegistry, make: Make, reference: Reference) -> None:
    registry.on("/token", token("one"))
    registry.on(PATH, bearer(registry), GOOD)
    credential = Credential(username="<token>", identity_token="refresh9")
    make(credentials=holding({registry.host: credential})).resolve(reference)
    (asked,) = registry.asked("/token")
    assert asked.method == "POST"
    assert {name: value[0] for name, value in parse_qs(asked.body.decode()).items()} == {
        "grant_type": "refresh_token",
        "service": "reg",
        "client_id": "basewise",
        "scope": "repository:app:pull",
        "refresh_token": "refresh9",
    }


def test_a_form_with_an_identity_token_follows_no_redirect(
    registry: FaultyRegistry, elsewhere: FaultyRegistry, make: Make, reference: Reference
) -> None:
    registry.on("/token", Reply(307, {"location": f"{elsewhere.url}/token"}))
    registry.on(PATH, bearer(registry))
    with pytest.raises(ImageError, match="status 307"):
        make(credentials=holding({registry.host: Credential(identity_token="refresh9")})).resolve(reference)
    assert elsewhere.seen == []


def test_several_scopes_are_asked_for_one_by_one(registry: FaultyRegistry, make: Make, reference: Reference) -> None:
    registry.on("/token", token("one"))
    registry.on(PATH, bearer(registry, "repository:app:pull repository:base:pull"), GOOD)
    make().resolve(reference)
    query = parse_qs(urlsplit(registry.asked("/token")[0].path).query)
    assert query["scope"] == ["repository:app:pull", "repository:base:pull"]


def test_basic_credentials_are_shown_when_asked_for(registry: FaultyRegistry, make: Make, reference: Reference) -> None:
    registry.on(PATH, Reply(401, {"www-authenticate": 'Basic realm="registry"'}), GOOD)
    source = make(credentials=holding({registry.host: ME}))
    source.resolve(reference)
    source.resolve(reference)
    assert [seen.headers.get("authorization") for seen in registry.seen] == [None, ME.basic(), ME.basic()]


def test_basic_credentials_that_are_refused_are_not_shown_again(
    registry: FaultyRegistry, make: Make, reference: Reference
) -> None:
    registry.on(PATH, Reply(401, {"www-authenticate": "Basic"}))
    with pytest.raises(AccessDenied, match="with the credentials given for it"):
        make(credentials=holding({registry.host: ME})).resolve(reference)
    assert len(registry.seen) == 2


def test_credentials_of_another_registry_are_not_shown(
    registry: FaultyRegistry, make: Make, reference: Reference
) -> None:
    registry.on(PATH, Reply(401, {"www-authenticate": "Basic"}))
    with pytest.raises(AccessDenied, match="without a login"):
        make(credentials=holding({"other.test": ME})).resolve(reference)
    assert len(registry.seen) == 1


def test_several_threads_fetch_one_token_once(registry: FaultyRegistry, make: Make, reference: Reference) -> None:
    registry.on("/token", token("one"))
    registry.on(PATH, lambda seen: GOOD if seen.headers.get("authorization") == "Bearer one" else bearer(registry))
    source, barrier = make(), threading.Barrier(8)

    def resolve(_: int) -> str:
        barrier.wait(timeout=10)
        return source.resolve(reference).digest

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(resolve, range(8))) == {DIGEST}
    assert len(registry.asked("/token")) == 1


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(body=b"<html>"), "no token"),
        (Reply(body=b"{}"), "usable token"),
        (Reply(body=b'{"token": "a\\r\\nx: y"}'), "usable token"),
        (Reply(body=b'{"token": "s3cret", "expires_in": "soon"}'), "no token"),
        (Reply(418), "status 418"),
        (Reply(401), "without a login"),
        (Reply(302, {"location": "http://169.254.169.254/"}), "without TLS"),
    ],
)
def test_a_token_service_that_does_not_work_is_told(
    registry: FaultyRegistry, make: Make, reference: Reference, reply: Reply, message: str
) -> None:
    registry.on("/token", reply)
    registry.on(PATH, bearer(registry))
    with pytest.raises(ImageError, match=message) as caught:
        make().resolve(reference)
    assert "s3cret" not in caught.value.diagnostics()


@pytest.mark.parametrize(
    ("challenge", "message"),
    [
        ('Bearer realm="https://169.254.169.254/token"', "link-local"),
        ('Bearer realm="http://auth.example/token"', "without TLS"),
        ('Bearer realm="/token"', "no token service"),
        ('Bearer realm="http://a.example:port/"', "no token service"),
        ("Bearer", "no token service"),
        ("Negotiate", "not supported"),
        ("", "not supported"),
    ],
)
def test_a_challenge_that_cannot_be_answered_is_told(
    registry: FaultyRegistry, make: Make, reference: Reference, challenge: str, message: str
) -> None:
    registry.on(PATH, Reply(401, {"www-authenticate": challenge}))
    with pytest.raises(ImageError, match=message):
        make(credentials=holding({registry.host: ME})).resolve(reference)


def test_no_secret_reaches_an_error_or_a_log(
    registry: FaultyRegistry, make: Make, reference: Reference, caplog: pytest.LogCaptureFixture
) -> None:
    registry.on("/token", token("t0ken"))
    registry.on(PATH, bearer(registry))
    source = make(credentials=holding({registry.host: ME}))
    with caplog.at_level(logging.DEBUG), pytest.raises(AccessDenied) as caught:
        source.resolve(reference)
    told = caught.value.diagnostics() + repr(caught.value) + caplog.text
    for secret in ("hunter2", ME.basic().removeprefix("Basic "), "t0ken"):
        assert secret not in told
