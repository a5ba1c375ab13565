from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from tests.unit.advisories.bucket import Bucket, Reply

from basewise.advisories.fetch import FeedUnavailable, RemoteFeed, Sources, fetch, http_client, remote_feeds
from basewise.model.limits import DEFAULT_LIMITS

LIMITS = msgspec.structs.replace(DEFAULT_LIMITS, attempts=3, retry_after_seconds=10.0)


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    server = Bucket()
    yield server
    server.close()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with http_client(LIMITS) as opened:
        yield opened


def debian(bucket: Bucket) -> RemoteFeed:
    return remote_feeds(["Debian:12"], Sources(osv=bucket.url))[0]


def test_ecosystems_become_urls_without_release() -> None:
    feeds = remote_feeds(
        ["Debian:12", "Debian:11", "BellSoft Hardened Containers:23", ""], Sources(osv="http://mirror/")
    )
    assert [feed.url for feed in feeds] == [
        "http://mirror/BellSoft%20Hardened%20Containers/all.zip",
        "http://mirror/Debian/all.zip",
        "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
        "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
    ]
    assert [feed.kind for feed in feeds] == ["osv", "osv", "kev", "epss"]


def test_a_feed_is_saved_with_its_origin(bucket: Bucket, client: httpx.Client, tmp_path: Path) -> None:
    bucket.replies["/Debian/all.zip"] = [Reply(200, body=b"x" * 200_000)]
    file = fetch(debian(bucket), tmp_path, client, limits=LIMITS)
    assert file.path.read_bytes() == b"x" * 200_000
    assert (file.kind, file.hint, file.location) == ("osv", "Debian", f"{bucket.url}/Debian/all.zip")


def test_what_may_pass_is_tried_again(bucket: Bucket, client: httpx.Client, tmp_path: Path) -> None:
    bucket.replies["/Debian/all.zip"] = [Reply(503), Reply(429, (("Retry-After", "7"),)), Reply(200, body=b"good")]
    waits: list[float] = []
    file = fetch(debian(bucket), tmp_path, client, limits=LIMITS, sleep=waits.append)
    assert file.path.read_bytes() == b"good"
    assert waits == [0.5, 7.0]
    assert list(tmp_path.iterdir()) == [file.path]


def test_a_download_that_breaks_off_is_tried_again(bucket: Bucket, client: httpx.Client, tmp_path: Path) -> None:
    bucket.replies["/Debian/all.zip"] = [Reply(200, (("Content-Length", "10"),), b"half"), Reply(200, body=b"whole")]
    file = fetch(debian(bucket), tmp_path, client, limits=LIMITS, sleep=lambda _: None)
    assert file.path.read_bytes() == b"whole"


def test_in_the_end_it_is_given_up_with_the_way_to_do_without(
    bucket: Bucket, client: httpx.Client, tmp_path: Path
) -> None:
    bucket.replies["/Debian/all.zip"] = [Reply(500)]
    with pytest.raises(FeedUnavailable, match=r"the server answers 500 \(3 attempts\)") as error:
        fetch(debian(bucket), tmp_path, client, limits=LIMITS, sleep=lambda _: None)
    assert "basewise db import DIR" in error.value.remedy
    assert len(bucket.asked) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_asks_for_too_long_a_wait_is_not_waited_for(
    bucket: Bucket, client: httpx.Client, tmp_path: Path
) -> None:
    bucket.replies["/Debian/all.zip"] = [Reply(429, (("Retry-After", "3600"),))]
    with pytest.raises(FeedUnavailable, match="asks to wait 3600 seconds"):
        fetch(debian(bucket), tmp_path, client, limits=LIMITS)
    assert len(bucket.asked) == 1


def test_an_unknown_ecosystem_is_said_at_once(bucket: Bucket, client: httpx.Client, tmp_path: Path) -> None:
    with pytest.raises(FeedUnavailable, match="no such ecosystem"):
        fetch(debian(bucket), tmp_path, client, limits=LIMITS)
    assert len(bucket.asked) == 1


def test_a_feed_that_is_too_large_is_not_kept(bucket: Bucket, client: httpx.Client, tmp_path: Path) -> None:
    bucket.replies["/Debian/all.zip"] = [Reply(200, body=b"x" * 101)]
    small = msgspec.structs.replace(LIMITS, feed_bytes=100)
    with pytest.raises(FeedUnavailable, match="larger than 100 bytes"):
        fetch(debian(bucket), tmp_path, client, limits=small)
    assert list(tmp_path.iterdir()) == []


def test_redirects_are_followed_but_not_for_ever(bucket: Bucket, client: httpx.Client, tmp_path: Path) -> None:
    bucket.replies["/Debian/all.zip"] = [Reply(302, (("Location", "/there"),))]
    bucket.replies["/there"] = [Reply(200, body=b"good")]
    assert fetch(debian(bucket), tmp_path, client, limits=LIMITS).path.read_bytes() == b"good"
    bucket.replies["/there"] = [Reply(302, (("Location", "/there"),))]
    with pytest.raises(FeedUnavailable, match="redirects"):
        fetch(debian(bucket), tmp_path, client, limits=LIMITS)


def test_nobody_there_is_said_at_once(client: httpx.Client, tmp_path: Path) -> None:
    gone = Bucket()
    gone.close()
    waits: list[float] = []
    with pytest.raises(FeedUnavailable, match="connection refused") as error:
        fetch(debian(gone), tmp_path, client, limits=LIMITS, sleep=waits.append)
    assert waits == []
    assert "basewise db import DIR" in error.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_date_to_wait_for_is_waited_for(bucket: Bucket, client: httpx.Client, tmp_path: Path) -> None:
    until = (("Retry-After", "Fri, 15 Jan 2027 08:00:07 GMT"),)
    bucket.replies["/Debian/all.zip"] = [Reply(503, until), Reply(200, body=b"good")]
    waits: list[float] = []
    fetch(debian(bucket), tmp_path, client, limits=LIMITS, sleep=waits.append, now=lambda: 1_800_000_000.0)
    assert waits == [7.0]


@pytest.mark.parametrize("url", ["ftp://example.invalid/all.zip", "http://[", "nonsense"])
def test_a_source_that_is_no_web_address_is_said_at_once(client: httpx.Client, tmp_path: Path, url: str) -> None:
    with pytest.raises(FeedUnavailable, match="could not be downloaded"):
        fetch(RemoteFeed("kev", url), tmp_path, client, limits=LIMITS)
