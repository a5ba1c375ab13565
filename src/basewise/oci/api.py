"""The pull half of a registry's API: requests with the right login, statuses turned into reasons.

Follows OCI Distribution Specification 1.1, "Endpoints" end-2 and end-3, and "Error Codes".
"""

from __future__ import annotations

from typing import NoReturn

import httpx
import msgspec

from basewise.model.errors import ImageError, ImageNotFound
from basewise.model.limits import Limits
from basewise.model.reference import DOCKER_HUB
from basewise.oci.auth import Authenticator, Login
from basewise.oci.challenge import parse_challenges
from basewise.oci.exchange import Answer, Exchange, Request
from basewise.oci.mirrors import Place

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
        request, login = self._request(ask), None
        answer = self._exchange.whole(request, self._limits.manifest_bytes)
        for _ in range(self._limits.logins):
            if answer.status != httpx.codes.UNAUTHORIZED:
                break
            login = self._log_in(ask, request, answer.url, answer.headers, login)
            answer = self._exchange.whole(_with(request, login), self._limits.manifest_bytes)
        if answer.status in {401, 403, 404}:
            self._refuse(ask, answer.status)
        return answer

    def stream(self, ask: Ask) -> httpx.Response:
        """An answer of status 200 or 206 with its body unread; the caller closes it.

        Raises:
            As `whole`, and ImageError for every other status.
        """
        request, login = self._request(ask), None
        response = self._exchange.stream(request)
        for _ in range(self._limits.logins):
            if response.status_code != httpx.codes.UNAUTHORIZED:
                break
            response.close()
            login = self._log_in(ask, request, response.url, response.headers, login)
            response = self._exchange.stream(_with(request, login))
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

    def _log_in(
        self, ask: Ask, request: Request, answered: httpx.URL, headers: httpx.Headers, refused: Login | None
    ) -> Login:
        """What the registry asks to be shown; another one than `refused`, which was fresh."""
        if answered.netloc != request.home.netloc:
            # Its challenge would choose whom the registry's credentials are shown to.
            raise ImageError(
                f"{ask.place.host} redirects {ask.what} to {answered.host}, which wants a login of its own"
            )
        offered = parse_challenges(headers.get_list("www-authenticate"))
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
