"""Matching: each distinct package version is put to the advisory database once."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from basewise.advisories.database import AdvisoryDatabase
from basewise.catalogue.ecosystems import question
from basewise.model.advisory import Matches, PackageVersion
from basewise.model.contents import ImageContents
from basewise.model.facts import Facts


def ecosystems(facts: Facts) -> list[str]:
    """OSV ecosystems, with release, that the images of a run need advisories for."""
    return sorted({asked.ecosystem for asked in _questions(facts.contents.values())})


def match(facts: Facts, database: AdvisoryDatabase | None, *, reason: str = "no advisory database") -> Facts:
    """Facts with the database's answers.

    Args:
        reason: why there is no database, for every package, when `database` is None.
    """
    questions = sorted(_questions(facts.contents.values()))
    if database is None:
        return msgspec.structs.replace(facts, matches=Matches(not_assessed=dict.fromkeys(questions, reason)))
    return msgspec.structs.replace(facts, matches=database.match(questions), feeds=database.feeds)


def _questions(contents: Iterable[ImageContents]) -> set[PackageVersion]:
    return {question(package) for image in contents for package in image.packages if package.ecosystem}
