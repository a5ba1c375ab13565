"""Patterns of people: globs over image references and over paths.

`*` stands for any characters within one part of a name, `?` for one of them, and `**`, which must be a part of its own,
for any number of parts. Parts are what stands between slashes. Matching takes time in proportion to the length of the
pattern times that of the text, whatever both are: patterns come from repositories that anybody may change.
"""

from __future__ import annotations

import re

from basewise.model.errors import BasewiseError
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.reference import DOCKER_HUB, Reference

_ANY_PARTS = "**"
_REFERENCE_PART = re.compile(r"[A-Za-z0-9._:*?\[\]-]+")
_TAG = re.compile(r"[A-Za-z0-9._*?-]+")
_DIGEST = re.compile(r"[a-z0-9:*?]+")


class InvalidPattern(BasewiseError):
    """A text is no pattern; the message says which part, the remedy what to write."""


class ReferencePattern:
    """`registry/repository[:tag][@digest]`, each with globs; without tag or digest, any of them will do.

    A pattern begins with a registry (something with a dot or a port, `localhost`, `*` or `**`), or is a short name of
    Docker Hub: `python` stands for `docker.io/library/python`, `acme/*` for `docker.io/acme/*`. `**` alone
    is everything.
    """

    def __init__(self, text: str, limits: Limits = DEFAULT_LIMITS) -> None:
        """Reads a pattern.

        Raises:
            InvalidPattern: it is none.
        """
        _check_length(text, limits)
        rest, at, digest = text.partition("@")
        if at and not _DIGEST.fullmatch(digest):
            raise InvalidPattern(f"'{text}' has no digest after its @", remedy="Write sha256: and digits, or *.")
        head, colon, tail = rest.rpartition(":")
        tag = ""
        if colon and "/" not in tail:
            rest, tag = head, tail
            if not _TAG.fullmatch(tag):
                raise InvalidPattern(f"'{text}' has no tag after its colon", remedy="Write a tag, or leave the colon.")
        self._name = _Parts(_canonical(rest, text), text)
        self._tag = _glob(tag) if tag else None
        self._digest = _glob(digest) if digest else None

    def matches(self, reference: Reference) -> bool:
        """True for a reference that the pattern covers; one without tag or digest has the tag `latest`."""
        for glob, text in ((self._tag, reference.tag_or_latest), (self._digest, reference.digest)):
            if glob is not None and (text is None or not glob.fullmatch(text)):
                return False
        return self._name.match(reference.name)


class PathPattern:
    """A path from the root of the checkout, with globs; one that covers a directory covers everything below it."""

    def __init__(self, text: str, limits: Limits = DEFAULT_LIMITS) -> None:
        """Reads a pattern.

        Raises:
            InvalidPattern: it is none.
        """
        _check_length(text, limits)
        plain = text.removeprefix("./").strip("/")
        if not plain or ".." in plain.split("/"):
            raise InvalidPattern(f"'{text}' is no path below the root", remedy="Write for example services/old/**.")
        self._parts = _Parts([*plain.split("/"), _ANY_PARTS], text)

    def matches(self, path: str) -> bool:
        """True for a path (relative to the root, forward slashes) that the pattern covers."""
        return self._parts.match(path)


class _Parts:
    """A glob over the parts of a name."""

    def __init__(self, parts: list[str], text: str) -> None:
        for part in parts:
            if _ANY_PARTS in part and part != _ANY_PARTS:
                raise InvalidPattern(f"'{text}' has ** beside other characters", remedy="Write * there, or **/ alone.")
        self._globs = [None if part == _ANY_PARTS else _glob(part) for part in parts]

    def match(self, name: str) -> bool:
        """Goes along both at once, and back only to the last `**`, which is far enough: what it took may only grow."""
        parts, globs = name.split("/"), self._globs
        at = position = 0
        resume: tuple[int, int] | None = None
        while position < len(parts):
            glob = globs[at] if at < len(globs) else _NOTHING
            if glob is None:
                resume = (at, position)
                at += 1
            elif glob.fullmatch(parts[position]):
                at, position = at + 1, position + 1
            elif resume is not None:
                at, position = resume[0] + 1, resume[1] + 1
                resume = (resume[0], position)
            else:
                return False
        return all(glob is None for glob in globs[at:])


_NOTHING = re.compile(r"(?!)")


def _glob(part: str) -> re.Pattern[str]:
    """A glob within one part. What a star took is not tried again: the shortest is as good as any other."""
    pieces = ["".join("." if c == "?" else re.escape(c) for c in piece) for piece in part.split("*")]
    if len(pieces) == 1:
        return re.compile(pieces[0], re.DOTALL)
    middle = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1] if piece)
    return re.compile(f"{pieces[0]}{middle}.*{pieces[-1]}", re.DOTALL)


def _canonical(name: str, text: str) -> list[str]:
    """The parts of the name with its registry, as references are written in full."""
    parts = name.split("/")
    if not all(_REFERENCE_PART.fullmatch(part) for part in parts):
        raise InvalidPattern(
            f"'{text}' is no pattern of image references",
            remedy="Write registry/repository[:tag][@digest], for example registry.example/base/**.",
        )
    first = parts[0]
    if first == _ANY_PARTS or (len(parts) > 1 and (first in {"*", "localhost"} or "." in first or ":" in first)):
        return parts
    return [DOCKER_HUB, *(["library"] if len(parts) == 1 else []), *parts]


def _check_length(text: str, limits: Limits) -> None:
    if len(text) > limits.pattern_characters:
        raise InvalidPattern(
            f"'{text[:40]}…' is longer than pattern_characters = {limits.pattern_characters}",
            remedy="Write a shorter pattern.",
        )
