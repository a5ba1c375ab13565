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
from basewise.model.redaction import without_login
from basewise.oci.failures import is_final, reason, remedy
from basewise.oci.proxy_login import ProxyLogins
from basewise.oci.retry import backoff, is_worth_retrying, retry_after
from basewise.oci.routes import Routes
from basewise.oci.settings import Network
from basewise.oci.waits import Waits

_OFFLINE = (
    "Without network, download OSV's <Ecosystem>/all.zip, CISA's known_exploited_vulnerabilities.json and FIRST's "
    "epss_scores-current.csv.gz elsewhere into one directory DIR, and run: basewise db import DIR"
)


class FeedUnavailable(BasewiseError):
    """A feed could not be downloaded. The remedy says what to do, or how to do without network."""


class LoginRefused(FeedUnavailable):
    """A server does not accept the login in the address of a feed: its other feeds need not be asked for with it."""


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


def http_client(limits: Limits = DEFAULT_LIMITS, network: Network = Network()) -> httpx.Client:
    """A client with the time-outs and redirects of `limits`, which goes the same way as one for registries.

    Raises:
        UsageError: a certificate of `network` cannot be used.
    """
    return httpx.Client(
        timeout=httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds),
        follow_redirects=True,
        max_redirects=limits.redirects,
        transport=ProxyLogins(Routes(network), network.proxies),
        trust_env=False,
    )


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
    observer = progress or Silent()
    waits = Waits(observer, sleep=sleep)
    problem, attempt = "", 0
    while attempt < limits.attempts:
        attempt += 1
        handle, name = tempfile.mkstemp(prefix="feed-", dir=folder)
        os.close(handle)
        path = Path(name)
        try:
            _download(feed.url, path, client, limits, observer, now)
        except _Retry as error:
            path.unlink()
            problem = str(error)
            wait = backoff(attempt) if error.asked is None else error.asked
            if wait > limits.retry_after_seconds:
                raise _unavailable(feed.url, f"{problem}, and asks to wait {wait:.0f} seconds") from error
            if attempt < limits.attempts:
                waits.as_asked(httpx.URL(feed.url).host, wait)
        except BaseException:
            path.unlink()
            raise
        else:
            return FeedFile(kind=feed.kind, path=path, hint=feed.ecosystem, location=_shown(feed.url))
    raise _unavailable(feed.url, f"{problem} ({attempt} attempts)")


def fetch_all(
    feeds: Iterable[RemoteFeed], folder: Path, client: httpx.Client, *, limits: Limits, progress: Progress
) -> tuple[list[FeedFile], list[str]]:
    """Downloads feeds one after the other, see `fetch`; a login that was refused for one is not shown for the next.

    Returns:
        What came, and of every other feed why it did not: one sentence each, with each remedy said once.
    """
    files: list[FeedFile] = []
    failures: list[FeedUnavailable] = []
    for feed in feeds:
        if failures and isinstance(failures[-1], LoginRefused):
            failures.append(LoginRefused(f"{_shown(feed.url)} was not asked for", remedy=failures[-1].remedy))
            continue
        try:
            files.append(fetch(feed, folder, client, limits=limits, progress=progress))
        except FeedUnavailable as error:
            failures.append(error)
    last = {error.remedy: at for at, error in enumerate(failures)}
    return files, [
        error.diagnostics() if last[error.remedy] == at else error.message for at, error in enumerate(failures)
    ]


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
            task = _shown(url)
            progress.begin(task, int(response.headers.get("content-length", "0")), "bytes")
            try:
                _save(response, path, limits, lambda size: progress.advance(task, size, size))
            finally:
                progress.end(task)
    except httpx.InvalidURL as error:  # it quotes what it takes for a port, which may be half a password
        raise _unavailable(url, "it is no web address") from error
    except (httpx.UnsupportedProtocol, httpx.TooManyRedirects, ValueError) as error:
        raise _unavailable(url, str(error)) from error
    except httpx.TransportError as error:
        if isinstance(error, httpx.ConnectError) or is_final(error):
            raise _unavailable(url, reason(error), remedy(error)) from error
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
        return FeedUnavailable(f"OSV publishes no such ecosystem: {_shown(url)} is not found", remedy=_OFFLINE)
    if status == httpx.codes.UNAUTHORIZED and httpx.URL(url).userinfo:
        return LoginRefused(
            f"{_shown(url)} could not be downloaded: the server does not accept the login in its address",
            remedy="Correct the login; it was not shown again, so that no account is locked.",
        )
    return _unavailable(url, f"the server answers {status}")


def _unavailable(url: str, problem: str, way_out: str = "") -> FeedUnavailable:
    return FeedUnavailable(f"{_shown(url)} could not be downloaded: {problem}", remedy=way_out or _OFFLINE)


def _shown(url: str) -> str:
    """The address without the login that it may hold."""
    return without_login(url, hidden="")
