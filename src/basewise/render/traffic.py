"""What a run asked of registries, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from basewise.model.traffic import Traffic
from basewise.render.printable import printable
from basewise.render.words import plural, size

_NAMED = 5  # registries


def traffic_lines(traffic: Sequence[Traffic]) -> list[str]:
    """One line without line end: all together, then the registries that were asked most; none where none was asked."""
    if not traffic:
        return []
    parts = [f"{entry.registry}: {_share(entry.requests, entry.bytes)}" for entry in traffic[:_NAMED]]
    if len(traffic) > _NAMED:
        parts.append(plural(len(traffic) - _NAMED, "other"))
    total = _share(sum(entry.requests for entry in traffic), sum(entry.bytes for entry in traffic))
    return [printable(f"registries: {total} ({'; '.join(parts)})")]


def _share(requests: int, count: int) -> str:
    return f"{plural(requests, 'request')}, {size(count)}"
