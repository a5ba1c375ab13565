from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from tests.unit.advisories.bucket import Bucket, Reply

from basewise.advisories.fetch import FeedUnavailable, RemoteFeed, Sources, fetch, fetch_all, http_client, remote_feeds
from basewise.model.limits import DEFAULT_LIMITS
from basewise.model.progress import Silent

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


def login(bucket: Bucket) -> str:
    return bucket.url.replace("http://", "http://me:s3cret@")


def test_a_login_that_makes_an_address_none_is_not_repeated(client: httpx.Client, tmp_path: Path) -> None:
    with pytest.raises(FeedUnavailable) as error:
        fetch(RemoteFeed("kev", "http://me:s3cret/x@h.test/kev.json"), tmp_path, client, limits=LIMITS)
    assert error.value.message == "http://h.test/kev.json could not be downloaded: it is no web address"


def everything(url: str, *ecosystems: str) -> list[RemoteFeed]:
    return remote_feeds(ecosystems, Sources(osv=url, kev=f"{url}/kev.json", epss=f"{url}/epss.csv.gz"))


def test_the_login_of_a_mirror_reaches_the_mirror_and_nobody_else(
    bucket: Bucket, client: httpx.Client, tmp_path: Path
) -> None:
    bucket.replies["/Debian/all.zip"] = [Reply(200, body=b"good")]
    feeds = everything(login(bucket), "Debian:12")
    file = fetch(feeds[0], tmp_path, client, limits=LIMITS)
    assert file.location == f"{bucket.url}/Debian/all.zip"
    with pytest.raises(FeedUnavailable) as error:
        fetch(feeds[1], tmp_path, client, limits=LIMITS)
    assert error.value.message == f"{bucket.url}/kev.json could not be downloaded: the server answers 404"


def test_a_login_that_is_refused_is_shown_once(bucket: Bucket, client: httpx.Client, tmp_path: Path) -> None:
    for path in ("/Debian/all.zip", "/Go/all.zip", "/kev.json", "/epss.csv.gz"):
        bucket.replies[path] = [Reply(401)]
    files, problems = fetch_all(
        everything(login(bucket), "Debian", "Go"), tmp_path, client, limits=LIMITS, progress=Silent()
    )
    assert files == []
    assert bucket.asked == ["/Debian/all.zip"]
    assert problems[0].endswith(
        "/Debian/all.zip could not be downloaded: the server does not accept the login in its address"
    )
    assert [problem.partition(" was not")[0] for problem in problems[1:3]] == [
        f"{bucket.url}/Go/all.zip",
        f"{bucket.url}/kev.json",
    ]
    assert "Correct the login" in problems[-1]
    assert "s3cret" not in "".join(problems)


def test_a_remedy_is_said_once_for_all_feeds_that_it_helps(
    bucket: Bucket, client: httpx.Client, tmp_path: Path
) -> None:
    bucket.replies["/kev.json"] = [Reply(200, body=b"kept")]
    files, problems = fetch_all(
        everything(bucket.url, "Debian", "Go"), tmp_path, client, limits=LIMITS, progress=Silent()
    )
    assert [file.kind for file in files] == ["kev"]
    assert len(problems) == 3
    assert ["basewise db import DIR" in problem for problem in problems] == [False, False, True]


def test_a_wait_for_a_publisher_is_told(bucket: Bucket, client: httpx.Client, tmp_path: Path) -> None:
    class Heard(Silent):
        begun: list[tuple[str, int, str]]

        def begin(self, task: str, total: int, unit: str) -> None:
            self.begun.append((task, total, unit))

    heard = Heard()
    heard.begun = []
    bucket.replies["/Debian/all.zip"] = [Reply(429, (("Retry-After", "7"),)), Reply(200, body=b"good")]
    fetch(debian(bucket), tmp_path, client, limits=LIMITS, sleep=lambda _: None, progress=heard)
    assert heard.begun == [("wait for 127.0.0.1", 7, "seconds"), (f"{bucket.url}/Debian/all.zip", 4, "bytes")]
