"""Answers that can be *unknown*, and work that can be *not assessed*.

No zero and no empty list ever stands for "could not look": a question has three answers, and a piece of work has three
outcomes, each with its reason.
"""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal["yes", "no", "unknown"]
Outcome = Literal["ok", "partial", "not_assessed"]


class Answer(msgspec.Struct, frozen=True):
    """A three-state answer to a question of evidence."""

    state: State
    reason: str = ""
    """Why the state is what it is; always set for `unknown`."""
    where: str = ""
    """What was looked at: a reference, a path, a URL."""


class Status(msgspec.Struct, frozen=True):
    """How far one piece of work got."""

    status: Outcome = "ok"
    reason: str = ""
    """Set unless `status` is `ok`; several reasons are joined by '; '."""

    @property
    def is_ok(self) -> bool:
        return self.status == "ok"


OK = Status()


def worst(statuses: list[Status]) -> Status:
    """The sum of several outcomes: reasons joined, `ok` only when all are.

    Parts that were not assessed beside parts that were make the whole `partial`; nothing assessed at all makes it
    `not_assessed`. An empty list is `ok`: nothing was asked.
    """
    reasons = list(dict.fromkeys(s.reason for s in statuses if not s.is_ok))
    if not reasons:
        return OK
    nothing = all(s.status == "not_assessed" for s in statuses)
    return Status("not_assessed" if nothing else "partial", "; ".join(reasons))
