"""The seam between registries that want a login and the places that hold credentials."""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod

import msgspec

from basewise.model.errors import BasewiseError
from basewise.oci.exchange import Exchange
from basewise.oci.mirrors import Place


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


class CredentialUnavailable(BasewiseError):
    """A source that is responsible for a registry could not say its credential.

    The registry is asked anonymously; the message, a clause without secrets, is told when it refuses that.
    """


class CredentialSource(ABC):
    """One kind of place that holds credentials.

    Implementations are asked only when a registry wants a login. They are safe for use from several threads, and hold
    no secret in their text form.
    """

    @abstractmethod
    def find(self, place: Place, exchange: Exchange) -> Credential | None:
        """The credential for a repository; None where this source says nothing of its registry.

        Args:
            exchange: for sources that have to ask a service first.

        Raises:
            CredentialUnavailable: this source is responsible, and failed.
        """

    def forget(self, place: Place) -> None:
        """Drops what is remembered for a registry that refused it, so that `find` asks anew."""
