from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from tests.integration.oci.answers import GOOD
from tests.integration.oci.faulty import FaultyRegistry, Reply

from basewise.model.errors import ImageError
from basewise.model.image import OCI_MANIFEST
from basewise.model.reference import Reference
from basewise.oci.mirrors import Mirrors
from basewise.oci.registry import RegistrySource

Make = Callable[..., RegistrySource]


class Reroute(httpx.BaseTransport):
    """Stands for DNS and TLS: brings requests for public names to loopback servers."""

    def __init__(self, **servers: FaultyRegistry) -> None:
        self._servers = {name.replace("_", "."): server for name, server in servers.items()}
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.scheme == "https"
        host, _, port = self._servers[request.url.host.replace("-", ".")].host.partition(":")
        url = request.url.copy_with(scheme="http", host=host, port=int(port))
        return self._inner.handle_request(httpx.Request(request.method, url, headers=request.headers))

    def close(self) -> None:
        self._inner.close()


def test_docker_hub_is_asked_at_its_own_host(registry: FaultyRegistry, make: Make) -> None:
    registry.on("/v2/library/python/manifests/3", GOOD)
    source = make(transport=Reroute(registry_1_docker_io=registry))
    assert source.resolve(Reference.parse("python:3")).media_type == OCI_MANIFEST
    assert registry.seen[0].headers["host"] == "registry-1.docker.io"


@pytest.mark.parametrize("path", ["/v2/app/manifests/1", "/token"])
def test_a_public_registry_may_not_lead_into_the_private_network(
    registry: FaultyRegistry, make: Make, path: str
) -> None:
    table = {"registry.example": ["93.184.215.14"], "inside.example": ["10.0.0.5"]}
    challenge = {"www-authenticate": 'Bearer realm="https://inside.example/token"'}
    redirect = {"location": "https://inside.example/x"}
    wrong = Reply(401, challenge) if path == "/token" else Reply(302, redirect)
    registry.on("/v2/app/manifests/1", wrong)
    source = make(transport=Reroute(registry_example=registry), lookup=lambda host: table[host])
    with pytest.raises(ImageError, match=r"inside\.example, which is a private address"):
        source.resolve(Reference.parse("registry.example/app:1"))
    assert len(registry.seen) == 1


def test_a_mirror_is_asked_instead(registry: FaultyRegistry, make: Make) -> None:
    registry.on("/v2/hub/library/python/manifests/3", GOOD)
    source = make(mirrors=Mirrors.parse([f"docker.io={registry.host}/hub"]))
    assert source.resolve(Reference.parse("python:3")).media_type == OCI_MANIFEST
