"""Advisories come the way that images come: through the same proxies, which are shown a wrong password once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.oci.faulty import FaultyRegistry, Reply
from tests.integration.oci.proxy import RecordingProxy
from tests.unit.advisories.records import NOW, affects, record, write_archive

from basewise.engine.advisories import FeedAccess, held_ecosystems, update
from basewise.oci.credentials.interface import Credential
from basewise.oci.proxies import Proxies
from basewise.oci.settings import Network

RIGHT = Credential(username="me", password="pr0xy").basic()


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[RecordingProxy]:
    archive = write_archive(
        tmp_path / "mirror",
        "Debian",
        [record("DSA-1-1", affects("Debian:12", "curl", "introduced=0"), upstream=["CVE-2024-1111"])],
    )
    with FaultyRegistry() as server, RecordingProxy({"feeds.test": server.host}, login=RIGHT) as opened:
        server.on("/Debian/all.zip", Reply(body=archive.read_bytes()))
        yield opened


def access(proxy: RecordingProxy, scheme: str, user: str) -> FeedAccess:
    url = f"http://{user}{proxy.host}"
    return FeedAccess(mirror=f"{scheme}://feeds.test", network=Network(proxies=Proxies(http=url, https=url)))


def test_feeds_are_fetched_through_the_proxy(proxy: RecordingProxy, tmp_path: Path) -> None:
    target = tmp_path / "advisories.sqlite"
    problems = update(target, ["Debian"], access(proxy, "http", "me:pr0xy@"), now=NOW)
    assert held_ecosystems(target) == {"Debian"}
    assert len(problems) == 2  # this mirror has neither CISA's file nor FIRST's
    assert proxy.hosts() == {"feeds.test"}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_password_that_the_proxy_refuses_is_shown_once_for_all_feeds(
    proxy: RecordingProxy, tmp_path: Path, scheme: str
) -> None:
    target = tmp_path / "advisories.sqlite"
    problems = update(target, ["Debian", "Go"], access(proxy, scheme, "me:wr0ng@"), now=NOW)
    assert len(proxy.passed) == 1
    assert len(problems) == 4
    assert all(f"the proxy http://{proxy.host} does not accept the login" in problem for problem in problems)
    assert ["no account is locked" in problem for problem in problems] == [False, False, False, True]
    assert "wr0ng" not in "".join(problems)
    assert not target.exists()
