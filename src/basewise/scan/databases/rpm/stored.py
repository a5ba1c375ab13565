"""What every storage of rpm's database gives: headers, one after the other, or why one cannot be had."""

from __future__ import annotations

import msgspec


class Stored(msgspec.Struct, frozen=True):
    """One entry of the database; `problem` says what is wrong when there is no header, or of the file as a whole."""

    header: bytes = b""
    problem: str = ""
    claimed_bytes: int = 0
    """How long the header says it is, for one that could not be had."""

    @property
    def size(self) -> int:
        """Bytes of the file that the entry takes, or says it takes."""
        return self.claimed_bytes or len(self.header)
