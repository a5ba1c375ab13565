"""A host that could never fit one that is asked is refused, and the error names the right form."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from basewise.cli import hosts
from basewise.cli.reading import reading_options


def parsed(*arguments: str) -> dict[str, tuple[str, ...]]:
    seen: dict[str, tuple[str, ...]] = {}

    @click.command()
    @reading_options
    def command(**options: tuple[str, ...]) -> None:
        seen.update(options)

    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    if result.exception:
        raise result.exception
    return seen


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("registry.test", "registry.test"),
        (" Registry.Test:5000 ", "registry.test:5000"),
        ("localhost", "localhost"),
        ("10.0.0.5:80", "10.0.0.5:80"),
        ("fd00::1", "fd00::1"),
        ("[fd00::1]:5000", "[fd00::1]:5000"),
        ("under_score-1.test", "under_score-1.test"),
    ],
)
def test_hosts_that_speak_plain_http_may_have_a_port(value: str, host: str) -> None:
    assert parsed("--plain-http", value)["plain_http"] == (host,)


@pytest.mark.parametrize(
    ("value", "host"),
    [("GitLab.test", "gitlab.test"), ("[fd00::1]", "[fd00::1]"), ("fd00::1", "fd00::1"), ("10.0.0.5", "10.0.0.5")],
)
def test_a_token_service_is_a_host(value: str, host: str) -> None:
    assert parsed("--token-service", value)["token_services"] == (host.strip("[]"),)


@pytest.mark.parametrize("option", ["--plain-http", "--token-service"])
@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("https://a.test", "a.test"),
        ("http://A.test/v2/", "a.test"),
        ("a.test/", "a.test"),
        ("https://me:s3cret@a.test/x", "a.test"),
        ("me:s3cret@a.test", "a.test"),
    ],
)
def test_an_address_is_refused_with_the_host_that_was_meant_and_without_its_login(
    option: str, value: str, meant: str
) -> None:
    with pytest.raises(click.BadParameter, match=f"that is no host; write HOST.*: {meant}") as caught:
        parsed(option, value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("option", ["--plain-http", "--token-service"])
@pytest.mark.parametrize(
    "value", ["", " ", "a b", "*.test", "a.test,b.test", "a:0", "a:65536", "a:b", ":5000", "://", "[]"]
)
def test_what_is_no_host_is_refused(option: str, value: str) -> None:
    with pytest.raises(click.BadParameter, match="that is no host"):
        parsed(option, value)


def test_a_token_service_is_allowed_on_all_its_ports() -> None:
    with pytest.raises(click.BadParameter, match=r"with all its ports; write auth\.test\."):
        parsed("--token-service", "auth.test:5001")


def test_a_prefix_of_names_has_no_scheme() -> None:
    assert parsed("--own", "ghcr.io/acme")["own"] == ("ghcr.io/acme",)
    with pytest.raises(click.BadParameter, match=r"no scheme; write ghcr\.io/acme\."):
        parsed("--own", "https://ghcr.io/acme")


@given(st.text(max_size=30))
def test_any_text_is_a_host_or_refused(value: str) -> None:
    try:
        (host,) = hosts.hosts_and_ports(None, None, (value,))  # type: ignore[arg-type]  # click's, which is not used
    except click.BadParameter:
        return
    assert host == host.strip().lower()
    assert not set(host) & set("/@*, ")
