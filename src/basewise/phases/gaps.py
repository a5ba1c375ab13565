"""What was asked for and is already out of reach before a layer is read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from basewise.model.evidence import Status
from basewise.model.inventory import NotAssessed
from basewise.model.workload import Source, Usage


def gaps_before_reading(
    sources: Iterable[Source], usages: Iterable[Usage], unresolved: Mapping[str, Status]
) -> list[NotAssessed]:
    """Sources that could not be read, places whose image cannot be told, and images that nobody could give."""
    found = [NotAssessed("source", s.locator, s.status, s.reason) for s in sources if s.status != "ok"]
    found += [
        NotAssessed("usage", f"{usage.file}:{usage.line} {usage.reference}", usage.status.status, usage.status.reason)
        for usage in usages
        if not usage.status.is_ok
    ]
    found += [NotAssessed("image", reference, status.status, status.reason) for reference, status in unresolved.items()]
    return found
