"""The pull half of a registry's API: requests with the right login, statuses turned into reasons.

Follows OCI Distribution Specification 1.1, "Endpoints" end-2 and end-3, and "Error Codes".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

import httpx
import msgspec

from basewise.model.errors import ImageError, ImageNotFound
from basewise.model.limits import Limits
from basewise.model.reference import DOCKER_HUB
from basewise.oci.auth import Authenticator, Login
from basewise.oci.challenge import Challenge, parse_challenges
from basewise.oci.exchange import Answer, Exchange, Request
from basewise.oci.mirrors import Place

A = TypeVar("A", Answer, httpx.Response)
_HUB_HOST = "registry-1.docker.io"  # where Docker Hub serves the registry API


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One thing asked of one repository."""

    place: Place
    path: str
    """Below `/v2/<repository>/`: `manifests/latest`."""
    what: str
    """Names the thing in errors."""
    method: str = "GET"
    headers: dict[str, str] = {}


class RegistryApi:
    """Asks registries, logging in where they want it. Safe for use from several threads."""

    def __init__(self, exchange: Exchange, authenticator: Authenticator, limits: Limits) -> None:
        self._exchange, self._authenticator = exchange, authenticator
        self._limits = limits

    def whole(self, ask: Ask) -> Answer:
        """A small answer, of any status but those that say no.

        Raises:
            ImageNotFound: status 404.
            AccessDenied: status 401 or 403 with the best login there is.
            ImageError: as `Exchange.whole`.
        """
        request = self._request(ask)

        def send(one: Request) -> Answer:
            return self._exchange.whole(one, self._limits.manifest_bytes)

        answer = send(request)
        if answer.status == httpx.codes.UNAUTHORIZED:
            answer = self._logged_in(ask, request, answer, send)
        if answer.status in {401, 403, 404}:
            self._refuse(ask, answer.status)
        return answer

    def stream(self, ask: Ask) -> httpx.Response:
        """An answer of status 200 or 206 with its body unread; the caller closes it.

        Raises:
            As `whole`, and ImageError for every other status.
        """
        request = self._request(ask)
        response = self._exchange.stream(request)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            response = self._logged_in(ask, request, response, self._exchange.stream)
        if response.status_code not in {200, 206}:
            response.close()
            self._refuse(ask, response.status_code)
        return response

    def _request(self, ask: Ask) -> Request:
        home = self._exchange.addresses.base_url(_HUB_HOST if ask.place.host == DOCKER_HUB else ask.place.host)
        header = self._authenticator.header(ask.place, home)
        return Request(
            method=ask.method,
            url=home.copy_with(path=f"/v2/{ask.place.repository}/{ask.path}"),
            home=home,
            headers=ask.headers | ({"authorization": header} if header else {}),
        )

    def _logged_in(self, ask: Ask, request: Request, refusal: A, send: Callable[[Request], A]) -> A:
        """The answer to the same request with a login: the first that is no 401, or the last."""
        answer, login = refusal, None
        with self._authenticator.turn(ask.place):
            for _ in range(self._limits.logins):
                if isinstance(answer, httpx.Response):
                    answer.close()
                offered = _offered(ask, request, answer)
                login = self._login(ask, request, offered, login)
                answer = send(_with(request, login))
                if _status(answer) != httpx.codes.UNAUTHORIZED:
                    self._authenticator.accepted(ask.place, offered, login)
                    break
        return answer

    def _login(self, ask: Ask, request: Request, offered: Sequence[Challenge], refused: Login | None) -> Login:
        """What the registry asks to be shown; another one than `refused`, which was fresh."""
        if refused is not None:
            return self._authenticator.another(ask.place, request.home, offered, refused)
        return self._authenticator.answer(ask.place, request.home, offered, request.headers.get("authorization"))

    def _refuse(self, ask: Ask, status: int) -> NoReturn:
        if status in {401, 403}:
            raise self._authenticator.denied(ask.place)
        if status == httpx.codes.NOT_FOUND:
            raise ImageNotFound(f"{ask.place.host} does not have {ask.what}")
        raise ImageError(f"{ask.place.host} answers {ask.what} with status {status}")


def _with(request: Request, login: Login) -> Request:
    return msgspec.structs.replace(request, headers=request.headers | {"authorization": login.header})


def _offered(ask: Ask, request: Request, answer: Answer | httpx.Response) -> list[Challenge]:
    if answer.url.netloc != request.home.netloc:
        # Its challenge would choose whom the registry's credentials are shown to.
        raise ImageError(f"{ask.place.host} redirects {ask.what} to {answer.url.host}, which wants a login of its own")
    return parse_challenges(answer.headers.get_list("www-authenticate"))


def _status(answer: Answer | httpx.Response) -> int:
    return answer.status if isinstance(answer, Answer) else answer.status_code
