"""Registry credentials from Docker's configuration file (`config.json`; Podman's `auth.json` has the same `auths`).

Reads the file it is given and nothing else: where it lies is the caller's business. Runs no credential helper.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

import msgspec

from basewise.model.errors import UsageError
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.reference import DOCKER_HUB

_HUB_HOSTS = {"index.docker.io", "registry-1.docker.io", "docker.io"}
_DEFAULT_STORE = "*"


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """What a registry is shown. Its text form never holds a secret."""

    username: str = ""
    password: str = ""
    identity_token: str = ""
    """An OAuth2 refresh token; replaces the password at the token service."""

    def basic(self) -> str:
        """The value of an `Authorization` header (RFC 7617)."""
        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode()

    def __repr__(self) -> str:
        return f"Credential(username={self.username!r}, secrets hidden)"

    __str__ = __repr__


class Credentials:
    """Credentials by registry host, or by host and beginning of the repository."""

    def __init__(
        self,
        entries: dict[str, Credential] | None = None,
        *,
        helpers: dict[str, str] | None = None,
        problems: dict[str, str] | None = None,
    ) -> None:
        self._entries = entries or {}
        self._helpers = helpers or {}
        self._problems = problems or {}

    def find(self, host: str, repository: str) -> Credential | None:
        """The most specific entry; None where there is none and the registry is asked anonymously."""
        prefix = f"{host}/{repository}"
        while prefix:
            if prefix in self._entries:
                return self._entries[prefix]
            prefix = prefix.rpartition("/")[0]
        return None

    def missing_because(self, host: str) -> str:
        """Why there are no credentials although the file speaks of this host; empty where it does not."""
        if host in self._problems:
            return self._problems[host]
        helper = self._helpers.get(host) or self._helpers.get(_DEFAULT_STORE)
        return f"credential helper '{helper}' is configured for it, which is not supported yet" if helper else ""

    def __repr__(self) -> str:
        return f"Credentials({sorted(self._entries)}, secrets hidden)"


class _Entry(msgspec.Struct):
    auth: str | None = None
    username: str | None = None
    password: str | None = None
    identitytoken: str | None = None


class _File(msgspec.Struct, rename="camel"):
    auths: dict[str, _Entry | None] | None = None
    cred_helpers: dict[str, str] | None = None
    creds_store: str | None = None


def load_credentials(path: Path, limits: Limits = DEFAULT_LIMITS) -> Credentials:
    """Reads the file at `path`; a file that does not exist holds no credentials.

    Entries that cannot be read are kept as a reason, told when their registry refuses us.

    Raises:
        UsageError: the file cannot be read or is not JSON of Docker's shape.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limits.manifest_bytes)
    except FileNotFoundError:
        return Credentials()
    except OSError as error:
        raise UsageError(f"Credentials in {path} cannot be read: {error.strerror}") from error
    try:
        parsed = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # The decoder's message could quote the file, which holds secrets.
        raise UsageError(
            f"Credentials in {path} are not JSON as Docker writes it", remedy="Repair the file or log in again."
        ) from None
    entries: dict[str, Credential] = {}
    problems: dict[str, str] = {}
    for key, entry in (parsed.auths or {}).items():
        host = _normal(key)
        try:
            credential = _credential(entry or _Entry())
        except ValueError:
            problems[host] = "its entry in the credentials file cannot be decoded"
            continue
        if credential is not None:
            entries.setdefault(host, credential)
    helpers = {_normal(key): name for key, name in (parsed.cred_helpers or {}).items()}
    if parsed.creds_store:
        helpers[_DEFAULT_STORE] = parsed.creds_store
    return Credentials(entries, helpers=helpers, problems=problems)


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
