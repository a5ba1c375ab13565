"""How registries may be reached and what they may be shown, as a person sets it. Holds values; does nothing.

Environment variables and the home directory are read by the command line and handed in here.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from basewise.oci.proxies import Proxies


class Logins(msgspec.Struct, frozen=True, kw_only=True):
    """Where credentials come from, in the order of the fields."""

    files: tuple[Path, ...] = ()
    """Docker's `config.json` and Podman's `auth.json`, most important first; they need not exist."""
    environment: dict[str, str] = {}
    """What credential helpers run with; its PATH is where they are looked for."""
    aws_endpoints: dict[str, str] = {}
    """Base URL by AWS service (`ecr`, `ecr-public`), where it is not AWS's own."""
    azure_token: str = ""
    """A Microsoft Entra access token, exchanged at Azure's registries only."""
    token_services: tuple[str, ...] = ()
    """Hosts whose token service may be shown the credentials of any registry that names it."""

    def __repr__(self) -> str:
        return f"Logins(files={self.files!r}, secrets hidden)"

    __str__ = __repr__


class ClientCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """What we show to registries that ask who we are in the TLS handshake."""

    certificate: Path
    """PEM, with intermediate certificates below it."""
    key: Path
    """PEM, without a passphrase."""


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """The way to registries."""

    proxies: Proxies = Proxies()
    authorities: Path | None = None
    """PEM bundle, or folder of hashed names, in place of the built-in ones (`SSL_CERT_FILE`, `SSL_CERT_DIR`)."""
    more_authorities: tuple[Path, ...] = ()
    """PEM bundles beside them (`--ca`)."""
    client_certificate: ClientCertificate | None = None
    """Shown to every registry that is asked by its own name, and to no host it sends us to."""
    host_certificates: tuple[Path, ...] = ()
    """Folders in the form of `/etc/docker/certs.d`; the first that has a folder for a host decides."""
