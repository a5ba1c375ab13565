"""JSON documents that list packages: read as a whole, and entry by entry when one of them is not what it should be.

The whole is several times as quick, and right for all but a few files; one odd entry must not take the others with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import msgspec

from basewise.model.limits import Limits

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding a document raises for what it holds."""
_SHOWN_CHARACTERS = 80

Entry = TypeVar("Entry")
Keyed = Iterable[tuple[str, Any]]


class Listing(Generic[Entry]):
    """How one format lists its packages.

    Args:
        strict: of the document with all its entries.
        loose: the same with `msgspec.Raw` for each entry.
        entry: of one entry.
        entries: the entries of either document with what each is called there; '' for a format without keys.
    """

    def __init__(
        self,
        strict: msgspec.json.Decoder[Any],
        loose: msgspec.json.Decoder[Any],
        entry: msgspec.json.Decoder[Entry],
        entries: Callable[[Any], Keyed],
    ) -> None:
        self._strict = strict
        self._loose = loose
        self._entry = entry
        self._entries = entries

    def read(self, data: bytes, note: Callable[[str], None], limits: Limits) -> list[tuple[str, Entry]]:
        """Every entry that can be read, with its key.

        Args:
            note: is told of each of the others, with the reason.
            limits: its `layer_packages` bounds how many are read one by one.

        Raises:
            UNREADABLE: the document is none.
        """
        try:
            return list(self._entries(self._strict.decode(data)))
        except UNREADABLE as error:
            return self._one_by_one(data, note, limits.layer_packages, error)

    def _one_by_one(
        self, data: bytes, note: Callable[[str], None], most: int, error: Exception
    ) -> list[tuple[str, Entry]]:
        try:
            document = self._loose.decode(data)
        except UNREADABLE:
            raise error from None  # it says more of what is wrong
        found: list[tuple[str, Entry]] = []
        for number, (key, raw) in enumerate(self._entries(document), start=1):
            if number > most:
                note(f"more packages than layer_packages = {most}")
                break
            try:
                found.append((key, self._entry.decode(raw)))
            except UNREADABLE as problem:
                note(f"{(key or _name_in(raw) or f'entry {number}')[:_SHOWN_CHARACTERS]} cannot be read ({problem})")
        return found


def _name_in(raw: msgspec.Raw) -> str:
    """What an entry that cannot be read as one calls itself; '' when it does not."""
    try:
        entry = msgspec.json.decode(raw)
    except UNREADABLE:
        return ""
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else ""
