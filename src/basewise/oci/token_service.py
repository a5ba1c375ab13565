"""What is said to a token service, and what it says. Pure.

Follows the distribution project's token authentication specification: GET with Basic credentials or none, POST with an
OAuth2 refresh token. No secret enters an error.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

import httpx
import msgspec

from basewise.model.errors import ImageError
from basewise.oci.credentials.interface import Credential
from basewise.oci.exchange import Answer, Request

_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


class TokenAnswer(msgspec.Struct):
    """A token under either of its two names."""

    token: str | None = None
    access_token: str | None = None
    expires_in: float | None = None
    """Seconds from now."""


_TOKEN = msgspec.json.Decoder(TokenAnswer)


class Question(msgspec.Struct, frozen=True):
    """What a token is kept under."""

    host: str
    realm: str
    service: str
    scope: str


def is_failed_login(answer: Answer, credential: Credential) -> bool:
    """True for 401, and for what OAuth2 says to a refresh token that is not valid (RFC 6749, section 5.2)."""
    refused = {401, 400} if credential.identity_token else {401}
    return answer.status in refused


def realm_of(question: Question) -> httpx.URL:
    """The address of the token service.

    Raises:
        ImageError: it is none.
    """
    try:
        realm = httpx.URL(question.realm)
    except httpx.InvalidURL:
        realm = httpx.URL("")
    if not realm.host:
        raise ImageError(f"{question.host} names no token service that can be asked")
    return realm


def token_request(question: Question, realm: httpx.URL, home: httpx.URL, credential: Credential | None) -> Request:
    """What a token service is asked with a credential, or with none."""
    query = {"service": question.service, "scope": question.scope}
    if credential and credential.identity_token:
        form = {**query, "grant_type": "refresh_token", "client_id": "basewise"}
        form["refresh_token"] = credential.identity_token
        return Request(method="POST", url=realm, home=home, form=form)
    headers = {"authorization": credential.basic()} if credential else {}
    # Several scopes in one challenge are divided by spaces and asked for one by one.
    pairs = [("service", question.service)] if question.service else []
    pairs += [("scope", scope) for scope in question.scope.split()]
    own_query = realm.query.decode()
    joined = "&".join(part for part in (own_query, urlencode(pairs)) if part)
    return Request(method="GET", url=realm.copy_with(query=joined.encode()), home=home, headers=headers)


def parse_token(answer: Answer, host: str) -> TokenAnswer:
    """The token of an answer.

    Raises:
        ImageError: the answer is no token. The body is not quoted: it may hold one.
    """
    if answer.status != httpx.codes.OK:
        raise ImageError(f"The token service {host} answers with status {answer.status}")
    try:
        parsed = _TOKEN.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ImageError(f"The token service {host} answers with something that is no token") from None
    if not _HEADER_SAFE.fullmatch(parsed.token or parsed.access_token or ""):
        raise ImageError(f"The token service {host} answers without a usable token")
    return parsed
