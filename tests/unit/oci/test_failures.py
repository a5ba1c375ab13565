from __future__ import annotations

import socket
import ssl

import httpx
import pytest

from basewise.oci.failures import ProxyRefusal, failed_at, is_final, reason, remedy


def raised(error: httpx.TransportError, cause: BaseException | None = None) -> httpx.TransportError:
    """The error as httpx gives it: with its cause some links down the chain."""
    middle = OSError("wrapped")
    middle.__cause__ = cause
    error.__cause__ = middle if cause else None
    return error


def refused(status: int, *, has_login: bool = False) -> ProxyRefusal:
    request = httpx.Request("GET", "https://a.test")
    return ProxyRefusal("http://proxy.test", status, has_login=has_login, request=request)


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
        (refused(407, has_login=True), "the proxy http://proxy.test does not accept the login given for it", True),
        (refused(407), "the proxy http://proxy.test wants a login", True),
        (refused(403), "the proxy http://proxy.test does not allow it", True),
        (refused(400), "the proxy http://proxy.test answers with status 400", True),
        (refused(502), "the proxy http://proxy.test answers with status 502", False),
        (refused(0), "the proxy http://proxy.test refuses", False),
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


def test_a_login_that_a_proxy_wants_has_a_remedy_and_nothing_else_has() -> None:
    assert remedy(refused(407)).startswith("Give it one in --proxy or HTTPS_PROXY")
    assert "not asked again" in remedy(refused(407, has_login=True))
    assert remedy(refused(502)) == remedy(httpx.ReadError("x")) == ""
