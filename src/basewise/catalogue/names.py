"""Which distribution the name of an image tells: `python:3.9-slim-buster` says Debian 10 before anybody pulls it.

A name is a claim. What it tells is used where nothing better is at hand, and what it does not tell stays unknown.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

import msgspec

from basewise.catalogue.end_of_life import code_names, lifecycle
from basewise.catalogue.loader import load_as
from basewise.model.reference import Reference

_PART = re.compile(r"[^-_]+")
_RELEASE = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_WORD_AND_RELEASE = re.compile(r"(?P<word>[a-z]+)v?(?P<release>[0-9]+(?:\.[0-9]+)*)?")


class Told(NamedTuple):
    """A distribution and its release."""

    distribution: str
    """os-release's ID."""
    version: str
    """Release number or code name, one that the catalogue of ends of life knows."""


class _Image(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    distribution: str
    source: str
    status: str


class _Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    word: str
    distribution: str
    source: str
    status: str


class _NotACodeName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    source: str


class _Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    as_of: object
    images: list[_Image]
    words: list[_Word]
    not_code_names: list[_NotACodeName]


@lru_cache(maxsize=65536)
def distribution_told(reference: Reference) -> Told | None:
    """The distribution that a reference names, or None where it names none that the catalogue knows."""
    tag = (reference.tag or "").lower()
    for name, distribution in _tables().images.items():
        if reference.repository == name or reference.repository.endswith("/" + name):
            return _release(distribution, tag)
    return _by_words(tag) or _by_words(reference.repository.replace("/", "-"))


def _release(distribution: str, tag: str) -> Told | None:
    """The release that a tag of a distribution's own image begins with: `10.13-slim`, `buster`, `stream9`."""
    first = _PART.match(tag)
    if first is None:
        return None
    number = _WORD_AND_RELEASE.fullmatch(first[0])
    candidates = [first[0], number["release"] if number and number["release"] else ""]
    return next((Told(distribution, text) for text in candidates if text and lifecycle(distribution, text)), None)


def _by_words(text: str) -> Told | None:
    tables, parts = _tables(), _PART.findall(text)
    for part, following in zip(parts, [*parts, ""][1:], strict=True):
        if part in tables.code_names:
            return Told(tables.code_names[part], part)
        found = _WORD_AND_RELEASE.fullmatch(part)
        if found is None or found["word"] not in tables.words:
            continue
        distribution = tables.words[found["word"]]
        release = found["release"] or (following if _RELEASE.fullmatch(following) else "")
        if release and lifecycle(distribution, release):
            return Told(distribution, release)
    return None


class _Tables(NamedTuple):
    images: dict[str, str]
    words: dict[str, str]
    code_names: dict[str, str]


@cache
def _tables() -> _Tables:
    names = load_as("names", _Names)
    ambiguous = {entry.name for entry in names.not_code_names}
    return _Tables(
        images={image.name: image.distribution for image in names.images},
        words={word.word: word.distribution for word in names.words},
        code_names={name: distribution for name, distribution in code_names().items() if name not in ambiguous},
    )
