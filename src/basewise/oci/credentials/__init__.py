"""Kinds of places that hold credentials, one file each; adding one adds a line here."""

from __future__ import annotations

from collections.abc import Callable

from basewise.model.limits import Limits
from basewise.oci.credentials.acr import Acr
from basewise.oci.credentials.aws import BotocoreSigner
from basewise.oci.credentials.chain import Credentials
from basewise.oci.credentials.ecr import Ecr
from basewise.oci.credentials.files import load
from basewise.oci.credentials.interface import CredentialSource
from basewise.oci.settings import Logins

Kind = Callable[[Logins, Limits, Callable[[], float]], list[CredentialSource]]


def _files(logins: Logins, limits: Limits, now: Callable[[], float]) -> list[CredentialSource]:
    return [s for path in logins.files for s in load(path, logins.environment, limits, now=now)]


def _ecr(logins: Logins, limits: Limits, now: Callable[[], float]) -> list[CredentialSource]:
    return [Ecr(BotocoreSigner(), limits, now=now, endpoints=logins.aws_endpoints)]


def _acr(logins: Logins, limits: Limits, now: Callable[[], float]) -> list[CredentialSource]:
    return [Acr(logins.azure_token, limits, now=now)] if logins.azure_token else []


KINDS: dict[str, Kind] = {"files": _files, "ecr": _ecr, "acr": _acr}
"""In the order in which they are asked: what a person wrote down comes first."""


def credentials(logins: Logins, limits: Limits, *, now: Callable[[], float]) -> Credentials:
    """All that `logins` names.

    Raises:
        UsageError: a file cannot be read.
    """
    return Credentials([source for kind in KINDS.values() for source in kind(logins, limits, now)], limits)
