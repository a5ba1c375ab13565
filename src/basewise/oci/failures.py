"""Says why a connection failed, in words of ours: the library's may quote addresses, and signed ones hold secrets."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from basewise.oci.retry import is_worth_retrying

LOGIN_WANTED = 407
"""Status of a proxy that wants a login, or another one (RFC 9110, section 15.5.8)."""
_FORBIDDEN = 403
_WANTS_CERTIFICATE = {
    # alerts of RFC 8446, section 6.2, and what older servers send in their place
    "TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "TLSV1_ALERT_UNKNOWN_CA",
    "SSLV3_ALERT_BAD_CERTIFICATE",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
}


class ProxyRefusal(httpx.ProxyError):
    """A proxy answers in place of the host that was asked.

    Args:
        proxy: its address without secrets.
        status: of its answer; 0 where it gave none that can be read.
        has_login: whether it was shown one.
    """

    def __init__(self, proxy: str, status: int, *, has_login: bool, request: httpx.Request) -> None:
        super().__init__(f"{proxy} answers {status}", request=request)
        self.proxy, self.status, self.has_login = proxy, status, has_login


def reason(error: httpx.TransportError) -> str:
    """One clause, for after "cannot be read: "."""
    if isinstance(error, ProxyRefusal):
        return _refusal(error)
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError) and cause.reason in _WANTS_CERTIFICATE:
            return "it wants a client certificate that it trusts"
        if isinstance(cause, httpx.InvalidURL):
            return "it redirects to nowhere"
        if isinstance(cause, socket.gaierror):
            return "its name is not known"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
    if isinstance(error, httpx.TimeoutException):
        return "it does not answer in time"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return "it broke off in the middle of an answer"
    return type(error).__name__


def is_final(error: httpx.TransportError) -> bool:
    """True for failures that the next try would meet again: an unknown name, no trust, a refusal, a broken redirect."""
    if isinstance(error, ProxyRefusal):
        return error.status != 0 and not is_worth_retrying(error.status)
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError | httpx.InvalidURL):
            return True
        if isinstance(cause, ssl.SSLError) and cause.reason in _WANTS_CERTIFICATE:
            return True
        if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME:
            return True
    return isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError)


def remedy(error: httpx.TransportError) -> str:
    """What to do about it; empty where nothing is known."""
    if not isinstance(error, ProxyRefusal) or error.status != LOGIN_WANTED:
        return ""
    where = "in --proxy or HTTPS_PROXY, as http://USER:PASSWORD@HOST:PORT with special characters as %XX."
    if not error.has_login:
        return f"Give it one {where}"
    return f"It was not asked again, so that no account is locked. Correct the login {where}"


def failed_at(error: httpx.TransportError, asked: httpx.URL) -> httpx.URL:
    """The address that failed: after a redirect not the one that was asked."""
    try:
        return error.request.url
    except RuntimeError:  # httpx raises it where an error carries no request
        return asked


def _refusal(error: ProxyRefusal) -> str:
    if error.status == LOGIN_WANTED:
        wants = "does not accept the login given for it" if error.has_login else "wants a login"
        return f"the proxy {error.proxy} {wants}"
    if error.status == _FORBIDDEN:
        return f"the proxy {error.proxy} does not allow it"
    return f"the proxy {error.proxy} " + (f"answers with status {error.status}" if error.status else "refuses")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        yield cause
        cause = cause.__cause__ or cause.__context__
