"""The ratchet: known findings do not fail, those that are gone are named, and it grows by request only."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence

from basewise.model.check import Baseline, BaselineEntry, BaselineUse, Check
from basewise.model.policy import RuleId


class Fingerprints:
    """Numbers findings that are alike in one file by their order, so that lines may move and a second one is new."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[RuleId, str, str]] = Counter()

    def next(self, rule: RuleId, file: str, subject: str) -> str:
        """The fingerprint of the next such finding; findings are to be given in the order of the file."""
        number = self._seen[rule, file, subject]
        self._seen[rule, file, subject] += 1
        return hashlib.sha256(json.dumps([rule, file, subject, number]).encode()).hexdigest()


def use_of(
    baseline: Baseline, file: str, *, found: Collection[str], targets: Sequence[str], unread: Collection[str]
) -> BaselineUse:
    """What became of a baseline.

    Args:
        found: fingerprints of everything that was found, findings that are off or excepted included.
        targets: paths that were looked at, from the root; '' is the root itself.
        unread: files that could not be read wholly, in which nothing is known to be gone.
    """
    entries = {entry.fingerprint: entry for entry in baseline.findings}
    gone = [
        entry
        for fingerprint, entry in entries.items()
        if fingerprint not in found and entry.file not in unread and covers(targets, entry.file)
    ]
    present = sum(fingerprint in found for fingerprint in entries)
    return BaselineUse(file=file, recorded=len(entries), present=present, gone=sorted(gone))


def covers(targets: Sequence[str], file: str) -> bool:
    """True when a file is one of the targets or lies below one."""
    return any(not target or file == target or file.startswith(target + "/") for target in targets)


def pruned(baseline: Baseline, use: BaselineUse) -> Baseline:
    """The baseline without what is gone."""
    gone = {entry.fingerprint for entry in use.gone}
    return Baseline(findings=sorted(entry for entry in baseline.findings if entry.fingerprint not in gone))


def updated(baseline: Baseline, done: Check) -> Baseline:
    """The baseline as it is after a run: what that run found, excepted findings apart, and what it did not look for."""
    kept = pruned(baseline, done.baseline).findings if done.baseline else []
    found = [
        BaselineEntry(file=one.file, rule=one.rule, subject=one.subject, fingerprint=one.fingerprint)
        for one in done.findings
        if one.state != "excepted"
    ]
    return Baseline(findings=sorted({entry.fingerprint: entry for entry in [*kept, *found]}.values()))
