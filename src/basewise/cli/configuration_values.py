"""What the types of a configuration do not say: what is a pattern, a beginning of names, or no exception at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from basewise.model.configuration import Configuration
from basewise.model.errors import InvalidReference
from basewise.model.patterns import InvalidPattern, PathPattern, ReferencePattern
from basewise.model.reference import Reference

Path_ = tuple[str | int, ...]
"""Keys and indexes that lead to a value."""


class Mistake(NamedTuple):
    """A value that cannot be meant."""

    path: Path_
    message: str
    remedy: str


def mistakes(configuration: Configuration) -> Iterator[Mistake]:
    """Every such value, in the order of the keys."""
    yield from _own(configuration)
    yield from _patterns(configuration)
    yield from _empty(configuration)
    for index, exception in enumerate(configuration.check.exceptions):
        if not exception.path and not exception.match:
            path = ("check", "exceptions", index)
            yield Mistake(path, "this exception covers everything", "Add match, path or both.")


def is_beginning(text: str) -> bool:
    """True for what canonical names of images can begin with: a registry, with or without a part of the path."""
    prefix = text.rstrip("/")
    try:
        return Reference.parse(f"{prefix}/x").name == f"{prefix}/x"
    except InvalidReference:
        return False


def _own(configuration: Configuration) -> Iterator[Mistake]:
    for index, text in enumerate(configuration.own):
        if not is_beginning(text):
            remedy = "Write a registry and a part of the path, as in ghcr.io/acme."
            yield Mistake(("own", index), f"'{text}' is no beginning of the names of images", remedy)


def _patterns(configuration: Configuration) -> Iterator[Mistake]:
    for path, text in _reference_patterns(configuration):
        try:
            ReferencePattern(text)
        except InvalidPattern as error:
            yield Mistake(path, error.message, error.remedy)
    for index, exception in enumerate(configuration.check.exceptions):
        try:
            if exception.path:
                PathPattern(exception.path)
        except InvalidPattern as error:
            yield Mistake(("check", "exceptions", index, "path"), error.message, error.remedy)


def _reference_patterns(configuration: Configuration) -> Iterator[tuple[Path_, str]]:
    policy = configuration.check
    yield from ((("check", "allow", index), text) for index, text in enumerate(policy.allow))
    yield from ((("check", "refuse", index, "match"), refusal.match) for index, refusal in enumerate(policy.refuse))
    for index, exception in enumerate(policy.exceptions):
        if exception.match:
            yield ("check", "exceptions", index, "match"), exception.match


def _empty(configuration: Configuration) -> Iterator[Mistake]:
    """Texts that say nothing where somebody has to say something."""
    said: list[tuple[Path_, str]] = []
    for index, exception in enumerate(configuration.check.exceptions):
        said += [(("check", "exceptions", index, key), getattr(exception, key)) for key in ("owner", "reason")]
    for index, refusal in enumerate(configuration.check.refuse):
        said.append((("check", "refuse", index, "reason"), refusal.reason))
    for path, text in said:
        if not text.strip():
            yield Mistake(path, f"'{path[-1]}' is empty", "Say it in a few words.")
