"""Answers a registry's challenge: Basic, or a bearer token from its token service.

Follows the distribution project's token authentication specification: GET with Basic credentials or none, POST with an
OAuth2 refresh token. Tokens are kept until shortly before they expire. A credential that was refused is not shown again
for that repository, and after some failed logins not to that registry; the next one is. No secret enters an error.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager

import httpx
import msgspec

from basewise.model.errors import AccessDenied, ImageError
from basewise.model.limits import Limits
from basewise.oci.challenge import Challenge
from basewise.oci.credentials.chain import Credentials
from basewise.oci.credentials.interface import Credential
from basewise.oci.exchange import Answer, Exchange
from basewise.oci.kept import Fresh, Kept
from basewise.oci.mirrors import Place
from basewise.oci.quoting import quoted
from basewise.oci.realms import may_see_credentials
from basewise.oci.token_service import Question, is_failed_login, parse_token, realm_of, token_request

_DEFAULT_LIFE = 60.0  # seconds, when the token service states none (token authentication specification)
_LONGEST_LIFE = 86400.0
_MARGIN = 0.1  # a token is given up when this share of its life is left


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
        login = self._login(_chosen(offered, place), place, home, refused)
        if login.header == refused:
            return self.another(place, home, offered, login)
        return login

    def turn(self, place: Place) -> AbstractContextManager[None]:
        """For the block in which a login is tried: alone, until the registry has accepted the credential."""
        return self._credentials.turn(place, self._exchange)

    def accepted(self, place: Place, offered: Sequence[Challenge], login: Login) -> None:
        """Notes that `login` was let in: this repository is shown the same from now on, without asking first."""
        self._challenges[place] = _chosen(offered, place)
        self._accept(place, login.credential)

    def another(self, place: Place, home: httpx.URL, offered: Sequence[Challenge], refused: Login) -> Login:
        """What to show instead of a fresh login that was refused. Raises as `answer`."""
        if refused.credential is None:
            raise self.denied(place)
        self._credentials.fail(place, refused.credential)
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
        if failures := self._credentials.failures(place.host):
            return AccessDenied(
                f"{who}: the credentials given for it failed for {failures} repositories, and are not shown again, so "
                f"that no account is locked{because}",
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
        question = Question(
            host=place.host,
            realm=challenge.parameters.get("realm", ""),
            service=challenge.parameters.get("service", ""),
            scope=challenge.parameters.get("scope") or f"repository:{place.repository}:pull",
        )
        self._tokens.drop(question, lambda login: login.header == refused)
        return self._tokens.get(question, lambda: self._fetch(question, place, home))

    def _fetch(self, question: Question, place: Place, home: httpx.URL) -> Fresh[Login]:
        realm = realm_of(question)
        for _ in range(self._limits.logins):
            credential = self._credentials.find(place, self._exchange)
            if credential is None and place in self._shown:
                break  # all that there are were refused
            if credential is not None:
                self._exchange.addresses.check(realm, home)
                self._check_realm(realm, home, place)
                self._shown.add(place)
            answer = self._exchange.whole(token_request(question, realm, home, credential), self._limits.response_bytes)
            if credential is not None and is_failed_login(answer, credential):
                self._credentials.fail(place, credential)
            elif credential is not None and answer.status == httpx.codes.FORBIDDEN:
                self._credentials.refuse(place, credential)
            elif answer.status in {401, 403}:
                break
            else:
                fresh = self._fresh(answer, realm, credential)
                self._accept(place, credential)
                return fresh
        raise self.denied(place)

    def _accept(self, place: Place, credential: Credential | None) -> None:
        if credential is not None:
            self._credentials.accept(place.host, credential)

    def _check_realm(self, realm: httpx.URL, home: httpx.URL, place: Place) -> None:
        if not may_see_credentials(realm.host, home.host, self._token_services):
            raise AccessDenied(
                f"{place.host} wants its credentials shown to {quoted(realm.host)}, which is not known to belong to it",
                remedy=f"If it does, allow that with --token-service {realm.host}",
            )

    def _fresh(self, answer: Answer, realm: httpx.URL, credential: Credential | None) -> Fresh[Login]:
        parsed = parse_token(answer, realm.host)
        life = _DEFAULT_LIFE if parsed.expires_in is None else min(max(parsed.expires_in, 0.0), _LONGEST_LIFE)
        token = parsed.token or parsed.access_token or ""
        return Fresh(Login(f"Bearer {token}", credential), self._now() + life * (1 - _MARGIN))


def _chosen(offered: Sequence[Challenge], place: Place) -> Challenge:
    """The best of the ways to log in that a registry offers.

    Raises:
        ImageError: none that we know.
    """
    for scheme in ("bearer", "basic"):
        for challenge in offered:
            if challenge.scheme == scheme:
                return challenge
    raise ImageError(f"{place.host} asks for a login of a kind that is not supported")
