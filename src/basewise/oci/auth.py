"""Answers a registry's challenge: Basic, or a bearer token from its token service.

Follows the distribution project's token authentication specification: GET with Basic credentials or none, POST with an
OAuth2 refresh token. Tokens are kept until shortly before they expire. A credential that was refused is not shown again
to that repository; the next one is. No secret enters an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from urllib.parse import urlencode

import httpx
import msgspec

from basewise.model.errors import AccessDenied, ImageError
from basewise.model.limits import Limits
from basewise.oci.challenge import Challenge
from basewise.oci.credentials.chain import Credentials
from basewise.oci.credentials.interface import Credential
from basewise.oci.exchange import Answer, Exchange, Request
from basewise.oci.kept import Fresh, Kept
from basewise.oci.mirrors import Place
from basewise.oci.quoting import quoted
from basewise.oci.realms import may_see_credentials

_DEFAULT_LIFE = 60.0  # seconds, when the token service states none (token authentication specification)
_LONGEST_LIFE = 86400.0
_MARGIN = 0.1  # a token is given up when this share of its life is left
_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


class _TokenAnswer(msgspec.Struct):
    token: str | None = None
    access_token: str | None = None
    expires_in: float | None = None


_TOKEN = msgspec.json.Decoder(_TokenAnswer)


class _Question(msgspec.Struct, frozen=True):
    """What a token is kept under."""

    host: str
    realm: str
    service: str
    scope: str


class Login(msgspec.Struct, frozen=True):
    """What a registry is shown."""

    header: str
    """The value of `Authorization`."""
    credential: Credential | None
    """What it was made from; None where a token was had without any."""

    def __repr__(self) -> str:
        return "Login(secrets hidden)"

    __str__ = __repr__


class Authenticator:
    """Keeps what each registry wants to see. Safe for use from several threads.

    Args:
        token_services: hosts that may be shown the credentials of any registry that names them.
        now: UNIX seconds.
    """

    def __init__(
        self,
        exchange: Exchange,
        credentials: Credentials,
        limits: Limits,
        *,
        token_services: Collection[str] = (),
        now: Callable[[], float],
    ) -> None:
        self._exchange, self._credentials, self._limits, self._now = exchange, credentials, limits, now
        self._token_services = frozenset(token_services)
        self._challenges: dict[Place, Challenge] = {}
        self._tokens: Kept[Login] = Kept(now)
        self._shown: set[Place] = set()

    def header(self, place: Place, home: httpx.URL) -> str | None:
        """The `Authorization` that worked for this repository before; None when it asked for none so far."""
        challenge = self._challenges.get(place)
        return self._login(challenge, place, home, refused=None).header if challenge else None

    def answer(self, place: Place, home: httpx.URL, offered: Sequence[Challenge], refused: str | None) -> Login:
        """What to show for a challenge.

        Args:
            home: the registry.
            offered: what its 401 offers.
            refused: the header that it did not accept, perhaps because it has expired; None when there was none.

        Raises:
            AccessDenied: no credentials, or they were refused.
            ImageError: no way to log in that we know, or a token service that does not work.
        """
        challenge = next((c for c in offered if c.scheme == "bearer"), None)
        challenge = challenge or next((c for c in offered if c.scheme == "basic"), None)
        if challenge is None:
            raise ImageError(f"{place.host} asks for a login of a kind that is not supported")
        login = self._login(challenge, place, home, refused)
        if login.header == refused:
            return self.another(place, home, offered, login)
        self._challenges[place] = challenge
        return login

    def another(self, place: Place, home: httpx.URL, offered: Sequence[Challenge], refused: Login) -> Login:
        """What to show instead of a fresh login that was refused. Raises as `answer`."""
        if refused.credential is None:
            raise self.denied(place)
        self._credentials.refuse(place, refused.credential)
        if self._credentials.find(place, self._exchange) is None:
            raise self.denied(place)
        return self.answer(place, home, offered, refused.header)

    def denied(self, place: Place) -> AccessDenied:
        """The error for a registry that let us not in."""
        who = f"{place.host} refuses access to {place.repository}"
        reason = self._credentials.missing_because(place.host)
        because = f"; {reason}" if reason else ""
        if place in self._shown:
            return AccessDenied(
                f"{who} with the credentials given for it{because}",
                remedy=f"Check them, or run: docker login {place.host}",
            )
        return AccessDenied(
            f"{who} without a login, or there is no such repository{because}",
            remedy=f"Run: docker login {place.host}",
        )

    def _login(self, challenge: Challenge, place: Place, home: httpx.URL, refused: str | None) -> Login:
        if challenge.scheme == "basic":
            credential = self._credentials.find(place, self._exchange)
            if credential is None or not credential.password:
                raise self.denied(place)
            self._shown.add(place)
            return Login(credential.basic(), credential)
        question = _Question(
            host=place.host,
            realm=challenge.parameters.get("realm", ""),
            service=challenge.parameters.get("service", ""),
            scope=challenge.parameters.get("scope") or f"repository:{place.repository}:pull",
        )
        self._tokens.drop(question, lambda login: login.header == refused)
        return self._tokens.get(question, lambda: self._fetch(question, place, home))

    def _fetch(self, question: _Question, place: Place, home: httpx.URL) -> Fresh[Login]:
        realm = _realm(question)
        for _ in range(self._limits.logins):
            credential = self._credentials.find(place, self._exchange)
            if credential is None and place in self._shown:
                break  # all that there are were refused
            if credential is not None:
                self._exchange.addresses.check(realm, home)
                self._check_realm(realm, home, place)
                self._shown.add(place)
            answer = self._exchange.whole(
                _token_request(question, realm, home, credential), self._limits.response_bytes
            )
            if answer.status not in {401, 403}:
                return self._fresh(answer, realm, credential)
            if credential is None:
                break
            self._credentials.refuse(place, credential)
        raise self.denied(place)

    def _check_realm(self, realm: httpx.URL, home: httpx.URL, place: Place) -> None:
        if not may_see_credentials(realm.host, home.host, self._token_services):
            raise AccessDenied(
                f"{place.host} wants its credentials shown to {quoted(realm.host)}, which is not known to belong to it",
                remedy=f"If it does, allow that with --token-service {realm.host}",
            )

    def _fresh(self, answer: Answer, realm: httpx.URL, credential: Credential | None) -> Fresh[Login]:
        parsed = _parse_token(answer, realm.host)
        life = _DEFAULT_LIFE if parsed.expires_in is None else min(max(parsed.expires_in, 0.0), _LONGEST_LIFE)
        token = parsed.token or parsed.access_token or ""
        return Fresh(Login(f"Bearer {token}", credential), self._now() + life * (1 - _MARGIN))


def _realm(question: _Question) -> httpx.URL:
    try:
        realm = httpx.URL(question.realm)
    except httpx.InvalidURL:
        realm = httpx.URL("")
    if not realm.host:
        raise ImageError(f"{question.host} names no token service that can be asked")
    return realm


def _token_request(question: _Question, realm: httpx.URL, home: httpx.URL, credential: Credential | None) -> Request:
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
        parsed = _TOKEN.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ImageError(f"The token service {host} answers with something that is no token") from None
    if not _HEADER_SAFE.fullmatch(parsed.token or parsed.access_token or ""):
        raise ImageError(f"The token service {host} answers without a usable token")
    return parsed
