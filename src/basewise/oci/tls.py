"""Whom we trust and who we are, host by host.

Folders in the form of `/etc/docker/certs.d` follow containers-certs.d(5): the folder `HOST[:PORT]` holds authorities
(`*.crt`) and pairs of client certificate (`NAME.cert`) and key (`NAME.key`).
"""

from __future__ import annotations

import re
import ssl
import threading
from pathlib import Path
from typing import NamedTuple

import httpx

from basewise.model.errors import ImageError, UsageError
from basewise.oci.settings import ClientCertificate, Network

_FOLDER = re.compile(r"[A-Za-z0-9_\[][A-Za-z0-9._:\[\]-]*")  # no name of a host leads out of the folder of folders


class Identity(NamedTuple):
    """What a TLS handshake depends on."""

    folder: Path | None
    """Certificates for one host; None where there are none."""
    shows_certificate: bool
    """Whether the certificate of the run is shown."""


class Contexts:
    """TLS contexts, each made when it is first needed. Safe for use from several threads.

    Raises:
        UsageError: a bundle or certificate of the run cannot be used.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._made: dict[Identity, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        if network.client_certificate is not None:
            self.context(Identity(None, shows_certificate=True))
        self.context(Identity(None, shows_certificate=False))

    def identity(self, netloc: str, *, at_home: bool) -> Identity:
        """How to meet the host `netloc`.

        Args:
            at_home: whether this is the registry itself, not a host that it sends us to.
        """
        folder = self._folder(netloc)
        has_own = folder is not None and any(folder.glob("*.cert"))
        certificate = self._network.client_certificate is not None and at_home and not has_own
        return Identity(folder, shows_certificate=certificate)

    def context(self, identity: Identity) -> ssl.SSLContext:
        """The context for an identity.

        Raises:
            ImageError: the host's folder holds something that is no certificate.
        """
        with self._lock:
            if identity not in self._made:
                self._made[identity] = self._make(identity)
            return self._made[identity]

    def _folder(self, netloc: str) -> Path | None:
        if not _FOLDER.fullmatch(netloc):
            return None
        return next((path for base in self._network.host_certificates if (path := base / netloc).is_dir()), None)

    def _make(self, identity: Identity) -> ssl.SSLContext:
        context = _with_authorities(self._network)
        if identity.shows_certificate and self._network.client_certificate is not None:
            shown = self._network.client_certificate
            try:
                _show(context, shown)
            except (OSError, ValueError) as error:
                raise UsageError(
                    f"The client certificate {shown.certificate} cannot be used: {_why(error)}",
                    remedy="Give a certificate and its key in PEM form, the key without a passphrase.",
                ) from None
        if identity.folder is not None:
            try:
                _add_folder(context, identity.folder)
            except (OSError, ValueError) as error:
                raise ImageError(f"The certificates in {identity.folder} cannot be used: {_why(error)}") from None
        return context


def _with_authorities(network: Network) -> ssl.SSLContext:
    if network.authorities is None:
        context = httpx.create_ssl_context(trust_env=False)  # the authorities that certifi lists
    elif network.authorities.is_dir():
        context = ssl.create_default_context(capath=network.authorities)
    else:
        context = ssl.create_default_context(cafile=_bundle(network.authorities))
    for path in network.more_authorities:
        context.load_verify_locations(cafile=_bundle(path))
    return context


def _bundle(path: Path) -> Path:
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:  # SSLError among them
        raise UsageError(
            f"The authorities in {path} cannot be used: {_why(error)}",
            remedy="Give a file of certificates in PEM form.",
        ) from None
    return path


def _add_folder(context: ssl.SSLContext, folder: Path) -> None:
    for path in sorted(folder.glob("*.crt")):
        context.load_verify_locations(cafile=path)
    for path in sorted(folder.glob("*.cert"))[:1]:
        _show(context, ClientCertificate(certificate=path, key=path.with_suffix(".key")))


def _show(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    # Without an answer of ours OpenSSL would ask the terminal for the key's passphrase.
    context.load_cert_chain(certificate.certificate, certificate.key, password=lambda: b"")


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "it is no certificate").replace("_", " ").lower()
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return "it is no certificate"
