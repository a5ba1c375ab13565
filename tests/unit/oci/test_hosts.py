from __future__ import annotations

from basewise.oci.hosts import address_of, is_loopback


def test_loopback_is_told_without_looking_up() -> None:
    assert all(is_loopback(host) for host in ("localhost", "a.localhost", "127.9.9.9", "::1"))
    assert not any(is_loopback(host) for host in ("localhost.test", "10.0.0.1", "notlocalhost", "fe80::1"))


def test_an_address_is_read_with_brackets_and_without() -> None:
    assert address_of("[fd00::1]") == address_of("fd00::1") is not None
    assert address_of("a.test") is None
