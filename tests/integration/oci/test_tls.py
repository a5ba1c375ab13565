"""Real TLS on loopback: whom we trust, and to whom we show our certificate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from tests.integration.certificates import Authority, Pair
from tests.integration.oci.answers import BLOB, BLOB_PATH, DIGEST, GOOD, TAG_PATH, Clock, pull
from tests.integration.oci.faulty import FaultyRegistry, Reply
from tests.integration.oci.proxy import RecordingProxy
from tests.integration.oci.world import ref

from basewise.model.errors import ImageError, UsageError
from basewise.oci.proxies import Proxies
from basewise.oci.registry import RegistrySource
from basewise.oci.settings import ClientCertificate, Network


class Town:
    """Servers with certificates, reached by name through tunnels of a proxy."""

    def __init__(self, folder: Path, stack: ExitStack, clock: Clock) -> None:
        self._stack, self._clock = stack, clock
        self.folder = folder
        self.authority, self.clients = Authority(folder), Authority(folder, "clients")
        self.certificate = self.clients.issue("me")
        self.proxy = stack.enter_context(RecordingProxy({}))

    def host(self, name: str, *, wants_certificate: bool = False) -> FaultyRegistry:
        context = self.authority.server(name, clients=self.clients if wants_certificate else None)
        server = self._stack.enter_context(FaultyRegistry(context))
        self.proxy.names[name] = server.host
        server.on(TAG_PATH, GOOD)
        server.on(BLOB_PATH, Reply(body=BLOB))
        return server

    def source(self, **network: object) -> RegistrySource:
        proxies = Proxies(https=f"http://{self.proxy.host}")
        known = {"proxies": proxies, "more_authorities": (self.authority.bundle,)} | network
        source = RegistrySource(
            network=Network(**known),  # type: ignore[arg-type]
            now=lambda: self._clock.now,
            waits=self._clock.held,
            lookup=lambda _: ["93.184.215.14"],
        )
        return self._stack.enter_context(closing(source))


@pytest.fixture
def town(tmp_path: Path, clock: Clock) -> Iterator[Town]:
    with ExitStack() as stack:
        yield Town(tmp_path, stack, clock)


def shown(pair: Pair) -> ClientCertificate:
    return ClientCertificate(certificate=pair.certificate, key=pair.key)


def test_a_registry_is_reached_through_a_tunnel_and_the_proxy_sees_its_name_only(town: Town) -> None:
    town.host("registry.test")
    source = town.source()
    assert source.resolve(ref("registry.test")).digest == DIGEST
    assert pull(source, ref("registry.test")) == BLOB
    assert {passed.method for passed in town.proxy.passed} == {"CONNECT"}
    assert town.proxy.hosts() == {"registry.test:443"}


def test_an_authority_nobody_named_is_not_trusted(town: Town) -> None:
    town.host("registry.test")
    with pytest.raises(ImageError, match="certificate is not trusted"):
        town.source(more_authorities=()).resolve(ref("registry.test"))
    assert len(town.proxy.passed) == 1  # another try would meet it again


def test_authorities_can_be_replaced(town: Town, tmp_path: Path) -> None:
    town.host("registry.test")
    source = town.source(more_authorities=(), authorities=town.authority.bundle)
    assert source.resolve(ref("registry.test")).digest == DIGEST
    other = Authority(tmp_path, "other")
    with pytest.raises(ImageError, match="not trusted"):
        town.source(more_authorities=(), authorities=other.bundle).resolve(ref("registry.test"))


def test_a_registry_that_wants_a_certificate_is_shown_ours(town: Town) -> None:
    town.host("registry.test", wants_certificate=True)
    source = town.source(client_certificate=shown(town.certificate))
    assert source.resolve(ref("registry.test")).digest == DIGEST
    assert pull(source, ref("registry.test")) == BLOB


def test_without_our_certificate_the_reason_is_told(town: Town, tmp_path: Path) -> None:
    town.host("registry.test", wants_certificate=True)
    stranger = shown(Authority(tmp_path, "strangers").issue("stranger"))
    for certificate in (None, stranger):
        with pytest.raises(ImageError, match="it wants a client certificate that it trusts") as caught:
            town.source(client_certificate=certificate).resolve(ref("registry.test"))
        assert f"through the proxy http://{town.proxy.host}" in caught.value.message


def test_our_certificate_is_not_shown_to_a_host_that_the_registry_sends_us_to(town: Town) -> None:
    registry, cdn = town.host("registry.test"), town.host("cdn.test", wants_certificate=True)
    registry.on(BLOB_PATH, Reply(307, {"location": "https://cdn.test/store"}))
    cdn.on("/store", Reply(body=BLOB))
    source = town.source(client_certificate=shown(town.certificate))
    with pytest.raises(ImageError, match=r"cdn\.test cannot be read .*it wants a client certificate"):
        pull(source, ref("registry.test"))
    assert cdn.seen == []


@pytest.mark.parametrize("name", ["registry.test:8443", "registry.test"])
def test_certificates_in_the_folder_of_a_host_are_for_that_host(town: Town, name: str) -> None:
    town.host("registry.test", wants_certificate=True)
    town.host("other.test")
    folder = town.folder / "certs.d" / name
    folder.mkdir(parents=True)
    (folder / "ca.crt").write_bytes(town.authority.bundle.read_bytes())
    (folder / "client.cert").write_bytes(town.certificate.certificate.read_bytes())
    (folder / "client.key").write_bytes(town.certificate.key.read_bytes())
    folders = (town.folder / "nowhere", town.folder / "certs.d")
    source = town.source(more_authorities=(), host_certificates=folders)
    assert source.resolve(ref(name)).digest == DIGEST
    with pytest.raises(ImageError, match="not trusted"):
        source.resolve(ref("other.test"))


@pytest.mark.parametrize("content", [b"", b"no certificate"])
def test_a_broken_folder_spoils_its_own_host_only(town: Town, content: bytes) -> None:
    town.host("registry.test")
    town.host("other.test")
    folder = town.folder / "certs.d" / "registry.test"
    folder.mkdir(parents=True)
    (folder / "ca.crt").write_bytes(content)
    source = town.source(host_certificates=(town.folder / "certs.d",))
    with pytest.raises(ImageError, match=r"certificates in .*registry\.test cannot be used"):
        source.resolve(ref("registry.test"))
    assert source.resolve(ref("other.test")).digest == DIGEST


def test_a_certificate_without_its_key_in_the_folder_is_told(town: Town) -> None:
    town.host("registry.test")
    folder = town.folder / "certs.d" / "registry.test"
    folder.mkdir(parents=True)
    (folder / "client.cert").write_bytes(town.certificate.certificate.read_bytes())
    with pytest.raises(ImageError, match="no such file"):
        town.source(host_certificates=(town.folder / "certs.d",)).resolve(ref("registry.test"))


def test_files_that_are_no_certificates_are_usage_errors_before_anything_is_asked(town: Town, tmp_path: Path) -> None:
    sealed = town.clients.issue("sealed", passphrase=b"s3cret")
    text = tmp_path / "text"
    text.write_text("no certificate")
    none = tmp_path / "none"
    for network in (
        {"client_certificate": shown(sealed)},
        {"client_certificate": ClientCertificate(certificate=town.certificate.certificate, key=text)},
        {"client_certificate": ClientCertificate(certificate=none, key=none)},
        {"client_certificate": ClientCertificate(certificate=sealed.certificate, key=town.certificate.key)},
        {"more_authorities": (text,)},
        {"more_authorities": (none,)},
        {"authorities": text},
    ):
        with pytest.raises(UsageError, match="cannot be used"):
            town.source(**network)


def test_a_proxy_that_refuses_is_told_with_its_name_and_without_its_password(town: Town, clock: Clock) -> None:
    town.proxy.login = "Basic nothing"
    proxies = Proxies(https=f"http://me:pr0xy@{town.proxy.host}")
    with pytest.raises(ImageError, match="does not accept the login given for it") as caught:
        town.source(proxies=proxies).resolve(ref("registry.test"))
    assert "pr0xy" not in caught.value.diagnostics() + repr(proxies)
    assert town.proxy.host in caught.value.message
    assert clock.waits == []
    assert len(town.proxy.passed) == 1


def test_a_407_inside_a_tunnel_is_the_word_of_the_registry(town: Town) -> None:
    town.host("registry.test").on(TAG_PATH, Reply(407))
    with pytest.raises(ImageError, match=r"^registry\.test answers registry\.test/app:1 with status 407"):
        town.source().resolve(ref("registry.test"))


def test_a_proxy_that_fails_for_a_host_is_asked_again(town: Town) -> None:
    with pytest.raises(ImageError, match="answers with status 502"):
        town.source().resolve(ref("unknown.test"))
    assert len(town.proxy.passed) == 5
