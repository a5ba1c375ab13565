"""Asking sources of credentials without a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import httpx

from basewise.model.limits import Limits
from basewise.oci.addresses import Addresses
from basewise.oci.credentials.chain import Credentials
from basewise.oci.credentials.interface import Credential, CredentialSource
from basewise.oci.exchange import Exchange
from basewise.oci.mirrors import Place
from basewise.oci.waits import Waits

NOW = 1_800_000_000.0


class _Nowhere(httpx.BaseTransport):
    def handle_request(self, request: httpx.Request) -> NoReturn:
        raise AssertionError(f"{request.url.host} was asked")


@contextmanager
def no_network() -> Iterator[Exchange]:
    """An exchange that fails the test when anybody is asked."""

    def refuse(_: float) -> NoReturn:
        raise AssertionError("somebody waits")

    addresses = Addresses(plain_http=(), allow_private=False)
    exchange = Exchange(addresses, Limits(), now=lambda: NOW, waits=Waits(sleep=refuse), transport=_Nowhere())
    yield exchange
    exchange.close()


def find(sources: Sequence[CredentialSource], host: str, repository: str = "a/b") -> Credential | None:
    """What the sources give, in order, without asking anybody."""
    return told(sources, host, repository)[0]


def told(sources: Sequence[CredentialSource], host: str, repository: str = "a/b") -> tuple[Credential | None, str]:
    """What they give, and why they could not."""
    credentials = Credentials(sources)
    with no_network() as exchange:
        return credentials.find(Place(host, repository), exchange), credentials.missing_because(host)
