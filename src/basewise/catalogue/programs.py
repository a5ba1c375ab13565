"""Programs that images install without a package record: how to tell their version. Facts: `programs.yaml`."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Literal

import msgspec

from basewise.catalogue.loader import load_as


class ProgramRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the version of one kind of program stands in its file."""

    id: str
    name: str
    """Name of the package: Bitnami's, where OSV's Bitnami ecosystem has the program."""
    advisories: Literal["Bitnami", "none"]
    """Whose advisories speak of its upstream versions."""
    files: str
    """Regular expression of the whole file name. Its named groups can be used in what follows, as `{group}`."""
    pattern: str
    """Regular expression of Latin-1 text with named groups, `version` or those that `version` below is made of."""
    told_by: str = ""
    """Regular expression of the content with the groups that `files` has, for names that do not tell all of them."""
    near: str = ""
    """Text that every match of `pattern` holds, at most `WINDOW` characters from either end; '' searches everything."""
    again: str = ""
    """Regular expression of what follows the version where it stands once more; '' when once is enough."""
    version: str = "{version}"
    """How the version is made of the groups of `pattern`."""
    partner: bool = False
    """True when the version may stand in a shared library beside a program that has none."""
    source: str
    date: date
    status: Literal["confirmed", "unconfirmed"] = "confirmed"
    """Confirmed on a real program that somebody else built."""
    example: str
    """What `pattern` matches, as seen; NUL is written as `\\0`."""
    expects: str
    """The version that the example gives."""
    example_file: str


WINDOW = 128
"""Bytes before and behind `near` that `pattern` is matched in."""


class GoRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Go program that is known by its main module, whose build information tells the version."""

    module: str
    """Path of the main module, without the suffix for its major version."""
    name: str
    flags: list[str] = []
    """Variables that releases set with the linker's -X, the first that is set counts."""
    tagged: bool = True
    """True when the version of the module is that of the release."""
    source: str
    date: date


class _Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    programs: list[ProgramRule]
    go: list[GoRule]


@cache
def program_rules() -> tuple[ProgramRule, ...]:
    """All rules for what stands in the file of a program."""
    return tuple(_catalogue().programs)


@cache
def go_rules() -> dict[str, GoRule]:
    """Rules for Go programs, by path of the main module without its major version."""
    return {rule.module: rule for rule in _catalogue().go}


@cache
def names_without_advisories() -> frozenset[str]:
    """Names of programs that are recognised although nobody's advisories speak of their upstream versions."""
    return frozenset(rule.name for rule in program_rules() if rule.advisories == "none")


@cache
def file_names() -> re.Pattern[str]:
    """Matches the whole name of any file that a rule is for."""
    return re.compile("|".join(f"(?:{_without_names(rule.files)})" for rule in program_rules()))


def _without_names(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


@cache
def _catalogue() -> _Catalogue:
    return load_as("programs", _Catalogue)
