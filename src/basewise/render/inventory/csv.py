"""The backlog as CSV: one row per base, header names that stay as they are."""

from __future__ import annotations

from collections.abc import Callable

from basewise.model.inventory import Base, Inventory
from basewise.render.csv import Cell, render_rows
from basewise.render.interface import Page, Renderer
from basewise.render.inventory.backlog import Row, backlog, outcome, reason


class InventoryCsv(Renderer[Inventory]):
    """Bases in the order of the inventory, builders last."""

    def render(self, document: Inventory, page: Page) -> bytes:  # noqa: ARG002 -- data has no width or colour
        rows = backlog(document)
        return render_rows(
            list(_COLUMNS), ([value(row) for value in _COLUMNS.values()] for row in rows.production + rows.builders)
        )


def _assessed(value: Callable[[Base], Cell]) -> Callable[[Row], Cell]:
    """A figure of what was found; `status` tells whether it is a lower bound."""
    return lambda row: None if outcome(row.base) == "not_assessed" else value(row.base)


def _severity(level: str) -> Callable[[Row], Cell]:
    return _assessed(lambda base: getattr(base.severity_counts, level, None))


def _lead_driver(base: Base) -> Cell:
    if base.drivers:
        return f"{base.drivers[0].source_package} {base.drivers[0].source_version}".strip()
    return None if outcome(base) == "not_assessed" else ""


_COLUMNS: dict[str, Callable[[Row], Cell]] = {
    "rank": lambda row: row.rank,
    "id": lambda row: row.base.id,
    "reference": lambda row: row.base.reference,
    "registry": lambda row: row.base.registry,
    "role": lambda row: row.base.role,
    "origin": lambda row: row.base.origin,
    "distribution": lambda row: row.base.distro.id if row.base.distro else None,
    "distribution_version": lambda row: row.base.distro.version if row.base.distro else None,
    "end_of_life": lambda row: row.base.distro.eol.state if row.base.distro else "unknown",
    "end_of_life_date": lambda row: row.base.distro.eol_date if row.base.distro else None,
    "images": lambda row: row.base.images,
    "inheritors": lambda row: row.base.inheritors.count,
    "inheritors_kind": lambda row: row.base.inheritors.kind,
    "inheritors_confidence": lambda row: row.base.inheritors.confidence,
    "inheritors_total": lambda row: row.base.inheritors_total,
    "parents": lambda row: " ".join(row.base.parents),
    "critical": _severity("critical"),
    "high": _severity("high"),
    "medium": _severity("medium"),
    "low": _severity("low"),
    "negligible": _severity("negligible"),
    "unknown": _severity("unknown"),
    "kev": _assessed(lambda base: base.kev),
    "fixable": _assessed(lambda base: base.fixable),
    "packages": _assessed(lambda base: base.packages),
    "size_bytes": lambda row: row.base.size_bytes,
    "days_since_rebuild": lambda row: row.base.days_since_rebuild,
    "last_rebuilt": lambda row: row.base.last_rebuilt.at if row.base.last_rebuilt else None,
    "last_rebuilt_method": lambda row: row.base.last_rebuilt.method if row.base.last_rebuilt else None,
    "lead": lambda row: row.base.lead,
    "score": lambda row: row.base.score,
    "lead_driver": lambda row: _lead_driver(row.base),
    "digests": lambda row: " ".join(row.base.digests),
    "status": lambda row: outcome(row.base),
    "reason": lambda row: reason(row.base),
}
