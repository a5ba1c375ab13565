"""Phase 1, audit: facts in, inventory out. One row per base line, ranked by blast radius."""

from basewise.phases.audit.audit import audit, worst_level

__all__ = ["audit", "worst_level"]
