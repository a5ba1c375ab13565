"""The texts that HCL expressions come to, as far as the files say."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from basewise.discover.hcl.syntax import Expression, Literal, Object, Other, Template, Traversal, Tuple
from basewise.discover.resolved import Resolved
from basewise.model.limits import Limits

_DEEPEST = 20  # names that stand for names
_SHOWN = 80


class Named(msgspec.Struct, frozen=True):
    """What a name stands for."""

    expression: Expression
    rest: tuple[str, ...] = ()
    """Attributes and indexes of the name that lead into it."""
    confidence: float = 1.0


Names = Callable[[tuple[str, ...]], Named | None]
"""What a path stands for; None when the files do not say."""


class Scope:
    """Evaluates expressions in which names mean what `names` says."""

    def __init__(self, names: Names, limits: Limits) -> None:
        self._names = names
        self._longest = limits.interpolated_characters
        self._known: dict[tuple[str, ...], Resolved] = {}
        self._open: list[tuple[str, ...]] = []

    def text(self, expression: Expression) -> Resolved:
        """The text of a value; with a problem when it is not written in the files."""
        if isinstance(expression, Literal):
            return Resolved("" if expression.value == "null" else expression.value)
        if isinstance(expression, Template):
            return self._template(expression)
        if isinstance(expression, Traversal):
            return self._named(expression.path)
        return Resolved(written(expression), problem="it is computed, or no text")

    def target(self, path: tuple[str, ...]) -> Named | None:
        """The expression at the end of a path, through tables, lists and other names."""
        confidence = 1.0
        for _ in range(_DEEPEST):
            found = self._names(path)
            if found is None:
                return None
            confidence = min(confidence, found.confidence)
            expression = _inside(found.expression, found.rest)
            if not isinstance(expression, Traversal):
                return None if expression is None else Named(expression, confidence=confidence)
            path = expression.path
        return None

    def _named(self, path: tuple[str, ...]) -> Resolved:
        if path in self._known:
            return self._known[path]
        shown = ".".join(path)[:_SHOWN]
        if path in self._open or len(self._open) >= _DEEPEST:
            return Resolved(shown, problem=f"{shown} is defined by itself, or through more than {_DEEPEST} others")
        self._open.append(path)
        target = self.target(path)
        found = self.text(target.expression) if target else Resolved(shown, problem=f"{shown} has no value here")
        self._open.pop()
        if target:
            found = msgspec.structs.replace(found, confidence=min(found.confidence, target.confidence))
        if not self._open:
            self._known[path] = found
        return found

    def _template(self, template: Template) -> Resolved:
        parts: list[str] = []
        length, confidence = 0, 1.0
        for part in template.parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            found = self.text(part)
            if found.problem:
                return Resolved(written(template), problem=found.problem)
            length += len(found.value)
            if length > self._longest:
                problem = f"its variables make it longer than {self._longest} characters"
                return Resolved(written(template), problem=problem)
            parts.append(found.value)
            confidence = min(confidence, found.confidence)
        return Resolved("".join(parts), confidence)


def written(expression: Expression) -> str:
    """A text much as it was written."""
    if isinstance(expression, Template):
        return "".join(part if isinstance(part, str) else f"${{{written(part)}}}" for part in expression.parts)
    if isinstance(expression, Traversal):
        return ".".join(expression.path)
    if isinstance(expression, Literal):
        return expression.value
    return expression.written if isinstance(expression, Other) else "…"


def _inside(expression: Expression, path: tuple[str, ...]) -> Expression | None:
    found: Expression | None = expression
    for part in path:
        if isinstance(found, Object):
            found = found.entries.get(part)
        elif isinstance(found, Tuple) and part.isascii() and part.isdigit() and len(part) < 6:
            found = found.items[int(part)] if int(part) < len(found.items) else None
        else:
            return None
    return found
