"""Credentials from configuration files: Docker's `config.json`, Podman's and skopeo's `auth.json`.

Follows containers-auth.json(5), whose keys may go on with the beginning of a repository. Reads the file it is given:
where it lies is the caller's business. The helper that a file names for a registry comes before its own entries.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from basewise.model.errors import UsageError
from basewise.model.limits import Limits
from basewise.model.reference import DOCKER_HUB
from basewise.oci.credentials.entries import Entries
from basewise.oci.credentials.helper import Helpers
from basewise.oci.credentials.interface import Credential, CredentialSource

_HUB_HOSTS = {"index.docker.io", "registry-1.docker.io", "docker.io"}


class _Entry(msgspec.Struct):
    auth: str | None = None
    username: str | None = None
    password: str | None = None
    identitytoken: str | None = None


class _File(msgspec.Struct, rename="camel"):
    auths: dict[str, _Entry | None] | None = None
    cred_helpers: dict[str, str] | None = None
    creds_store: str | None = None


_DECODER = msgspec.json.Decoder(_File)


def load(
    path: Path, environment: Mapping[str, str], limits: Limits, *, now: Callable[[], float]
) -> list[CredentialSource]:
    """The sources in the file at `path`, in the order to ask; a file that does not exist holds none.

    Args:
        environment: what credential helpers run with.
        now: UNIX seconds.

    Raises:
        UsageError: the file cannot be read or is not JSON of Docker's shape.
    """
    parsed = _parse(path, limits)
    helpers = {_normal(key): name for key, name in (parsed.cred_helpers or {}).items() if name}
    store = parsed.creds_store or ""
    found: list[CredentialSource] = []
    if helpers or store:
        found.append(Helpers(helpers, store, environment, limits, now=now))
    if parsed.auths:
        found.append(_entries(parsed.auths))
    return found


def _parse(path: Path, limits: Limits) -> _File:
    try:
        with path.open("rb") as file:
            data = file.read(limits.manifest_bytes)
    except FileNotFoundError:
        return _File()
    except OSError as error:
        raise UsageError(f"Credentials in {path} cannot be read: {error.strerror}") from error
    try:
        return _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # The decoder's message could quote the file, which holds secrets.
        raise UsageError(
            f"Credentials in {path} are not JSON as Docker writes it", remedy="Repair the file or log in again."
        ) from None


def _entries(auths: Mapping[str, _Entry | None]) -> Entries:
    """Entries that cannot be read are kept as a reason, told when their registry refuses us."""
    entries: dict[str, Credential] = {}
    problems: dict[str, str] = {}
    for key, entry in auths.items():
        host = _normal(key)
        try:
            credential = _credential(entry or _Entry())
        except ValueError:
            problems[host] = "its entry in the credentials file cannot be decoded"
            continue
        if credential is not None:
            entries.setdefault(host, credential)
    return Entries(entries, problems)


def _credential(entry: _Entry) -> Credential | None:
    """None for an empty entry, which Docker leaves behind when a credential store holds the secret.

    Raises:
        ValueError: `auth` is no base64 of `username:password`.
    """
    username, password = entry.username or "", entry.password or ""
    if entry.auth:
        try:
            text = base64.b64decode(entry.auth, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise ValueError("auth") from None
        username, colon, password = text.partition(":")
        if not colon:
            raise ValueError("auth")
        password = password.rstrip("\0")  # old clients padded with NUL
    if not (entry.identitytoken or password):
        return None
    return Credential(username=username, password=password, identity_token=entry.identitytoken or "")


def _normal(key: str) -> str:
    """`https://index.docker.io/v1/` and its like as `docker.io`; a host with path keeps its path."""
    text = key.partition("://")[2] or key
    host, _, path = text.strip("/").partition("/")
    host = host.lower()
    if host in _HUB_HOSTS:
        host = DOCKER_HUB
    return host if path in {"", "v1", "v2"} else f"{host}/{path}"
