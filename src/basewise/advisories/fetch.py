"""Downloads advisory feeds: OSV's bulk archives, CISA's catalogue, FIRST's scores. Nothing is parsed here."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

import httpx
import msgspec

from basewise.advisories.feeds import FeedFile, FeedKind
from basewise.model.errors import BasewiseError
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.progress import Progress, Silent
from basewise.oci.failures import is_final, reason
from basewise.oci.retry import backoff, is_worth_retrying, retry_after

_OFFLINE = (
    "Without network, download OSV's <Ecosystem>/all.zip, CISA's known_exploited_vulnerabilities.json and FIRST's "
    "epss_scores-current.csv.gz elsewhere into one directory DIR, and run: basewise db import DIR"
)


class FeedUnavailable(BasewiseError):
    """A feed could not be downloaded. The remedy says how to do without network."""


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Where feeds are published; change them for a mirror."""

    osv: str = "https://osv-vulnerabilities.storage.googleapis.com"
    """Base URL; `/<Ecosystem>/all.zip` is added (https://google.github.io/osv.dev/data/, "Data dumps")."""
    kev: str = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
    epss: str = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"


class RemoteFeed(msgspec.Struct, frozen=True):
    """A feed that can be downloaded."""

    kind: FeedKind
    url: str
    ecosystem: str = ""
    """OSV ecosystem without release; empty for the other kinds."""


def remote_feeds(ecosystems: Iterable[str], sources: Sources = Sources()) -> list[RemoteFeed]:
    """What OSV ecosystems (with or without release) need: an archive each, the catalogue, the scores."""
    bases = sorted({ecosystem.partition(":")[0] for ecosystem in ecosystems} - {""})
    archives = [RemoteFeed("osv", f"{sources.osv.rstrip('/')}/{quote(base, safe='')}/all.zip", base) for base in bases]
    return [*archives, RemoteFeed("kev", sources.kev), RemoteFeed("epss", sources.epss)]


def http_client(limits: Limits = DEFAULT_LIMITS) -> httpx.Client:
    """A client with the time-outs and redirects of `limits`; it honours the usual proxy variables."""
    timeout = httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds)
    return httpx.Client(timeout=timeout, follow_redirects=True, max_redirects=limits.redirects)


def fetch(
    feed: RemoteFeed,
    folder: Path,
    client: httpx.Client,
    *,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.time,
) -> FeedFile:
    """Downloads one feed into a new file in `folder`, which the caller removes.

    Tries again, up to `limits.attempts`, what may pass: connections that break, 429 and 5xx; waits as long as the
    server asks, if that is no more than `limits.retry_after_seconds`. A host that nobody answers at is given up at
    once: a registry may be starting, a publisher is there or not.

    Args:
        now: UNIX seconds, which dates in `Retry-After` are held against.

    Raises:
        FeedUnavailable: with the last reason.
        OSError: `folder` cannot be written.
    """
    problem, attempt = "", 0
    while attempt < limits.attempts:
        attempt += 1
        handle, name = tempfile.mkstemp(prefix="feed-", dir=folder)
        os.close(handle)
        path = Path(name)
        try:
            _download(feed.url, path, client, limits, progress or Silent(), now)
        except _Retry as error:
            path.unlink()
            problem = str(error)
            wait = backoff(attempt) if error.asked is None else error.asked
            if wait > limits.retry_after_seconds:
                raise _unavailable(feed, f"{problem}, and asks to wait {wait:.0f} seconds") from error
            if attempt < limits.attempts:
                sleep(wait)
        except BaseException:
            path.unlink()
            raise
        else:
            return FeedFile(kind=feed.kind, path=path, hint=feed.ecosystem, location=feed.url)
    raise _unavailable(feed, f"{problem} ({attempt} attempts)")


class _Retry(Exception):
    """What failed may pass. `asked`: seconds that the server asks to wait, None when it does not say."""

    def __init__(self, problem: str, asked: float | None = None) -> None:
        super().__init__(problem)
        self.asked = asked


def _download(
    url: str, path: Path, client: httpx.Client, limits: Limits, progress: Progress, now: Callable[[], float]
) -> None:
    try:
        with client.stream("GET", url) as response:
            if is_worth_retrying(response.status_code):
                asked = retry_after(response.headers.get("retry-after"), now())
                raise _Retry(f"the server answers {response.status_code}", asked)
            if response.status_code != httpx.codes.OK:
                raise _refused(url, response.status_code)
            progress.begin(url, int(response.headers.get("content-length", "0")), "bytes")
            try:
                _save(response, path, limits, lambda size: progress.advance(url, size, size))
            finally:
                progress.end(url)
    except (httpx.UnsupportedProtocol, httpx.TooManyRedirects, httpx.InvalidURL, ValueError) as error:
        raise FeedUnavailable(f"{url} could not be downloaded: {error}", remedy=_OFFLINE) from error
    except httpx.TransportError as error:
        if isinstance(error, httpx.ConnectError) or is_final(error):
            raise FeedUnavailable(f"{url} could not be downloaded: {reason(error)}", remedy=_OFFLINE) from error
        raise _Retry(reason(error)) from error
    except httpx.HTTPError as error:
        raise _Retry(str(error) or type(error).__name__) from error


def _save(response: httpx.Response, path: Path, limits: Limits, advance: Callable[[int], None]) -> None:
    size = 0
    with path.open("wb") as file:
        for chunk in response.iter_bytes(1 << 16):
            size += len(chunk)
            if size > limits.feed_bytes:
                raise ValueError(f"it is larger than {limits.feed_bytes} bytes")
            file.write(chunk)
            advance(len(chunk))


def _refused(url: str, status: int) -> FeedUnavailable:
    if status == httpx.codes.NOT_FOUND and url.endswith("/all.zip"):
        return FeedUnavailable(f"OSV publishes no such ecosystem: {url} is not found", remedy=_OFFLINE)
    return FeedUnavailable(f"{url} could not be downloaded: the server answers {status}", remedy=_OFFLINE)


def _unavailable(feed: RemoteFeed, problem: str) -> FeedUnavailable:
    return FeedUnavailable(f"{feed.url} could not be downloaded: {problem}", remedy=_OFFLINE)
