"""The document of `basewise check`, and the baseline that it is held against."""

from __future__ import annotations

from typing import Literal

import msgspec

from basewise.model.inventory import NotAssessed
from basewise.model.policy import Policy, RuleId
from basewise.model.workload import UsageKind, UsageRole

CHECK_SCHEMA = "basewise.dev/check/v1"
BASELINE_SCHEMA = "basewise.dev/baseline/v1"

FindingLevel = Literal["error", "warning"]
FindingState = Literal["new", "baseline", "excepted"]
ExceptionState = Literal["used", "unused", "not-looked-for", "expired"]
Verdict = Literal["passed", "failed", "incomplete"]


class BaselineEntry(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One finding that is known."""

    file: str
    """From the root, forward slashes."""
    rule: RuleId
    subject: str
    """What the finding is about, without what may change while it stays: see `CheckFinding.subject`."""
    fingerprint: str


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """The findings that `check` was told to live with, sorted, so that the file changes only where findings do."""

    schema: str = BASELINE_SCHEMA
    findings: list[BaselineEntry] = []


class ExceptionUse(msgspec.Struct, frozen=True, kw_only=True):
    """One exception of the configuration, and what became of it."""

    place: str
    """`basewise.yaml:12`."""
    match: str
    path: str
    rules: list[RuleId]
    owner: str
    reason: str
    expires: str
    """RFC 3339 date; the last day on which it holds."""
    state: ExceptionState
    """`not-looked-for`: nothing used it, in a run that looked at a part of the repository only."""
    findings: int
    """How many it covers; for one that has expired, how many it would."""


class CheckFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One image in one place that breaks one rule, or one place that could not be checked."""

    rule: RuleId
    level: FindingLevel
    state: FindingState
    """Only `new` findings count. `excepted` names its exception, `baseline` is known."""
    message: str
    """What is wrong, one sentence without full stop."""
    remedy: str
    """What to write instead."""
    reference: str
    """Canonical; as written where it is none; empty for a whole file."""
    subject: str
    """What identifies the finding in its file: the name without digest, and without tag where the rule does not ask
    for one, so that a bump is no new finding."""
    file: str
    """From the root, forward slashes; empty for an image of the command line."""
    line: int
    """From 1; 0 where only the file is known."""
    column: int
    """From 1, in characters; 0 where it is not known."""
    kind: UsageKind | Literal["file"]
    """`file` for a file that could not be read."""
    role: UsageRole | Literal["unknown"]
    build_stage: str
    fingerprint: str
    """SHA-256 of rule, file, subject and their number of occurrence; lines may move without changing it."""
    exception: int | None = None
    """Index in `exceptions` of the one that covers it, or would if it had not expired."""


class BaselineUse(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the baseline."""

    file: str
    recorded: int
    """Findings in it."""
    present: int
    """Those of them that were found again."""
    gone: list[BaselineEntry]
    """Those of them that this run looked for and did not find."""

    @property
    def not_looked_for(self) -> int:
        """Those of them that this run could say nothing about."""
        return self.recorded - self.present - len(self.gone)


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at."""

    files: int
    """Files that name images of the roles and kinds that are looked at."""
    usages: int
    """Places that name such an image."""
    built_here: int
    """Those of them that name what a file here builds, which are neither public nor to be pinned."""
    life_unknown: int
    """Those of them whose name does not tell a distribution that the catalogue has a date for."""
    unreadable_off: int
    """What could not be read and is passed, because the rule `unreadable` is off."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """The document of `basewise check`: what breaks the rules, where, and what to write instead."""

    schema: str = CHECK_SCHEMA
    generated_at: str
    tool: str
    configuration: str = ""
    """File that the rules came from; empty for the defaults."""
    policy: Policy = Policy()
    """The rules as they were applied, flags included."""
    own: list[str] = []
    verdict: Verdict
    """`failed` when a new finding is an error; else `incomplete` when something could not be checked."""
    counts: Counts
    findings: list[CheckFinding] = []
    """By file, line, column and rule."""
    exceptions: list[ExceptionUse] = []
    baseline: BaselineUse | None = None
    not_assessed: list[NotAssessed] = []
    """Targets that say nothing, or cannot be read."""
