"""All sources of credentials of one run, asked in order, and what registries said to what they were shown."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.oci.credentials.interface import Credential, CredentialSource, CredentialUnavailable
from basewise.oci.exchange import Exchange
from basewise.oci.mirrors import Place


class _Shown(NamedTuple):
    host: str
    credential: Credential


class Credentials:
    """The first credential that a registry has not refused for a repository. Safe for use from several threads.

    Accounts are locked after some failed logins, so a credential that fails for `limits.login_failures` repositories
    of a registry, and has opened none, is not shown to that registry again.
    """

    def __init__(self, sources: Sequence[CredentialSource] = (), limits: Limits = DEFAULT_LIMITS) -> None:
        self._sources, self._limits = tuple(sources), limits
        self._refused: dict[Place, set[Credential]] = {}
        self._failed: dict[_Shown, set[str]] = {}
        self._good: set[_Shown] = set()
        self._reasons: dict[str, str] = {}
        self._turns: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def find(self, place: Place, exchange: Exchange) -> Credential | None:
        """None where there is no credential, or none that was not refused already."""
        refused = self._refused.get(place, set())
        for source in self._sources:
            try:
                credential = source.find(place, exchange)
            except CredentialUnavailable as error:
                self._reasons[place.host] = error.message
                continue
            if credential is None or credential in refused or self._is_given_up(_Shown(place.host, credential)):
                continue
            return credential
        return None

    @contextmanager
    def turn(self, place: Place, exchange: Exchange) -> Iterator[None]:
        """For the block in which a credential is shown: alone, until the registry has accepted that credential."""
        credential = self.find(place, exchange)
        if credential is None or _Shown(place.host, credential) in self._good:
            yield
            return
        with self._lock:
            turn = self._turns.setdefault(place.host, threading.Lock())
        with turn:
            yield

    def accept(self, host: str, credential: Credential) -> None:
        """Notes that a registry knows `credential`, whatever it opens."""
        with self._lock:
            self._good.add(_Shown(host, credential))

    def refuse(self, place: Place, credential: Credential) -> None:
        """Notes that `credential` does not open a repository: it is not shown for it again."""
        with self._lock:
            self._refused[place] = self._refused.get(place, set()) | {credential}
        for source in self._sources:
            source.forget(place)

    def fail(self, place: Place, credential: Credential) -> None:
        """Notes that a registry did not take `credential` for a login, when it was shown for a repository."""
        with self._lock:
            self._failed.setdefault(_Shown(place.host, credential), set()).add(place.repository)
        self.refuse(place, credential)

    def failures(self, host: str) -> int:
        """For how many repositories a credential failed that is therefore not shown again; 0 where there is none."""
        with self._lock:
            failed = [(shown, len(names)) for shown, names in self._failed.items() if shown.host == host]
        return max((count for shown, count in failed if self._is_given_up(shown)), default=0)

    def missing_because(self, host: str) -> str:
        """Why there is no credential although a source is responsible for this host; empty where none is."""
        return self._reasons.get(host, "")

    def __repr__(self) -> str:
        return f"Credentials({list(self._sources)}, secrets hidden)"

    def _is_given_up(self, shown: _Shown) -> bool:
        return shown not in self._good and len(self._failed.get(shown, ())) >= self._limits.login_failures
