"""What a gate asks of images that files name: rules and how much each weighs, what is allowed, what is excepted.

These are the tables of `basewise.yaml`; its keys are the fields, with hyphens for underscores.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from basewise.model.workload import UsageKind, UsageRole

RuleId = Literal["public-base", "unpinned", "latest", "refused", "end-of-life", "unreadable"]
Level = Literal["error", "warning", "off"]
"""`error` fails the gate, `warning` is said, `off` is not looked at."""

DEFAULT_ROLES: tuple[UsageRole, ...] = ("runtime", "build")


class Rule(msgspec.Struct, frozen=True):
    """What a rule is about; the remedy of one finding is the finding's own."""

    id: RuleId
    title: str
    """What is wrong, in a few words."""
    help: str
    """Why it matters, and what to do about it."""
    level: Level = "error"
    """What it weighs when nobody says otherwise."""


RULES: dict[RuleId, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            "public-base",
            "A public image that is not allowed",
            "Images of public registries are whatever their publishers push, and nobody here has audited them. "
            "Build on an image that `allow` covers, or have this one allowed there.",
        ),
        Rule(
            "unpinned",
            "An image without a digest",
            "A tag can be moved to another image at any time, so the same file gives another result tomorrow. "
            "Write the digest after the tag, and let Renovate or Dependabot move both.",
        ),
        Rule(
            "latest",
            "The tag latest, or no tag",
            "`latest` names no version: nobody can tell what was meant, or notice that it changed. "
            "Write the version that is meant.",
        ),
        Rule(
            "refused",
            "An image that is refused",
            "The configuration refuses this image, with a reason and what to use instead.",
        ),
        Rule(
            "end-of-life",
            "A distribution past its end of life",
            "Its publisher makes no more security fixes that everybody can have, and scanners report little about it "
            "because nobody looks any more. Move to a release that is maintained.",
        ),
        Rule(
            "unreadable",
            "Something that could not be checked",
            "A file that could not be read, or a name that is filled in later: what stands there may break any rule. "
            "Write a name that can be read, give variables a default, or except the file with a reason.",
            level="warning",
        ),
    )
}
"""By id. Ids are stable: baselines, exceptions and code scanning refer to them."""


class RoleLevels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much a rule weighs by what the image is for; a role that is not named keeps the default."""

    runtime: Level | None = None
    """Images that production runs: manifests, compose services, the stage that becomes the image."""
    build: Level | None = None
    """Images that only build others: all other stages, `COPY --from`."""
    ci: Level | None = None
    """Images that jobs of CI run in."""
    dev: Level | None = None
    """Images that people develop in."""


class RuleLevels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """How much each rule weighs: one level, or one by role."""

    public_base: Level | RoleLevels = "error"
    """A public image that `allow` does not cover and `own` does not begin."""
    unpinned: Level | RoleLevels = "error"
    """No digest."""
    latest: Level | RoleLevels = "error"
    """The tag `latest`, or neither tag nor digest."""
    refused: Level | RoleLevels = "error"
    """Covered by `refuse`."""
    end_of_life: Level | RoleLevels = "error"
    """By its name, of a distribution whose public security fixes have ended. What no name tells is counted."""
    unreadable: Level | RoleLevels = "warning"
    """A file or name that cannot be read. `warning` ends with exit code 3, `off` passes it and counts it."""

    def of(self, rule: RuleId, role: UsageRole) -> Level:
        """The level of a rule for images of a role."""
        level: Level | RoleLevels = getattr(self, rule.replace("-", "_"))
        if not isinstance(level, RoleLevels):
            return level
        by_role: Level | None = getattr(level, role)
        return by_role or RULES[rule].level


class Refusal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Images that nobody shall name."""

    match: str
    """Pattern of references."""
    reason: str
    """Why; it stands in every finding."""
    instead: str = ""
    """What to write instead."""


class PolicyException(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Findings that somebody answers for, for a time. It needs at least one of `match` and `path`."""

    match: str = ""
    """Pattern of references; without it, any image of `path`."""
    rules: list[RuleId] = []
    """Without it, all rules."""
    path: str = ""
    """Pattern of paths from the root of the repository; without it, any file."""
    owner: str
    """Who answers for it."""
    reason: str
    """Why it has to be."""
    expires: date
    """Last day on which it holds, `YYYY-MM-DD`."""


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `basewise check` asks, the table `check`."""

    allow: list[str] = []
    """Patterns of references of public images that may be used."""
    refuse: list[Refusal] = []
    """Images that may not be used, whoever publishes them."""
    rules: RuleLevels = RuleLevels()
    """How much each rule weighs."""
    roles: list[UsageRole] = msgspec.field(default_factory=lambda: list(DEFAULT_ROLES))
    """Which images are looked at, by what they are for."""
    kinds: list[UsageKind] = []
    """Which images are looked at, by the kind of file; empty is every kind."""
    baseline: str = ""
    """File of findings that are known, from the directory of `basewise.yaml`."""
    exceptions: list[PolicyException] = []
    """Findings that do not fail, each with owner, reason and expiry."""
