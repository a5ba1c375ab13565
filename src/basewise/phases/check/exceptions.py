"""Which exception covers a finding, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from basewise.model.check import ExceptionState, ExceptionUse
from basewise.model.patterns import PathPattern, ReferencePattern
from basewise.model.policy import PolicyException, RuleId
from basewise.model.reference import Reference


class Exceptions:
    """The exceptions of a policy, and how often each was used."""

    def __init__(self, exceptions: Sequence[PolicyException], places: Sequence[str], day: date) -> None:
        """Prepares them.

        Args:
            places: where each is written, as `basewise.yaml:12`.
            day: an exception holds up to and on its last day.

        Raises:
            InvalidPattern: a pattern is none.
        """
        self._exceptions = exceptions
        self._places = places
        self._expired = [one.expires < day for one in exceptions]
        # Many findings are about few images and files.
        self._match = [cache(ReferencePattern(one.match).matches) if one.match else None for one in exceptions]
        self._path = [cache(PathPattern(one.path).matches) if one.path else None for one in exceptions]
        self._findings = [0] * len(exceptions)

    def cover(self, rule: RuleId, reference: Reference | None, file: str) -> int | None:
        """Index of the first exception that covers a finding, one that holds before one that has expired; counts it.

        Args:
            reference: None where the name cannot be read: only exceptions for a path cover that.
        """
        fitting = [index for index in range(len(self._exceptions)) if self._fits(index, rule, reference, file)]
        chosen = next((index for index in fitting if not self._expired[index]), fitting[0] if fitting else None)
        if chosen is not None:
            self._findings[chosen] += 1
        return chosen

    def holds(self, index: int) -> bool:
        """True for an exception that has not expired."""
        return not self._expired[index]

    def ended(self, index: int) -> str:
        """What is said of a finding whose exception has expired."""
        one = self._exceptions[index]
        return f"the exception of {one.owner} ({self._places[index]}) expired on {one.expires}"

    def uses(self, *, whole: bool) -> list[ExceptionUse]:
        """What became of each.

        Args:
            whole: the run looked at everything that exceptions can be about.
        """
        return [
            ExceptionUse(
                place=self._places[index],
                match=one.match,
                path=one.path,
                rules=one.rules,
                owner=one.owner,
                reason=one.reason,
                expires=one.expires.isoformat(),
                state=self._state(index, whole=whole),
                findings=self._findings[index],
            )
            for index, one in enumerate(self._exceptions)
        ]

    def _state(self, index: int, *, whole: bool) -> ExceptionState:
        if not self._findings[index] and not whole:
            return "not-looked-for"
        if self._expired[index]:
            return "expired"
        return "used" if self._findings[index] else "unused"

    def _fits(self, index: int, rule: RuleId, reference: Reference | None, file: str) -> bool:
        one, match, path = self._exceptions[index], self._match[index], self._path[index]
        if one.rules and rule not in one.rules:
            return False
        if match is not None and (reference is None or not match(reference)):
            return False
        return path is None or (bool(file) and path(file))
