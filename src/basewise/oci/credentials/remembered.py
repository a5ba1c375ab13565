"""Credentials that somebody has to be asked for: remembered while they are good, and failures with them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import msgspec

from basewise.model.errors import ImageError
from basewise.oci.credentials.interface import Credential, CredentialSource, CredentialUnavailable
from basewise.oci.exchange import Exchange
from basewise.oci.kept import Fresh, Kept
from basewise.oci.mirrors import Place

_FAILED = 600.0  # seconds after which a question that failed is asked again: a fleet does not fail once per image
_SETTLED = 10.0  # seconds; an answer that is younger is not asked for again when a registry refuses it
K = TypeVar("K", bound=Hashable)


class _Told(msgspec.Struct, frozen=True):
    """An answer, or why there is none."""

    credential: Credential | None
    at: float
    problem: str = ""


class Remembered(CredentialSource, Generic[K]):
    """Implementations give `_key` and `_fetch`.

    Args:
        now: UNIX seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._told: Kept[_Told] = Kept(now)

    @abstractmethod
    def _key(self, place: Place) -> K | None:
        """What one answer is good for; None where this source says nothing of the registry."""

    @abstractmethod
    def _fetch(self, key: K, exchange: Exchange) -> Fresh[Credential | None]:
        """The answer, and until when it is good.

        Raises:
            CredentialUnavailable: with the reason.
            ImageError: the service cannot be asked.
        """

    def find(self, place: Place, exchange: Exchange) -> Credential | None:
        key = self._key(place)
        if key is None:
            return None
        told = self._told.get(key, lambda: self._ask(key, exchange))
        if told.problem:
            raise CredentialUnavailable(told.problem)
        return told.credential

    def forget(self, place: Place) -> None:
        key, settled = self._key(place), self._now() - _SETTLED
        if key is not None:
            self._told.drop(key, lambda told: told.at <= settled)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(secrets hidden)"

    def _ask(self, key: K, exchange: Exchange) -> Fresh[_Told]:
        try:
            fresh = self._fetch(key, exchange)
        except (CredentialUnavailable, ImageError) as error:
            return Fresh(_Told(None, self._now(), error.message), self._now() + _FAILED)
        return Fresh(_Told(fresh.value, self._now()), fresh.until)
