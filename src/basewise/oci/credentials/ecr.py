"""Logins for Amazon's registries: a signed question to AWS, answered with a password for twelve hours.

`GetAuthorizationToken` of the Amazon ECR API (2015-09-21) and of the Amazon ECR Public API (2020-10-30), in the JSON
1.1 protocol that AWS's own service models describe. Signing is handed in, see `aws.py`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Protocol

import httpx
import msgspec

from basewise.model.limits import Limits
from basewise.oci.credentials.interface import Credential, CredentialUnavailable
from basewise.oci.credentials.remembered import Remembered
from basewise.oci.exchange import Exchange, Request
from basewise.oci.kept import Fresh
from basewise.oci.mirrors import Place

_PRIVATE = re.compile(
    r"[0-9]{12}\.dkr\.ecr(?P<fips>-fips)?\.(?P<region>[a-z]{2}(?:-[a-z]+)+-[0-9]+)\.(?P<suffix>amazonaws\.com(?:\.cn)?)"
)
_PUBLIC = "public.ecr.aws"
_PUBLIC_REGION = "us-east-1"  # the API of the public gallery is asked there (Amazon ECR Public API Reference)
_LIFE = 12 * 3600.0  # seconds that a password is good for, where the answer states none
_MARGIN = 300.0  # seconds before its end that a password is given up


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask about one registry."""

    name: str
    """The signing name: `ecr` or `ecr-public`."""
    region: str
    url: str
    target: str
    """The operation, as the JSON protocol names it."""


class Signer(Protocol):
    """Signs requests to AWS (Signature Version 4)."""

    def __call__(self, service: Service, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        """All headers of a POST of `body`, the signature among them.

        Raises:
            CredentialUnavailable: there is nothing to sign with.
        """


class _Data(msgspec.Struct, rename="camel"):
    authorization_token: str
    expires_at: float | None = None


class _PrivateAnswer(msgspec.Struct, rename="camel"):
    authorization_data: list[_Data]


class _PublicAnswer(msgspec.Struct, rename="camel"):
    authorization_data: _Data


_PRIVATE_ANSWER = msgspec.json.Decoder(_PrivateAnswer)
_PUBLIC_ANSWER = msgspec.json.Decoder(_PublicAnswer)


class Ecr(Remembered[Service]):
    """Private registries of the `aws` and `aws-cn` partitions, and the public gallery.

    Args:
        endpoints: base URL by service name, in place of AWS's own.
        now: UNIX seconds.
    """

    def __init__(
        self, sign: Signer, limits: Limits, *, now: Callable[[], float], endpoints: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(now)
        self._sign, self._limits, self._endpoints = sign, limits, endpoints or {}

    def _key(self, place: Place) -> Service | None:
        """One password opens every registry of a region that its owner may read."""
        return service_of(place.host, self._endpoints)

    def _fetch(self, key: Service, exchange: Exchange) -> Fresh[Credential | None]:
        data = self._data(key, exchange)
        ends = self._now() + _LIFE if data.expires_at is None else data.expires_at
        return Fresh(_credential(data), ends - _MARGIN)

    def _data(self, service: Service, exchange: Exchange) -> _Data:
        body = b"{}"
        headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": service.target}
        signed = self._sign(service, headers, body)
        try:
            url = httpx.URL(service.url)
        except httpx.InvalidURL:
            raise CredentialUnavailable(f"the address of the AWS service {service.name} is none") from None
        request = Request(method="POST", url=url, home=url, headers=signed, body=body)
        answer = exchange.whole(request, self._limits.response_bytes)
        if answer.status != httpx.codes.OK:
            raise CredentialUnavailable(
                f"AWS gives no login for {service.name} in {service.region}: status {answer.status}"
            )
        try:
            if service.name == "ecr-public":
                return _PUBLIC_ANSWER.decode(answer.body).authorization_data
            return _PRIVATE_ANSWER.decode(answer.body).authorization_data[0]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, IndexError):
            raise _no_login() from None


def service_of(host: str, endpoints: Mapping[str, str]) -> Service | None:
    """Whom to ask about the registry at `host`; None for registries that are not Amazon's."""
    if host == _PUBLIC:
        name, region, url = "ecr-public", _PUBLIC_REGION, f"https://api.ecr-public.{_PUBLIC_REGION}.amazonaws.com/"
        target = "SpencerFrontendService"
    elif found := _PRIVATE.fullmatch(host):
        name, region = "ecr", found["region"]
        begin = "ecr-fips" if found["fips"] else "api.ecr"
        url = f"https://{begin}.{region}.{found['suffix']}/"
        target = "AmazonEC2ContainerRegistry_V20150921"
    else:
        return None
    return Service(name=name, region=region, url=endpoints.get(name) or url, target=f"{target}.GetAuthorizationToken")


def _credential(data: _Data) -> Credential:
    try:
        username, colon, password = base64.b64decode(data.authorization_token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise _no_login() from None
    if not colon or not password:
        raise _no_login()
    return Credential(username=username, password=password)


def _no_login() -> CredentialUnavailable:
    return CredentialUnavailable("AWS answers with something that is no login")
