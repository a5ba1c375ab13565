"""Matching: each distinct package version is put to the advisory database once."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from basewise.advisories.database import AdvisoryDatabase
from basewise.catalogue.ecosystems import question, streams
from basewise.model.advisory import Feed, Matches, PackageVersion
from basewise.model.contents import ImageContents
from basewise.model.facts import Facts


def ecosystems(facts: Facts) -> list[str]:
    """OSV ecosystems, with release, that the images of a run need advisories for."""
    return sorted({asked.ecosystem for asked in _questions(facts.contents.values())})


def match(facts: Facts, database: AdvisoryDatabase | None, *, reason: str = "no advisory database") -> Facts:
    """Facts with the database's answers, and the feeds that could have a say in them.

    Args:
        reason: why there is no database, for every package, when `database` is None.
    """
    questions = sorted(_questions(facts.contents.values()))
    if database is None:
        return msgspec.structs.replace(facts, matches=Matches(not_assessed=dict.fromkeys(questions, reason)))
    met = {question.ecosystem for question in questions}
    used = [feed for feed in database.feeds if not feed.ecosystems or any(_speaks_of(feed, name) for name in met)]
    return msgspec.structs.replace(facts, matches=database.match(questions), feeds=used)


def _questions(contents: Iterable[ImageContents]) -> set[PackageVersion]:
    return {question(package) for image in contents for package in image.counted if package.ecosystem}


def _speaks_of(feed: Feed, ecosystem: str) -> bool:
    """True when the feed has statements for the ecosystem, or for a stream of the same release."""
    return not set(feed.ecosystems).isdisjoint(streams(ecosystem, feed.ecosystems))
