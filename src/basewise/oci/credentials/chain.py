"""All sources of credentials of one run, asked in order."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from basewise.oci.credentials.interface import Credential, CredentialSource, CredentialUnavailable
from basewise.oci.exchange import Exchange
from basewise.oci.mirrors import Place


class Credentials:
    """The first credential that a registry has not refused for a repository. Safe for use from several threads."""

    def __init__(self, sources: Sequence[CredentialSource] = ()) -> None:
        self._sources = tuple(sources)
        self._refused: dict[Place, set[Credential]] = {}
        self._reasons: dict[str, str] = {}
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
            if credential is not None and credential not in refused:
                return credential
        return None

    def refuse(self, place: Place, credential: Credential) -> None:
        """Notes that a registry did not take `credential` for a repository: it is not shown for it again."""
        with self._lock:
            self._refused[place] = self._refused.get(place, set()) | {credential}
        for source in self._sources:
            source.forget(place)

    def missing_because(self, host: str) -> str:
        """Why there is no credential although a source is responsible for this host; empty where none is."""
        return self._reasons.get(host, "")

    def __repr__(self) -> str:
        return f"Credentials({list(self._sources)}, secrets hidden)"
