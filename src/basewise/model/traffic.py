"""What a run asked of registries."""

from __future__ import annotations

import msgspec


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """One registry's share, with everything that was asked elsewhere on its behalf: tokens, redirected blobs."""

    registry: str
    """Host, with port where one is given."""
    requests: int
    bytes: int
    """Of bodies received."""
