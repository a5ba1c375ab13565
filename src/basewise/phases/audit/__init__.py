"""Phase 1, audit: facts in, inventory out. One row per base line, ranked by blast radius."""

from basewise.phases.audit.audit import audit, has_at_least

__all__ = ["audit", "has_at_least"]
