"""Credentials that are at hand: by registry host, or by host and beginning of the repository."""

from __future__ import annotations

from collections.abc import Mapping

from basewise.oci.credentials.interface import Credential, CredentialSource, CredentialUnavailable
from basewise.oci.exchange import Exchange
from basewise.oci.mirrors import Place


class Entries(CredentialSource):
    """The most specific key decides, as containers-auth.json(5) has it: `quay.io/team` before `quay.io`.

    Args:
        problems: for keys whose entry cannot be read, why.
    """

    def __init__(self, entries: Mapping[str, Credential], problems: Mapping[str, str] | None = None) -> None:
        self._entries, self._problems = entries, problems or {}

    def find(self, place: Place, exchange: Exchange) -> Credential | None:
        del exchange
        key = f"{place.host}/{place.repository}"
        while key:
            if key in self._entries:
                return self._entries[key]
            if key in self._problems:
                raise CredentialUnavailable(self._problems[key])
            key = key.rpartition("/")[0]
        return None

    def __repr__(self) -> str:
        return f"Entries({sorted(self._entries)}, secrets hidden)"
