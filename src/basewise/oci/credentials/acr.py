"""Logins for Azure's registries: a Microsoft Entra access token is exchanged for a registry's refresh token.

Follows "Azure Container Registry integration with Azure Active Directory", `POST /oauth2/exchange`
(https://azure.github.io/acr/AAD-OAuth.html). What it gives is an identity token like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import msgspec

from basewise.model.limits import Limits
from basewise.oci.credentials.interface import Credential, CredentialUnavailable
from basewise.oci.credentials.remembered import Remembered
from basewise.oci.exchange import Exchange, Request
from basewise.oci.kept import Fresh
from basewise.oci.mirrors import Place

_HOST = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)?\.azurecr\.(?:io|cn|us)")
_USER = "00000000-0000-0000-0000-000000000000"  # the user name that stands for a token at Azure's registries
_LIFE = 3600.0  # seconds; refresh tokens live for three hours


class _Answer(msgspec.Struct):
    refresh_token: str = ""


_DECODER = msgspec.json.Decoder(_Answer)


class Acr(Remembered[str]):
    """Registries below `azurecr.io` and its national siblings; nobody else sees the token.

    Args:
        token: the access token.
        now: UNIX seconds.
    """

    def __init__(self, token: str, limits: Limits, *, now: Callable[[], float]) -> None:
        super().__init__(now)
        self._token, self._limits = token, limits

    def _key(self, place: Place) -> str | None:
        return place.host if _HOST.fullmatch(place.host) else None

    def _fetch(self, key: str, exchange: Exchange) -> Fresh[Credential | None]:
        credential = Credential(username=_USER, identity_token=self._exchanged(key, exchange))
        return Fresh(credential, self._now() + _LIFE)

    def _exchanged(self, host: str, exchange: Exchange) -> str:
        home = exchange.addresses.base_url(host)
        form = {"grant_type": "access_token", "service": host, "access_token": self._token}
        request = Request(method="POST", url=home.copy_with(path="/oauth2/exchange"), home=home, form=form)
        answer = exchange.whole(request, self._limits.response_bytes)
        if answer.status != httpx.codes.OK:
            raise CredentialUnavailable(f"{host} does not exchange the Azure token: status {answer.status}")
        try:
            token = _DECODER.decode(answer.body).refresh_token
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            token = ""
        if not token:
            raise CredentialUnavailable(f"{host} exchanges the Azure token for something that is no token")
        return token
