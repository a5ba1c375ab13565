"""Logins at Amazon's registries: the far end checks signatures with botocore's own signer."""

from __future__ import annotations

import itertools

import pytest
from tests.integration.oci import front
from tests.integration.oci.answers import BLOB, DIGEST, START, TAG_PATH, Clock, pull
from tests.integration.oci.faulty import Reply
from tests.integration.oci.world import DENIED, Visit, World, ref, serve

from basewise.model.errors import AccessDenied
from basewise.oci.credentials.interface import Credential
from basewise.oci.settings import Logins

ECR, ECR_API = "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "api.ecr.eu-west-1.amazonaws.com"
ECR_PUBLIC, ECR_PUBLIC_API = "public.ecr.aws", "api.ecr-public.us-east-1.amazonaws.com"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS credentials where every AWS tool looks for them first."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "aws-s3cret",
        "AWS_SESSION_TOKEN": "aws-session-t0ken",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.mark.usefixtures("aws")
def test_amazon_gives_a_password_to_who_signs_and_it_is_renewed_before_it_ends(
    world: World, visit: Visit, clock: Clock
) -> None:
    passwords = (f"ecr-s3cret-{number}" for number in itertools.count(1))
    given: list[str] = []

    def give() -> object:
        given.append(next(passwords))
        return {"authorizationData": [front.aws_token(given[-1], clock.now + 12 * 3600)]}

    api = front.Aws(f"http://{ECR_API}/", "ecr", "eu-west-1", give)
    world.host(ECR_API).on("/", api)
    serve(
        world.host(ECR),
        lambda inside: (
            lambda seen: front.basic(Credential(username="AWS", password=given[-1]), inside)(seen) if given else DENIED
        ),
        world.host("cdn.test"),
    )
    images = visit(Logins(aws_endpoints={"ecr": f"http://{ECR_API}/"}))
    assert images.resolve(ref(ECR)).digest == DIGEST
    assert pull(images, ref(ECR)) == BLOB
    assert api.targets == ["AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"]
    clock.now += 12 * 3600 - 200
    assert pull(images, ref(ECR)) == BLOB
    assert given == ["ecr-s3cret-1", "ecr-s3cret-2"]
    assert world.who_saw("ecr-s3cret") == {ECR}
    assert world.who_saw("aws-session-t0ken") == {ECR_API}
    assert world.who_saw("aws-s3cret") == set()


@pytest.mark.usefixtures("aws")
def test_the_public_gallery_of_amazon_has_an_api_of_its_own(world: World, visit: Visit) -> None:
    api = front.Aws(
        f"http://{ECR_PUBLIC_API}/",
        "ecr-public",
        "us-east-1",
        lambda: {"authorizationData": front.aws_token("public-s3cret", START + 12 * 3600)},
    )
    world.host(ECR_PUBLIC_API).on("/", api)
    server, login = world.host(ECR_PUBLIC), Credential(username="AWS", password="public-s3cret")
    server.on("/token", front.token_service(lambda: "t0ken", login=login))
    serve(server, lambda inside: front.bearer(f"http://{ECR_PUBLIC}/token", {"t0ken"}, inside), world.host("cdn.test"))
    images = visit(Logins(aws_endpoints={"ecr-public": f"http://{ECR_PUBLIC_API}/"}))
    assert pull(images, ref(ECR_PUBLIC)) == BLOB
    assert api.targets == ["SpencerFrontendService.GetAuthorizationToken"]
    assert world.who_saw("public-s3cret") == {ECR_PUBLIC}


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(400), "AWS gives no login for ecr in eu-west-1: status 400"),
        (Reply(body=b"<html>"), "AWS answers with something that is no login"),
        (Reply(body=b'{"authorizationData": []}'), "AWS answers with something that is no login"),
        (
            Reply(body=b'{"authorizationData": [{"authorizationToken": "%"}]}'),
            "AWS answers with something that is no login",
        ),
        (Reply(307, {"location": "http://stranger.test/"}), "AWS gives no login for ecr in eu-west-1: status 307"),
    ],
)
def test_amazon_that_gives_no_password_is_the_reason(world: World, visit: Visit, reply: Reply, reason: str) -> None:
    world.host(ECR_API).on("/", reply)
    world.host(ECR).on(TAG_PATH, DENIED)
    images = visit(Logins(aws_endpoints={"ecr": f"http://{ECR_API}/"}))
    for _ in range(3):
        with pytest.raises(AccessDenied, match=reason):
            images.resolve(ref(ECR))
    assert len(world.host(ECR_API).seen) == 1
    assert "stranger.test" not in world.proxy.hosts()


@pytest.mark.usefixtures("aws")
def test_without_aws_credentials_the_reason_is_told(
    world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    world.host(ECR).on(TAG_PATH, DENIED)
    with pytest.raises(AccessDenied, match="there are no AWS credentials"):
        visit(Logins()).resolve(ref(ECR))
