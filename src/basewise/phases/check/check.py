"""From what files name to findings and a verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from basewise.model.check import Baseline, Check, CheckFinding, Counts, FindingState, Verdict
from basewise.model.errors import InvalidReference
from basewise.model.evidence import Status
from basewise.model.inventory import SCRATCH, NotAssessed
from basewise.model.moments import rfc3339
from basewise.model.policy import Level, Policy
from basewise.model.reference import Reference
from basewise.model.workload import Usage
from basewise.phases.check.baseline import Fingerprints, use_of
from basewise.phases.check.exceptions import Exceptions
from basewise.phases.check.rules import Hit, Rules

_LINE = re.compile(r"line ([0-9]{1,9})\b")
_WEIGHT: dict[Level, int] = {"error": 2, "warning": 1, "off": 0}


class Problem(NamedTuple):
    """A file that could not be read wholly."""

    file: str
    """From the root, forward slashes."""
    status: Status


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at. Paths are from the root, with forward slashes."""

    usages: list[Usage] = []
    built: frozenset[str] = frozenset()
    """References of images that files here say they build."""
    problems: list[Problem] = []
    targets: list[str]
    """What was searched or read; '' is the root itself."""
    not_assessed: list[NotAssessed] = []
    """Targets that could not be looked at, or say nothing."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of it."""

    policy: Policy = Policy()
    own: list[str] = []
    configuration: str = ""
    """The file that the policy came from."""
    places: list[str] = []
    """Where each exception is written."""
    narrowed: bool = False
    """True when the run was told to look at fewer roles or kinds than the configuration does."""
    baseline: Baseline | None = None
    baseline_file: str = ""


def check_usages(looked: Looked, asked: Asked, *, now: datetime, tool: str) -> Check:
    """Holds images against the policy, on the day (UTC) of `now`.

    Raises:
        InvalidPattern: a pattern of the policy is none.
    """
    return _Run(looked, asked, now).check(tool)


class _Place(NamedTuple):
    """One usage, or one file, and what it breaks."""

    usage: Usage
    kind: Literal["file"] | None
    reference: Reference | None
    hits: list[Hit]


class _Run:
    """One check while it is made."""

    def __init__(self, looked: Looked, asked: Asked, now: datetime) -> None:
        self._looked, self._asked, self._now = looked, asked, now
        self._policy = asked.policy
        day = now.date()
        self._rules = Rules(asked.policy, asked.own, day)
        self._exceptions = Exceptions(asked.policy.exceptions, asked.places, day)
        known = asked.baseline.findings if asked.baseline else []
        self._known = {entry.fingerprint for entry in known}
        self._found: set[str] = set()
        self._unreadable_off = 0

    def check(self, tool: str) -> Check:
        findings = list(self._findings())
        looked, asked = self._looked, self._asked
        usages = [usage for usage in looked.usages if self._is_asked(usage)]
        use = None
        if asked.baseline is not None:
            unread = {problem.file for problem in looked.problems}
            use = use_of(asked.baseline, asked.baseline_file, found=self._found, targets=looked.targets, unread=unread)
        return Check(
            generated_at=rfc3339(self._now),
            tool=tool,
            configuration=asked.configuration,
            policy=asked.policy,
            own=asked.own,
            verdict=_verdict(findings, looked.not_assessed),
            counts=self._counts(usages),
            findings=findings,
            exceptions=self._exceptions.uses(whole="" in looked.targets and not asked.narrowed),
            baseline=use,
            not_assessed=looked.not_assessed,
        )

    def _findings(self) -> Iterator[CheckFinding]:
        """Every finding counts for the fingerprints of those after it, whether it is looked for in this run or not."""
        fingerprints = Fingerprints()
        for place in sorted(self._places(), key=_position):
            for hit in place.hits:
                fingerprint = fingerprints.next(hit.rule, place.usage.file, hit.subject)
                self._found.add(fingerprint)
                if place.kind is None and not self._is_asked(place.usage):
                    continue
                level = self._level(place, hit)
                if level != "off":
                    yield self._finding(place, hit, level, fingerprint)
                elif hit.rule == "unreadable":
                    self._unreadable_off += 1

    def _places(self) -> Iterator[_Place]:
        for usage in self._looked.usages:
            if usage.reference == SCRATCH:
                continue
            reference = _read(usage)
            hits = [_unreadable(usage)] if reference is None or not usage.status.is_ok else []
            if reference is not None:
                hits += self._rules.broken(reference, built_here=self._is_built_here(usage))
            yield _Place(usage, None, reference, hits)
        for file, status in self._looked.problems:
            line = _LINE.search(status.reason)
            usage = Usage(reference="", kind="argument", file=file, line=int(line[1]) if line else 0, status=status)
            yield _Place(usage, "file", None, [_unreadable(usage)])

    def _is_built_here(self, usage: Usage) -> bool:
        """True for what runs an image that files here build; who builds upon a name takes what the registry has."""
        return usage.reference in self._looked.built and not usage.is_built_upon

    def _finding(self, place: _Place, hit: Hit, level: Literal["error", "warning"], fingerprint: str) -> CheckFinding:
        usage = place.usage
        exception = self._exceptions.cover(hit.rule, place.reference, usage.file)
        state: FindingState = "baseline" if fingerprint in self._known else "new"
        message = hit.message
        if exception is not None and self._exceptions.holds(exception):
            state = "excepted"
        elif exception is not None:
            message = f"{message}; {self._exceptions.ended(exception)}"
        return CheckFinding(
            rule=hit.rule,
            level=level,
            state=state,
            message=message,
            remedy=hit.remedy,
            reference=usage.reference,
            subject=hit.subject,
            file=usage.file,
            line=usage.line,
            column=usage.column,
            kind=place.kind or usage.kind,
            role="unknown" if place.kind else usage.role,
            build_stage=usage.build_stage,
            fingerprint=fingerprint,
            exception=exception,
        )

    def _level(self, place: _Place, hit: Hit) -> Level:
        """What nobody can tell a role of weighs as much as the rule does for any role that is looked at."""
        roles = self._policy.roles if place.kind else [place.usage.role]
        return max((self._policy.rules.of(hit.rule, role) for role in roles), key=_WEIGHT.__getitem__, default="off")

    def _is_asked(self, usage: Usage) -> bool:
        """What was named on the command line is always looked at."""
        if usage.kind == "argument":
            return True
        return usage.role in self._policy.roles and (not self._policy.kinds or usage.kind in self._policy.kinds)

    def _counts(self, usages: Sequence[Usage]) -> Counts:
        references = [reference for usage in usages if usage.reference != SCRATCH and (reference := _read(usage))]
        return Counts(
            files=len({usage.file for usage in usages if usage.file}),
            usages=len(usages),
            built_here=sum(map(self._is_built_here, usages)),
            life_unknown=sum(not self._rules.life_is_known(reference) for reference in references),
            unreadable_off=self._unreadable_off,
        )


def _read(usage: Usage) -> Reference | None:
    """The reference of a usage; None for one that is not assessed or names none."""
    if usage.status.status == "not_assessed":
        return None
    try:
        return Reference.parse(usage.reference)
    except InvalidReference:
        return None


def _unreadable(usage: Usage) -> Hit:
    reason = usage.status.reason or f"'{usage.reference}' is not an image reference"
    return Hit("unreadable", usage.reference, f"could not be checked: {reason.rstrip('.')}", _remedy(usage))


def _remedy(usage: Usage) -> str:
    """What to write where a name cannot be read."""
    if "{{" in usage.reference or "{%" in usage.reference or "template" in usage.status.reason:
        return "Render the template and check the result, or except this file."
    if "$" in usage.reference:
        return "Give the variable a default where it is defined (ARG NAME=value, ${NAME:-value}), or except this file."
    if usage.reference:
        return "Write an image reference: registry/repository:tag@digest."
    return "Make the file readable, or except it by its path with owner, reason and expiry."


def _verdict(findings: Sequence[CheckFinding], not_assessed: Sequence[NotAssessed]) -> Verdict:
    new = [finding for finding in findings if finding.state == "new"]
    if any(finding.level == "error" for finding in new):
        return "failed"
    return "incomplete" if not_assessed or any(finding.rule == "unreadable" for finding in new) else "passed"


def _position(place: _Place) -> tuple[str, int, int, str]:
    usage = place.usage
    return usage.file, usage.line, usage.column, usage.reference
