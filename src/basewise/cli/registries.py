"""Options about registries, and what the environment says of logins, proxies and certificates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from basewise.cli.hosts import hosts_alone, hosts_and_ports
from basewise.engine.sources import RegistryAccess
from basewise.model.errors import UsageError
from basewise.model.limits import DEFAULT_LIMITS, GIB, MIB, Limits
from basewise.oci.proxies import Proxies, checked
from basewise.oci.settings import ClientCertificate, Logins, Network

_UNITS = {"": 1, "K": 1024, "M": MIB, "G": GIB}
_SIZE = re.compile(r"([0-9]{1,9})([KMG]?)", re.IGNORECASE)
_LEAST_BANDWIDTH = 64 * 1024  # bytes per second; below that a manifest would not arrive within answer_seconds
_CERTIFICATE_FOLDERS = (Path("/etc/containers/certs.d"), Path("/etc/docker/certs.d"))


def _bandwidth(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int:
    if value is None:
        return 0
    found = _SIZE.fullmatch(value.strip())
    if found is None or (size := int(found[1]) * _UNITS[found[2].upper()]) < _LEAST_BANDWIDTH:
        raise click.BadParameter(
            f"'{value}' is no bandwidth; write bytes per second, for example 512K or 20M; at least 64K."
        )
    return size


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

REGISTRY_OPTIONS = [
    click.option(
        "--mirror",
        "mirrors",
        metavar="FROM=TO",
        multiple=True,
        help="Ask TO for the images of FROM, for example docker.io=mirror.example/hub. Repeatable.",
    ),
    click.option(
        "--plain-http",
        metavar="HOST[:PORT]",
        multiple=True,
        callback=hosts_and_ports,
        help="Speak to HOST without TLS; loopback addresses may always be. Repeatable.",
    ),
    click.option(
        "--proxy",
        metavar="URL",
        help="Reach registries and advisories through this proxy. Loopback hosts, and those that NO_PROXY lists, are "
        "always asked directly.  [default: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY]",
    ),
    click.option(
        "--ca",
        "authorities",
        metavar="FILE",
        multiple=True,
        type=_FILE,
        help="Trust the certificate authorities in this PEM file too. Repeatable.",
    ),
    click.option(
        "--client-cert",
        metavar="FILE",
        type=_FILE,
        help="Show this certificate (PEM) to registries that want one.",
    ),
    click.option(
        "--client-key",
        metavar="FILE",
        type=_FILE,
        help="The key of --client-cert, without passphrase; the same file when not given.",
    ),
    click.option(
        "--token-service",
        "token_services",
        metavar="HOST",
        multiple=True,
        callback=hosts_alone,
        help="Show credentials of a registry to HOST when the registry names it as its token service. Repeatable.",
    ),
    click.option(
        "--requests-per-minute",
        type=click.IntRange(min=1),
        help="Send each registry at most so many requests a minute.",
    ),
    click.option(
        "--bandwidth",
        metavar="BYTES",
        callback=_bandwidth,
        help="Read from each registry at most so many bytes a second: 512K, 20M.",
    ),
]


def registry_access(options: Mapping[str, Any], environment: Mapping[str, str]) -> RegistryAccess:
    """How registries may be asked, from the values of `REGISTRY_OPTIONS` and `--offline`, and from the environment.

    Raises:
        UsageError: a file or proxy that is named cannot be used.
    """
    if options["offline"]:  # asks nobody: what the environment says of the way is of no interest
        return RegistryAccess(offline=True, mirrors=options["mirrors"])
    return RegistryAccess(
        mirrors=options["mirrors"],
        plain_http=options["plain_http"],
        logins=Logins(
            files=credential_files(environment),
            environment=dict(environment),
            aws_endpoints={
                "ecr": environment.get("AWS_ENDPOINT_URL_ECR", ""),
                "ecr-public": environment.get("AWS_ENDPOINT_URL_ECR_PUBLIC", ""),
            },
            azure_token=environment.get("BASEWISE_AZURE_TOKEN", ""),
            token_services=options["token_services"],
        ),
        network=_network(options, environment),
    )


def environment_network(environment: Mapping[str, str]) -> Network:
    """The way that the environment alone says: for advisories, whose commands have no options about it.

    Raises:
        UsageError: a proxy that is named cannot be used.
    """
    trusted = environment.get("SSL_CERT_FILE") or environment.get("SSL_CERT_DIR")
    return Network(proxies=Proxies.from_environment(environment), authorities=Path(trusted) if trusted else None)


def registry_limits(options: Mapping[str, Any]) -> Limits:
    """The limits of a run with its budgets."""
    return msgspec.structs.replace(
        DEFAULT_LIMITS,
        registry_requests_per_minute=float(options["requests_per_minute"] or 0),
        registry_bytes_per_second=float(options["bandwidth"]),
    )


def credential_files(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Where logins are kept, most important first: what a variable names, then what containers-auth.json(5) lists.

    Raises:
        UsageError: `REGISTRY_AUTH_FILE` names no file.
    """
    chosen = environment.get("REGISTRY_AUTH_FILE")
    if chosen:
        if not Path(chosen).is_file():
            raise UsageError(f"REGISTRY_AUTH_FILE names '{chosen}', which is no file")
        return (Path(chosen),)
    docker, runtime = environment.get("DOCKER_CONFIG"), environment.get("XDG_RUNTIME_DIR")
    return (
        *([Path(docker) / "config.json"] if docker else []),
        *([Path(runtime) / "containers" / "auth.json"] if runtime else []),
        _configuration(environment) / "containers" / "auth.json",
        *([] if docker else [_home(environment) / ".docker" / "config.json"]),
    )


def _network(options: Mapping[str, Any], environment: Mapping[str, str]) -> Network:
    if options["proxy"]:
        url = checked(options["proxy"], "--proxy")
        names = {"http_proxy": url, "https_proxy": url}  # the lower-case name of a variable comes first
        environment = {**environment, **names}
    return msgspec.structs.replace(
        environment_network(environment),
        more_authorities=options["authorities"],
        client_certificate=_client_certificate(options["client_cert"], options["client_key"]),
        host_certificates=(_configuration(environment) / "containers" / "certs.d", *_CERTIFICATE_FOLDERS),
    )


def _client_certificate(certificate: Path | None, key: Path | None) -> ClientCertificate | None:
    if certificate is None and key is not None:
        raise UsageError("--client-key is given without --client-cert", remedy="Give both.")
    return ClientCertificate(certificate=certificate, key=key or certificate) if certificate else None


def _home(environment: Mapping[str, str]) -> Path:
    return Path(environment["HOME"]) if environment.get("HOME") else Path.home()


def _configuration(environment: Mapping[str, str]) -> Path:
    folder = Path(environment.get("XDG_CONFIG_HOME", ""))
    return folder if folder.is_absolute() else _home(environment) / ".config"
