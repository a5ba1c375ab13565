"""Names and values as a stage goes on: ENV and ARG, each from the instruction after it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping

from basewise.dockerfile.expansion import Value


class Scope:
    """What names stand for in one stage, at each place in it.

    A stage goes on where the one below it ended, except that what ENV set there, as part of the image, goes before
    what ARG set, even later (BuildKit, `dispatchStages`: the image's environment is laid over the inherited state).
    """

    def __init__(self, below: Scope | None) -> None:
        self.below = below
        self.environment: dict[str, Value] = {}
        """What ENV set last in this stage."""
        self.values: dict[str, list[tuple[int, Value]]] = {}
        """Everything that was set, each with the number of the instruction that did."""

    def set(self, place: int, name: str, value: Value) -> None:
        """Gives a name its value behind the instruction number `place`; called in the order of places."""
        self.values.setdefault(name, []).append((place, value))

    def find(self, name: str, place: int) -> Value | None:
        """The value before the instruction number `place`; None when the name has none."""
        known = self.values.get(name, [])
        at = bisect_left(known, place, key=lambda entry: entry[0])
        return known[at - 1][1] if at else self._inherited(name)

    def names(self, place: int) -> Iterator[str]:
        """Every name with a value before the instruction number `place`, the oldest first."""
        found = dict.fromkeys([name for scope in reversed([self, *self._chain()]) for name in scope.values])
        return (name for name in found if self.find(name, place) is not None)

    def _inherited(self, name: str) -> Value | None:
        for scope in self._chain():
            if name in scope.environment:
                return scope.environment[name]
        for scope in self._chain():
            if name in scope.values:
                return scope.values[name][-1][1]
        return None

    def _chain(self) -> Iterator[Scope]:
        """The stages below, the nearest first."""
        scope = self.below
        while scope is not None:
            yield scope
            scope = scope.below


class Environment(Mapping[str, str]):
    """The values of ENV and ARG at one place. What the base image sets is not among them: no file says it."""

    def __init__(self, scope: Scope, place: int) -> None:
        self._scope = scope
        self._place = place

    def value(self, name: str) -> Value | None:
        """What a name stands for, with what is known of it."""
        return self._scope.find(name, self._place)

    def __getitem__(self, name: str) -> str:
        value = self.value(name)
        if value is None or value.text is None:
            raise KeyError(name)
        return value.text

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._scope.names(self._place) if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
