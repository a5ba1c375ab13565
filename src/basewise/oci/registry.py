"""Images from a registry over HTTP (OCI Distribution Specification 1.1, "Pull")."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager

import httpx
import msgspec

from basewise.model.digest import is_digest, matches, sha256_of, short
from basewise.model.errors import DigestMismatch, ImageError
from basewise.model.image import INDEX_TYPES, MANIFEST_TYPES, Descriptor
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.reference import Reference
from basewise.oci.addresses import Addresses, Lookup, system_lookup
from basewise.oci.api import Ask, RegistryApi
from basewise.oci.auth import Authenticator
from basewise.oci.credentials.chain import Credentials
from basewise.oci.documents import SCHEMA_1_TYPES, media_type_of
from basewise.oci.exchange import Answer, Exchange
from basewise.oci.interface import ImageSource
from basewise.oci.meter import Meter
from basewise.oci.mirrors import Mirrors
from basewise.oci.quoting import quoted
from basewise.oci.settings import Network
from basewise.oci.stream import verified
from basewise.oci.transfer import Transfer
from basewise.oci.waits import Waits

_KNOWN_TYPES = (*MANIFEST_TYPES, *INDEX_TYPES, *SCHEMA_1_TYPES)
_ACCEPT = {"accept": ", ".join(_KNOWN_TYPES)}
_NO_HEAD = {400, 405, 501}  # answers of registries that do not know HEAD for manifests


class RegistrySource(ImageSource):
    """Serves references from the registries they name, or from their mirrors.

    Args:
        allow_plain_http: hosts, with or without port, that speak HTTP without TLS; loopback hosts always do.
        allow_private: lets registries redirect into private networks.
        now: UNIX seconds.
        waits: what waiting is done with.
        transport: replaces the network below HTTP.
        lookup: host name to addresses.
        network: proxies and certificates.
        token_services: hosts that may be shown the credentials of any registry that names them.
        meter: hears of every request.

    Raises:
        UsageError: a certificate of `network` cannot be used.
    """

    def __init__(  # noqa: PLR0913 - one keyword for each thing of the outside world
        self,
        *,
        credentials: Credentials | None = None,
        mirrors: Mirrors | None = None,
        limits: Limits = DEFAULT_LIMITS,
        allow_plain_http: Collection[str] = (),
        allow_private: bool = False,
        now: Callable[[], float] = time.time,
        waits: Waits | None = None,
        transport: httpx.BaseTransport | None = None,
        lookup: Lookup = system_lookup,
        network: Network = Network(),
        token_services: Collection[str] = (),
        meter: Meter | None = None,
    ) -> None:
        self._mirrors = mirrors or Mirrors()
        self._limits = limits
        self._waits = waits or Waits()
        addresses = Addresses(plain_http=allow_plain_http, allow_private=allow_private, lookup=lookup)
        self._exchange = Exchange(
            addresses, limits, now=now, waits=self._waits, network=network, transport=transport, meter=meter
        )
        authenticator = Authenticator(
            self._exchange, credentials or Credentials(), limits, token_services=token_services, now=now
        )
        self._api = RegistryApi(self._exchange, authenticator, limits)

    def resolve(self, reference: Reference) -> Descriptor:
        wanted = reference.digest or reference.tag_or_latest
        place = self._mirrors.place(reference)
        ask = Ask(method="HEAD", place=place, path=f"manifests/{wanted}", what=reference.familiar, headers=_ACCEPT)
        answer = self._api.whole(ask)
        descriptor = _described_by_headers(answer)
        if descriptor is None:
            if answer.status not in {200, *_NO_HEAD}:
                raise ImageError(f"{place.host} answers {ask.what} with status {answer.status}")
            descriptor = self._described_by_body(msgspec.structs.replace(ask, method="GET"), reference)
        if reference.digest and descriptor.digest != reference.digest:
            raise DigestMismatch(f"{place.host} answers {ask.what} with manifest {short(descriptor.digest)}")
        return descriptor

    def manifest(self, reference: Reference, descriptor: Descriptor) -> bytes:
        what = f"{short(descriptor.digest)} of {reference.familiar}"
        ask = self._ask(reference, descriptor, what)
        answer = self._api.whole(ask)
        _check_answer(answer, ask)
        if not matches(answer.body, descriptor.digest):
            raise DigestMismatch(f"{ask.place.host} answers {what} with other content than its digest names")
        return answer.body

    @contextmanager
    def blob(self, reference: Reference, descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
        ask = self._ask(reference, descriptor, f"layer {short(descriptor.digest)} of {reference.familiar}")

        def open_at(start: int) -> httpx.Response:
            ranged = msgspec.structs.replace(ask, headers={"range": f"bytes={start}-"}) if start else ask
            return self._api.stream(ranged)

        transfer = Transfer(descriptor, self._limits, open_at=open_at, waits=self._waits)
        with closing(transfer):
            yield verified(transfer.pieces(), descriptor)

    def close(self) -> None:
        self._exchange.close()

    def _ask(self, reference: Reference, descriptor: Descriptor, what: str) -> Ask:
        """Manifests and indexes have an endpoint of their own; all else is a blob."""
        if not is_digest(descriptor.digest):
            raise ImageError(f"{quoted(descriptor.digest)} is no digest")
        place = self._mirrors.place(reference)
        if descriptor.media_type in _KNOWN_TYPES:
            return Ask(place=place, path=f"manifests/{descriptor.digest}", what=what, headers=_ACCEPT)
        return Ask(place=place, path=f"blobs/{descriptor.digest}", what=what)

    def _described_by_body(self, ask: Ask, reference: Reference) -> Descriptor:
        answer = self._api.whole(ask)
        _check_answer(answer, ask)
        digest = reference.digest or sha256_of(answer.body)
        stated = answer.headers.get("docker-content-digest", digest)
        if not matches(answer.body, digest) or (is_digest(stated) and not matches(answer.body, stated)):
            raise DigestMismatch(f"{ask.place.host} answers {ask.what} with other content than its digest names")
        media_type = _content_type(answer)
        if media_type not in _KNOWN_TYPES:
            media_type = media_type_of(answer.body, f"the answer of {ask.place.host} for {ask.what}")
        return Descriptor(media_type, digest, len(answer.body))


def _described_by_headers(answer: Answer) -> Descriptor | None:
    """None where the headers leave a question that only the body answers."""
    digest = answer.headers.get("docker-content-digest", "")
    length = answer.headers.get("content-length", "")
    media_type = _content_type(answer)
    if answer.status != httpx.codes.OK or media_type not in _KNOWN_TYPES or not is_digest(digest):
        return None
    if not (length.isascii() and length.isdigit() and len(length) < 16):  # more digits than any manifest's size has
        return None
    return Descriptor(media_type, digest, int(length))


def _content_type(answer: Answer) -> str:
    return str(answer.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _check_answer(answer: Answer, ask: Ask) -> None:
    if answer.status != httpx.codes.OK:
        raise ImageError(f"{ask.place.host} answers {ask.what} with status {answer.status}")
    if _content_type(answer) in {"text/html", "application/xhtml+xml"}:
        raise ImageError(
            f"{ask.place.host} answers {ask.what} with a web page",
            remedy="Look whether a proxy or a login page stands before it, or whether it is a registry at all.",
        )
