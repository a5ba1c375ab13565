"""Says why a connection failed, in words of ours: the library's may quote addresses, and signed ones hold secrets."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

_WANTS_CERTIFICATE = {
    # alerts of RFC 8446, section 6.2, and what older servers send in their place
    "TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "TLSV1_ALERT_UNKNOWN_CA",
    "SSLV3_ALERT_BAD_CERTIFICATE",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
}


def reason(error: httpx.TransportError) -> str:
    """One clause, for after "cannot be read: "."""
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
    if isinstance(error, httpx.ProxyError):
        return "the proxy refuses"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return "it broke off in the middle of an answer"
    return type(error).__name__


def is_final(error: httpx.TransportError) -> bool:
    """True for failures that the next try would meet again: an unknown name, no trust, a broken redirect."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError | httpx.InvalidURL):
            return True
        if isinstance(cause, ssl.SSLError) and cause.reason in _WANTS_CERTIFICATE:
            return True
        if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME:
            return True
    return isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError)


def failed_at(error: httpx.TransportError, asked: httpx.URL) -> httpx.URL:
    """The address that failed: after a redirect not the one that was asked."""
    try:
        return error.request.url
    except RuntimeError:  # httpx raises it where an error carries no request
        return asked


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        yield cause
        cause = cause.__cause__ or cause.__context__
