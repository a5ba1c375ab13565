from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.errors import UsageError
from basewise.oci.proxies import Proxies, checked, without_secrets

PROXY = "http://proxy.test:3128"


def test_each_scheme_has_its_proxy_and_all_proxy_stands_in() -> None:
    proxies = Proxies.from_environment({"HTTPS_PROXY": PROXY, "ALL_PROXY": "http://all.test"})
    assert proxies.proxy_for("https", "a.test", None) == PROXY
    assert proxies.proxy_for("http", "a.test", None) == "http://all.test"


def test_the_lower_case_name_of_a_variable_comes_first() -> None:
    proxies = Proxies.from_environment({"HTTPS_PROXY": "http://upper.test", "https_proxy": "http://lower.test"})
    assert proxies.https == "http://lower.test"


def test_nothing_in_the_environment_is_no_proxy() -> None:
    assert Proxies.from_environment({}) == Proxies()
    assert Proxies().proxy_for("https", "a.test", None) == ""


@pytest.mark.parametrize("host", ["localhost", "registry.localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"])
def test_loopback_is_never_asked_through_a_proxy(host: str) -> None:
    assert Proxies(http=PROXY, https=PROXY).proxy_for("http", host, 5000) == ""


@pytest.mark.parametrize(
    ("exempt", "host", "port", "direct"),
    [
        ("*", "a.test", None, True),
        ("a.test", "a.test", None, True),
        ("a.test", "x.a.test", None, True),
        ("a.test", "ba.test", None, False),
        (".a.test", "x.a.test", None, True),
        (".a.test", "a.test", None, False),
        ("*.a.test", "x.a.test", None, True),
        ("A.Test", "a.test", None, True),
        (" b.test , a.test ", "a.test", None, True),
        ("a.test:5000", "a.test", 5000, True),
        ("a.test:5000", "a.test", None, False),
        ("a.test:443", "a.test", None, True),
        ("10.0.0.0/8", "10.1.2.3", None, True),
        ("10.0.0.0/8", "11.1.2.3", None, False),
        ("10.1.2.3", "10.1.2.3", None, True),
        ("10.1.2.3:5000", "10.1.2.3", 5000, True),
        ("fd00::/8", "fd00::1", None, True),
        ("[fd00::1]:5000", "fd00::1", 5000, True),
        ("[fd00::1]:5000", "fd00::1", None, False),
        ("10.0.0.0/99", "10.0.0.1", None, False),
        ("", "a.test", None, False),
        (",,:,[", "a.test", None, False),
    ],
)
def test_no_proxy_names_who_is_asked_directly(exempt: str, host: str, port: int | None, direct: bool) -> None:  # noqa: FBT001 - a column of the table
    assert (Proxies(https=PROXY, exempt=exempt).proxy_for("https", host, port) == "") is direct


@pytest.mark.parametrize(
    "url", ["socks5://proxy.test", "http://", "http://proxy.test:x", "http://proxy.test:99999", "://"]
)
def test_a_proxy_that_cannot_be_used_is_a_usage_error_that_quotes_nothing(url: str) -> None:
    with pytest.raises(UsageError, match="HTTPS_PROXY names no proxy") as caught:
        Proxies.from_environment({"HTTPS_PROXY": url})
    assert "proxy.test" not in caught.value.diagnostics()


def test_a_proxy_without_scheme_is_a_plain_one() -> None:
    assert checked("me:pw@proxy.test:3128", "--proxy") == "http://me:pw@proxy.test:3128"


def test_no_text_form_holds_the_password_of_a_proxy() -> None:
    proxies = Proxies(http="http://me:hunter2@proxy.test:3128", https="https://me:hunter2@proxy.test")
    for text in (repr(proxies), str(proxies), f"{proxies}", without_secrets(proxies.http)):
        assert "hunter2" not in text
        assert "me:" not in text
    assert without_secrets(proxies.http) == "http://proxy.test:3128"


@given(exempt=st.text(), host=st.text(min_size=1), port=st.none() | st.integers(1, 65535))
def test_any_no_proxy_is_understood_somehow(exempt: str, host: str, port: int | None) -> None:
    assert Proxies(https=PROXY, exempt=exempt).proxy_for("https", host, port) in {"", PROXY}
