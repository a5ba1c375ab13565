from __future__ import annotations

import socket
import ssl

import httpx
import pytest

from basewise.oci.failures import failed_at, is_final, reason


def raised(error: httpx.TransportError, cause: BaseException | None = None) -> httpx.TransportError:
    """The error as httpx gives it: with its cause some links down the chain."""
    middle = OSError("wrapped")
    middle.__cause__ = cause
    error.__cause__ = middle if cause else None
    return error


UNTRUSTED = ssl.SSLCertVerificationError()
UNTRUSTED.verify_message = "self-signed certificate"  # type: ignore[misc]  # set by OpenSSL otherwise


@pytest.mark.parametrize(
    ("error", "text", "final"),
    [
        (
            raised(httpx.ConnectError("x"), socket.gaierror(socket.EAI_NONAME, "Name or service not known")),
            "its name is not known",
            True,
        ),
        (
            raised(httpx.ConnectError("x"), socket.gaierror(socket.EAI_AGAIN, "Try again")),
            "its name is not known",
            False,
        ),
        (raised(httpx.ConnectError("x"), UNTRUSTED), "its certificate is not trusted (self-signed certificate)", True),
        (raised(httpx.ConnectError("x"), OSError(113, "No route to host")), "no route to host", False),
        (raised(httpx.ReadTimeout("x")), "it does not answer in time", False),
        (raised(httpx.RemoteProtocolError("x")), "it broke off in the middle of an answer", False),
        (raised(httpx.UnsupportedProtocol("x")), "UnsupportedProtocol", True),
        (raised(httpx.ProxyError("407 Proxy Authentication Required")), "the proxy refuses", False),
    ],
)
def test_a_failure_is_told_in_words_of_ours(error: httpx.TransportError, text: str, final: bool) -> None:  # noqa: FBT001 - a column of the table
    assert (reason(error), is_final(error)) == (text, final)


def test_the_library_s_own_text_is_never_quoted() -> None:
    url = "https://cdn.example/x?signature=s1gned"
    error = httpx.ConnectError(f"cannot reach {url}", request=httpx.Request("GET", url))
    assert "s1gned" not in reason(error)
    assert failed_at(error, httpx.URL("https://registry.example")).netloc == b"cdn.example"


def test_an_error_without_request_is_laid_to_the_host_that_was_asked() -> None:
    asked = httpx.URL("https://registry.example:5000")
    assert failed_at(httpx.ReadError("x"), asked) == asked
