from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from basewise.cli.registries import (
    REGISTRY_OPTIONS,
    credential_files,
    environment_network,
    registry_access,
    registry_limits,
)
from basewise.engine.sources import RegistryAccess
from basewise.model.errors import UsageError
from basewise.model.limits import DEFAULT_LIMITS, MIB, Limits


def parsed(*arguments: str) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    @click.command()
    def command(**options: Any) -> None:
        seen.update(options)

    for option in REGISTRY_OPTIONS:
        command = option(command)
    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    if result.exception:
        raise result.exception
    return seen | {"offline": False}


def access(*arguments: str, **environment: str) -> RegistryAccess:
    return registry_access(parsed(*arguments), {"HOME": "/home/ada", **environment})


def limits(*arguments: str) -> Limits:
    return registry_limits(parsed(*arguments))


def test_logins_are_looked_for_where_podman_and_docker_keep_them() -> None:
    assert credential_files({"HOME": "/home/ada", "XDG_RUNTIME_DIR": "/run/user/7"}) == (
        Path("/run/user/7/containers/auth.json"),
        Path("/home/ada/.config/containers/auth.json"),
        Path("/home/ada/.docker/config.json"),
    )


def test_a_folder_that_a_variable_names_comes_first() -> None:
    files = credential_files({"HOME": "/home/ada", "DOCKER_CONFIG": "/ci/docker", "XDG_CONFIG_HOME": "/conf"})
    assert files == (Path("/ci/docker/config.json"), Path("/conf/containers/auth.json"))


def test_registry_auth_file_stands_for_all_others_and_must_exist(tmp_path: Path) -> None:
    chosen = tmp_path / "auth.json"
    with pytest.raises(UsageError, match="which is no file"):
        credential_files({"REGISTRY_AUTH_FILE": str(chosen)})
    chosen.write_text("{}")
    assert credential_files({"REGISTRY_AUTH_FILE": str(chosen), "DOCKER_CONFIG": "/ci"}) == (chosen,)


def test_the_environment_says_the_way_and_options_say_it_louder() -> None:
    environment = {"HTTPS_PROXY": "http://env.test:1", "NO_PROXY": "inside.test", "SSL_CERT_FILE": "/etc/ca.pem"}
    network = access(**environment).network
    assert (network.proxies.https, network.proxies.http) == ("http://env.test:1", "")
    assert network.authorities == Path("/etc/ca.pem")
    louder = access("--proxy", "flag.test:2", **environment).network
    assert (louder.proxies.https, louder.proxies.http) == ("http://flag.test:2", "http://flag.test:2")
    assert louder.proxies.proxy_for("https", "inside.test", None) == ""


def test_a_client_certificate_may_hold_its_key(tmp_path: Path) -> None:
    pem, key = tmp_path / "me.pem", tmp_path / "me.key"
    pem.touch()
    key.touch()
    both = access("--client-cert", str(pem)).network.client_certificate
    assert both is not None
    assert (both.certificate, both.key) == (pem, pem)
    apart = access("--client-cert", str(pem), "--client-key", str(key)).network.client_certificate
    assert apart is not None
    assert apart.key == key
    with pytest.raises(UsageError, match="without --client-cert"):
        access("--client-key", str(key))


def test_certificates_of_hosts_lie_where_podman_and_docker_keep_them() -> None:
    assert access().network.host_certificates == (
        Path("/home/ada/.config/containers/certs.d"),
        Path("/etc/containers/certs.d"),
        Path("/etc/docker/certs.d"),
    )


def test_budgets_are_limits() -> None:
    assert limits() == DEFAULT_LIMITS
    found = limits("--requests-per-minute", "30", "--bandwidth", "2m")
    assert (found.registry_requests_per_minute, found.registry_bytes_per_second) == (30, 2 * MIB)


@pytest.mark.parametrize("value", ["", "fast", "-1", "63K", "0", "1T", "1.5M", "9999999999"])
def test_a_bandwidth_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(click.BadParameter, match="is no bandwidth"):
        parsed("--bandwidth", value)


def test_secrets_of_the_environment_are_in_no_text_form() -> None:
    found = access(
        BASEWISE_AZURE_TOKEN="entra-s3cret", HTTPS_PROXY="http://me:pr0xy@p.test", AWS_SECRET_ACCESS_KEY="k3y"
    )
    assert found.logins.azure_token == "entra-s3cret"
    for secret in ("entra-s3cret", "pr0xy", "k3y"):
        assert secret not in repr(found) + str(found) + json.dumps(str(found))


def test_the_apis_of_amazon_can_be_elsewhere() -> None:
    found = access(AWS_ENDPOINT_URL_ECR="http://127.0.0.1:4566")
    assert found.logins.aws_endpoints["ecr"] == "http://127.0.0.1:4566"


def test_offline_the_environment_is_of_no_interest() -> None:
    found = registry_access(
        parsed() | {"offline": True}, {"REGISTRY_AUTH_FILE": "/none", "HTTPS_PROXY": "socks5://p.test"}
    )
    assert found == RegistryAccess(offline=True)


def test_all_that_is_asked_goes_through_the_proxy_of_the_option_but_loopback_and_no_proxy() -> None:
    network = access("--proxy", "http://flag.test:2", HTTP_PROXY="http://env.test:1", NO_PROXY="inside.test").network
    for scheme in ("http", "https"):
        assert network.proxies.proxy_for(scheme, "outside.test", None) == "http://flag.test:2"
        for host in ("inside.test", "localhost", "127.0.0.1"):
            assert network.proxies.proxy_for(scheme, host, None) == ""
    with pytest.raises(UsageError, match="--proxy names no proxy"):
        access("--proxy", "socks5://flag.test")


def test_the_environment_alone_says_the_way_to_advisories() -> None:
    network = environment_network({"HTTPS_PROXY": "http://env.test:1", "SSL_CERT_DIR": "/etc/certs"})
    assert (network.proxies.https, network.authorities) == ("http://env.test:1", Path("/etc/certs"))
