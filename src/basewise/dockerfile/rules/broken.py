"""A rule that an instruction breaks."""

from __future__ import annotations

import msgspec

from basewise.dockerfile.tokens import Token


class Broken(msgspec.Struct, frozen=True):
    """Which rule, why, and where in the instruction."""

    rule: str
    reason: str
    token: Token | None = None
    """None for the keyword."""
    place: int | None = None
    """Index in the joined line, where no token is."""
