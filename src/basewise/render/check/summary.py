"""The few lines that end a check on the error stream: what was counted, and what to do next."""

from __future__ import annotations

from basewise.model.check import Check
from basewise.render.check.words import counted
from basewise.render.printable import printable
from basewise.render.words import plural


def summary(document: Check) -> list[str]:
    """Lines for a person, without line ends."""
    lines = [_findings(document), *_apart(document)]
    if document.not_assessed:
        lines.append(f"not assessed, or in part: {len(document.not_assessed)} (listed with reasons in the output)")
    if following := _next(document):
        lines.append(f"next: {following}")
    return [printable(line) for line in lines]


def _findings(document: Check) -> str:
    found, counts = counted(document), document.counts
    errors = sum(finding.level == "error" for finding in found)
    unreadable = sum(finding.rule == "unreadable" for finding in found)
    parts = [plural(errors, "error"), plural(len(found) - errors, "warning")]
    if unreadable + counts.unreadable_off:
        passed = f" ({counts.unreadable_off} passed, as the rule is off)" if counts.unreadable_off else ""
        parts.append(f"{plural(unreadable + counts.unreadable_off, 'place')} not checked{passed}")
    looked = f"{plural(counts.usages, 'image')} named in {plural(counts.files, 'file')}"
    return f"{document.verdict}: {', '.join(parts)}; {looked}, {counts.life_unknown} of unknown end of life"


def _apart(document: Check) -> list[str]:
    """What does not count, and why."""
    lines = []
    excepted = sum(finding.state == "excepted" for finding in document.findings)
    if document.exceptions:
        states = [use.state for use in document.exceptions]
        lines.append(
            f"exceptions: {len(states)} for {plural(excepted, 'finding')}; "
            f"{states.count('expired')} expired, {states.count('unused')} unused"
        )
    if document.baseline is not None:
        use = document.baseline
        unknown = f", {use.not_looked_for} not looked for" if use.not_looked_for else ""
        lines.append(
            f"baseline: {use.recorded} in {use.file}, {use.present} of them still there, {len(use.gone)} gone{unknown}"
        )
    return lines


def _next(document: Check) -> str:
    if document.verdict == "failed":
        if document.baseline is None and not document.policy.baseline:
            return "write what the remedies say, or record what is known with --baseline FILE --update-baseline"
        return "write what the remedies say, or except a finding in basewise.yaml with owner, reason and expiry"
    if document.verdict == "incomplete":
        return "make readable what could not be checked, or name a target that holds Dockerfiles or manifests"
    return ""
