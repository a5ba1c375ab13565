from __future__ import annotations

import httpx
import pytest

from basewise.model.errors import ImageError
from basewise.oci.addresses import Addresses

TABLE = {
    "registry.test": ["93.184.215.14"],
    "internal.test": ["10.1.2.3"],
    "cdn.test": ["93.184.215.15", "2606:2800::1"],
    "mixed.test": ["93.184.215.15", "192.168.0.1"],
    "metadata.test": ["169.254.169.254"],
    "mapped.test": ["::ffff:10.0.0.1"],
    "scoped.test": ["fe80::1%eth0"],
    "shared.test": ["100.64.0.1"],
}


def lookup(host: str) -> list[str]:
    if host in TABLE:
        return TABLE[host]
    if host[0].isdigit():
        return [host]
    raise OSError("no such name")


def check(target: str, home: str, *, allow_private: bool = False) -> None:
    addresses = Addresses(
        plain_http=["plain.test", "lan.test:8080", "eighty.test:80"], allow_private=allow_private, lookup=lookup
    )
    addresses.check(httpx.URL(target), httpx.URL(home))


@pytest.mark.parametrize(
    ("target", "home"),
    [
        ("https://cdn.test/blob?signature=x", "https://registry.test"),
        ("https://internal.test/", "https://internal.test"),
        ("https://10.9.9.9/", "https://internal.test"),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000"),
        ("http://127.0.0.1:6000/", "http://localhost:5000"),
        ("http://plain.test/", "https://registry.test"),
        ("http://plain.test:8080/", "https://registry.test"),
        ("http://eighty.test/", "https://registry.test"),
        ("http://lan.test:8080/", "https://registry.test"),
        ("https://unknown.test/", "https://registry.test"),
    ],
)
def test_a_registry_may_send_us_to(target: str, home: str) -> None:
    TABLE.setdefault("localhost", ["127.0.0.1"])
    check(target, home)


@pytest.mark.parametrize(
    ("target", "home", "reason"),
    [
        ("https://internal.test/", "https://registry.test", "private"),
        ("https://127.0.0.1/", "https://registry.test", "private"),
        ("http://127.0.0.1:8080/", "https://registry.test", "private"),
        ("https://mixed.test/", "https://registry.test", "private"),
        ("https://mapped.test/", "https://registry.test", "private"),
        ("https://shared.test/", "https://registry.test", "private"),
        ("https://metadata.test/", "https://registry.test", "link-local"),
        ("https://scoped.test/", "https://registry.test", "link-local"),
        ("https://169.254.169.254/latest", "https://internal.test", "link-local"),
        ("http://cdn.test/", "https://registry.test", "without TLS"),
        ("http://lan.test/", "https://registry.test", "without TLS"),
        ("http://registry.test/", "https://registry.test", "without TLS"),
        ("ftp://cdn.test/", "https://registry.test", "no plain web address"),
        ("file:///etc/passwd", "https://registry.test", "no plain web address"),
        ("https://user:secret@cdn.test/", "https://registry.test", "no plain web address"),
    ],
)
def test_a_registry_may_not_send_us_to(target: str, home: str, reason: str) -> None:
    with pytest.raises(ImageError, match=reason) as caught:
        check(target, home)
    assert "secret" not in caught.value.diagnostics()


def test_private_targets_can_be_allowed() -> None:
    check("https://internal.test/", "https://registry.test", allow_private=True)


def test_plain_http_is_for_loopback_and_for_hosts_that_were_named() -> None:
    addresses = Addresses(plain_http=["plain.test"], allow_private=False, lookup=lookup)
    schemes = {
        host: addresses.base_url(host).scheme
        for host in ("registry.test", "plain.test", "plain.test:5000", "localhost:5000", "127.0.0.1", "[::1]:5000")
    }
    assert [host for host, scheme in schemes.items() if scheme == "https"] == ["registry.test"]


def test_a_host_that_is_none_is_an_image_error() -> None:
    addresses = Addresses(plain_http=(), allow_private=False, lookup=lookup)
    with pytest.raises(ImageError, match="port"):
        addresses.base_url("registry.test:99999999")
    with pytest.raises(ImageError, match="no registry host"):
        addresses.base_url("registry.test:port")


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("plain.test", "http://plain.test"),
        ("Plain.Test:5000", "http://plain.test:5000"),
        ("lan.test:8080", "http://lan.test:8080"),
        ("lan.test", "https://lan.test"),
        ("eighty.test:80", "http://eighty.test:80"),
        ("eighty.test", "https://eighty.test"),
        ("odd.test:443", "http://odd.test:443"),
        ("[fd00::1]:5000", "http://[fd00::1]:5000"),
        ("localhost:5000", "http://localhost:5000"),
        ("other.test", "https://other.test"),
    ],
)
def test_plain_text_is_spoken_where_it_is_allowed_and_on_no_other_port(host: str, url: str) -> None:
    allowed = ["plain.test", "lan.test:8080", "eighty.test:80", "odd.test:443", "fd00::1"]
    addresses = Addresses(plain_http=allowed, allow_private=False, lookup=lookup)
    assert addresses.base_url(host) == httpx.URL(url)
    addresses.check(addresses.base_url(host), addresses.base_url(host))
