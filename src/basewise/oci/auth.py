"""Answers a registry's challenge: Basic, or a bearer token from its token service.

Follows the distribution project's token authentication specification: GET with Basic credentials or none, POST with an
OAuth2 refresh token. Tokens are kept until shortly before they expire. No secret enters an error.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import httpx
import msgspec

from basewise.model.errors import AccessDenied, ImageError
from basewise.model.limits import Limits
from basewise.oci.challenge import Challenge
from basewise.oci.credentials import Credential, Credentials
from basewise.oci.exchange import Answer, Exchange, Request
from basewise.oci.mirrors import Place

_DEFAULT_LIFE = 60.0  # seconds, when the token service states none (token authentication specification)
_LONGEST_LIFE = 86400.0
_MARGIN = 0.1  # a token is given up when this share of its life is left
_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


class _TokenAnswer(msgspec.Struct):
    token: str | None = None
    access_token: str | None = None
    expires_in: float | None = None


class _Question(msgspec.Struct, frozen=True):
    """What a token is kept under."""

    host: str
    realm: str
    service: str
    scope: str


class _Kept(msgspec.Struct, frozen=True):
    token: str
    until: float


class Authenticator:
    """Keeps what each registry wants to see. Safe for use from several threads.

    Args:
        now: UNIX seconds.
    """

    def __init__(
        self, exchange: Exchange, credentials: Credentials, limits: Limits, *, now: Callable[[], float]
    ) -> None:
        self._exchange, self._credentials, self._limits, self._now = exchange, credentials, limits, now
        self._challenges: dict[Place, Challenge] = {}
        self._tokens: dict[_Question, _Kept] = {}
        self._locks: dict[_Question, threading.Lock] = {}
        self._lock = threading.Lock()

    def header(self, place: Place, home: httpx.URL) -> str | None:
        """The `Authorization` that worked for this repository before; None when it asked for none so far."""
        challenge = self._challenges.get(place)
        return self._authorization(challenge, place, home, refused=None) if challenge else None

    def answer(self, place: Place, home: httpx.URL, offered: Sequence[Challenge], refused: str | None) -> str:
        """The `Authorization` for a challenge.

        Args:
            home: the registry.
            offered: what its 401 offers.
            refused: the header that it did not accept; None when there was none.

        Raises:
            AccessDenied: no credentials, or they were refused.
            ImageError: no way to log in that we know, or a token service that does not work.
        """
        challenge = next((c for c in offered if c.scheme == "bearer"), None)
        challenge = challenge or next((c for c in offered if c.scheme == "basic"), None)
        if challenge is None:
            raise ImageError(f"{place.host} asks for a login of a kind that is not supported")
        header = self._authorization(challenge, place, home, refused)
        if header == refused:
            raise self.denied(place)
        self._challenges[place] = challenge
        return header

    def denied(self, place: Place) -> AccessDenied:
        """The error for a registry that let us not in."""
        who = f"{place.host} refuses access to {place.repository}"
        if self._credentials.find(place.host, place.repository):
            return AccessDenied(
                f"{who} with the credentials given for it", remedy=f"Check them, or run: docker login {place.host}"
            )
        because = self._credentials.missing_because(place.host)
        return AccessDenied(
            f"{who} without a login, or there is no such repository" + (f"; {because}" if because else ""),
            remedy=f"Run: docker login {place.host}",
        )

    def _authorization(self, challenge: Challenge, place: Place, home: httpx.URL, refused: str | None) -> str:
        credential = self._credentials.find(place.host, place.repository)
        if challenge.scheme == "basic":
            if credential is None or not credential.password:
                raise self.denied(place)
            return credential.basic()
        question = _Question(
            host=place.host,
            realm=challenge.parameters.get("realm", ""),
            service=challenge.parameters.get("service", ""),
            scope=challenge.parameters.get("scope") or f"repository:{place.repository}:pull",
        )
        with self._lock:
            lock = self._locks.setdefault(question, threading.Lock())
        with lock:  # several threads that need one token fetch it once
            kept = self._tokens.get(question)
            if kept is None or kept.until <= self._now() or f"Bearer {kept.token}" == refused:
                kept = self._tokens[question] = self._fetch(question, place, home, credential)
        return f"Bearer {kept.token}"

    def _fetch(self, question: _Question, place: Place, home: httpx.URL, credential: Credential | None) -> _Kept:
        request = _token_request(question, home, credential)
        answer = self._exchange.whole(request, self._limits.response_bytes)
        if answer.status in {401, 403}:
            raise self.denied(place)
        parsed = _parse_token(answer, request.url.host)
        life = _DEFAULT_LIFE if parsed.expires_in is None else min(max(parsed.expires_in, 0.0), _LONGEST_LIFE)
        return _Kept(parsed.token or parsed.access_token or "", self._now() + life * (1 - _MARGIN))


def _token_request(question: _Question, home: httpx.URL, credential: Credential | None) -> Request:
    try:
        realm = httpx.URL(question.realm)
    except httpx.InvalidURL:
        realm = httpx.URL("")
    if not realm.host:
        raise ImageError(f"{question.host} names no token service that can be asked")
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


def _parse_token(answer: Answer, host: str) -> _TokenAnswer:
    """The token of an answer.

    Raises:
        ImageError: the answer is no token. The body is not quoted: it may hold one.
    """
    if answer.status != httpx.codes.OK:
        raise ImageError(f"The token service {host} answers with status {answer.status}")
    try:
        parsed = msgspec.json.decode(answer.body, type=_TokenAnswer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ImageError(f"The token service {host} answers with something that is no token") from None
    if not _HEADER_SAFE.fullmatch(parsed.token or parsed.access_token or ""):
        raise ImageError(f"The token service {host} answers without a usable token")
    return parsed
