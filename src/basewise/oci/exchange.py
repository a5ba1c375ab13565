"""Requests to registries: retried, redirected by hand, bounded. Knows nothing of images or of logging in.

Credentials given with a request reach the host they were meant for and no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TypeVar

import httpx
import msgspec

from basewise import __version__
from basewise.model.errors import ImageError, LimitExceeded
from basewise.model.limits import Limits
from basewise.oci.addresses import Addresses
from basewise.oci.budget import Budget
from basewise.oci.failures import ProxyRefusal, failed_at, is_final, reason, remedy
from basewise.oci.meter import Meter
from basewise.oci.metered import Metered
from basewise.oci.proxy_login import ProxyLogins
from basewise.oci.quoting import quoted
from basewise.oci.retry import THROTTLED, Pauses, backoff, is_worth_retrying, retry_after
from basewise.oci.routes import HOME, Routes, through
from basewise.oci.settings import Network
from basewise.oci.waits import Waits

_REDIRECTS = {301, 302, 303, 307, 308}
_DRAINED_BYTES = 64 * 1024  # a redirect's own body is read to its end when this small, so that the connection is kept
T = TypeVar("T")


class Answer(msgspec.Struct, frozen=True):
    """A whole small answer."""

    status: int
    url: httpx.URL
    """Who answered, after redirects."""
    headers: httpx.Headers
    body: bytes


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request, and the registry on whose behalf it is made."""

    method: str
    url: httpx.URL
    home: httpx.URL
    headers: dict[str, str] = {}
    form: dict[str, str] | None = None
    """Sent as the body; holds secrets, so such a request follows no redirect."""
    body: bytes | None = None
    """Sent as it is, with a signature in the headers, so such a request follows no redirect either."""


class _Retry(Exception):
    """A try failed in a way that may pass."""

    def __init__(self, error: ImageError, host: str, *, wait: float | None, pause: float, final: bool = False) -> None:
        self.error = error
        self.host = host
        self.wait = wait
        """Seconds the server asked for; None leaves them to us."""
        self.pause = pause
        """Seconds that the host is left alone when this was the last try."""
        self.final = final


class Exchange:
    """Sends requests. Safe for use from several threads.

    Args:
        now: UNIX seconds.
        waits: what waiting is done with.
        network: proxies and certificates.
        transport: replaces the network.
        meter: hears of every request.

    Raises:
        UsageError: a certificate of `network` cannot be used.
    """

    def __init__(
        self,
        addresses: Addresses,
        limits: Limits,
        *,
        now: Callable[[], float],
        waits: Waits,
        network: Network = Network(),
        transport: httpx.BaseTransport | None = None,
        meter: Meter | None = None,
    ) -> None:
        self.addresses, self._limits, self._now, self._waits = addresses, limits, now, waits
        self._proxies = network.proxies
        self._pauses = Pauses()
        metered = Metered(transport or Routes(network), meter or Meter(), Budget(limits, now=now, waits=waits))
        _silence_transport_logs()
        self._client = httpx.Client(
            timeout=httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds),
            headers={"user-agent": f"basewise/{__version__}", "accept-encoding": "identity"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            transport=ProxyLogins(metered, network.proxies),
            trust_env=False,
        )

    def whole(self, request: Request, most: int) -> Answer:
        """The answer with its body of at most `most` bytes, whatever its status.

        Raises:
            ImageError: unreachable, throttled or failing after all tries; a target that is refused.
            LimitExceeded: a body larger than `most`, or slower than `limits.answer_seconds`.
        """

        def once() -> Answer:
            response = self._follow(request)
            try:
                self._raise_if_retryable(response)
                body = self._read(response, most)
                return Answer(response.status_code, response.url, response.headers, body)
            finally:
                response.close()

        return self._persist(once, request.url)

    def stream(self, request: Request) -> httpx.Response:
        """The answer with its body unread; the caller reads `iter_raw()` and closes it. Raises as `whole` does."""

        def once() -> httpx.Response:
            response = self._follow(request)
            try:
                self._raise_if_retryable(response)
            except BaseException:
                response.close()
                raise
            return response

        return self._persist(once, request.url)

    def close(self) -> None:
        """Closes all connections."""
        self._client.close()

    def _persist(self, once: Callable[[], T], url: httpx.URL) -> T:
        attempt = 0
        while True:
            attempt += 1
            self._pauses.check(url.netloc.decode(), self._now())
            try:
                return once()
            except httpx.TransportError as error:
                retry = self._unreachable(error, url)
            except _Retry as error:
                retry = error
            too_long = retry.wait is not None and retry.wait > self._limits.retry_after_seconds
            if retry.final or too_long or attempt >= self._limits.attempts:
                if retry.pause > 0:
                    self._pauses.leave_alone(retry.host, self._now() + retry.pause, retry.error)
                raise retry.error from None
            self._waits.as_asked(retry.host, backoff(attempt) if retry.wait is None else retry.wait)

    def _follow(self, request: Request) -> httpx.Response:
        url, headers = request.url, dict(request.headers)
        for _ in range(self._limits.redirects + 1):
            self.addresses.check(url, request.home)
            self._pauses.check(url.netloc.decode(), self._now())
            response = self._send(request, url, headers)
            if response.status_code not in _REDIRECTS or request.form is not None or request.body is not None:
                return response
            target = self._redirect_target(response)
            if (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port):
                headers.pop("authorization", None)
            url = target
        raise LimitExceeded(f"{request.url.host} redirects more than redirects = {self._limits.redirects} times")

    def _send(self, request: Request, url: httpx.URL, headers: dict[str, str]) -> httpx.Response:
        try:
            message = self._client.build_request(
                request.method,
                url,
                headers=headers,
                data=request.form,
                content=request.body,
                extensions={HOME: request.home.netloc.decode()},
            )
            return self._client.send(message, stream=True, follow_redirects=False, auth=None)
        except (ValueError, OverflowError, httpx.InvalidURL):  # names that are too long for DNS
            raise ImageError(f"{quoted(url.host)} cannot be asked: no such address can exist") from None

    def _redirect_target(self, response: httpx.Response) -> httpx.URL:
        try:
            if _is_short(response):
                self._read(response, _DRAINED_BYTES)
            return response.url.join(response.headers["location"])
        except (KeyError, httpx.InvalidURL, ValueError):
            raise ImageError(f"{response.url.host} redirects to nowhere") from None
        finally:
            response.close()

    def _raise_if_retryable(self, response: httpx.Response) -> None:
        status, host = response.status_code, response.url.netloc.decode()
        if not is_worth_retrying(status):
            return
        wait = retry_after(response.headers.get("retry-after"), self._now())
        if status != THROTTLED and wait is None:
            raise _Retry(ImageError(f"{host} fails with status {status}"), host, wait=None, pause=0.0)
        asked = f" and asks to wait {wait:.0f} seconds" if wait is not None else ""
        error = ImageError(
            f"{host} throttles us (status {status}){asked}",
            remedy="Try again later, log in for a higher allowance, or use a mirror.",
        )
        raise _Retry(error, host, wait=wait, pause=wait or 0.0)

    def _unreachable(self, error: httpx.TransportError, asked: httpx.URL) -> _Retry:
        failed = failed_at(error, asked)
        host = failed.netloc.decode()
        no_connection = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        pause = self._limits.unreachable_seconds if no_connection else 0.0
        way = "" if isinstance(error, ProxyRefusal) else through(self._proxies, failed)  # it names its proxy itself
        failure = ImageError(f"{host} cannot be read{way}: {reason(error)}", remedy=remedy(error))
        return _Retry(failure, host, wait=None, pause=pause, final=is_final(error))

    def _read(self, response: httpx.Response, most: int) -> bytes:
        host = response.url.host
        end = self._waits.working_time() + self._limits.answer_seconds
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > most:
                raise LimitExceeded(f"{host} answers with more than the limit of {most} bytes")
            if self._waits.working_time() > end:
                raise LimitExceeded(f"{host} takes longer than answer_seconds = {self._limits.answer_seconds:.0f}")
        return bytes(body)


def _is_short(response: httpx.Response) -> bool:
    length = response.headers.get("content-length", "")
    return length.isascii() and length.isdigit() and len(length) < 6 and int(length) <= _DRAINED_BYTES


def _silence_transport_logs() -> None:
    """These loggers write whole addresses and headers: signed addresses and tokens must not reach a log."""
    for name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy"):
        logging.getLogger(name).setLevel(logging.WARNING)
