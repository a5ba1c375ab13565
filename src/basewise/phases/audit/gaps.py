"""What was asked for and could not be assessed: gathered from everywhere, counted, never a silent zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from basewise.catalogue.ecosystems import question
from basewise.model.advisory import PackageVersion
from basewise.model.contents import ImageContents, PackageType
from basewise.model.evidence import OK, Outcome, Status, worst
from basewise.model.facts import Facts
from basewise.model.inventory import NotAssessed
from basewise.phases.gaps import gaps_before_reading

NO_ECOSYSTEM = "their distribution is not in OSV's list of ecosystems"
NO_ADVISORIES = "programs that no advisories speak of by their upstream versions"
NO_ADVISORIES_FOR_CONDA = "packages of conda, by whose names nobody publishes advisories"
_WITHOUT_ADVISORIES: dict[PackageType, str] = {"generic": NO_ADVISORIES, "conda": NO_ADVISORIES_FOR_CONDA}


def coverage(contents: ImageContents, unmatched: Mapping[PackageVersion, str]) -> list[Status]:
    """How far the packages of one stack of layers could be judged: one status per reason, none when all were.

    Args:
        unmatched: package versions that the database could say nothing about, with the reason.
    """
    reasons: Counter[str] = Counter()
    for package in contents.counted:
        if not package.ecosystem:
            reasons[_WITHOUT_ADVISORIES.get(package.type) or _why_no_ecosystem(contents)] += 1
        elif (asked := question(package)) in unmatched:
            reasons[unmatched[asked]] += 1
    total = len(contents.counted)
    outcome: Outcome = "not_assessed" if reasons.total() == total else "partial"
    return [Status(outcome, f"{count} of {total} packages: {reason}") for reason, count in reasons.most_common()]


def _why_no_ecosystem(contents: ImageContents) -> str:
    return (contents.distribution and contents.distribution.reason) or NO_ECOSYSTEM


def assessed(contents: ImageContents, unmatched: Mapping[PackageVersion, str]) -> Status:
    """How far findings of a stack of layers are the whole truth: its reading and its matching together.

    When no package could be judged, nothing was assessed, however well the layers were read.
    """
    packages = coverage(contents, unmatched)
    status = worst([OK, contents.status, *packages])
    judged = bool(contents.packages) and not any(part.status == "not_assessed" for part in packages)
    return status if judged or status.is_ok else Status("not_assessed", status.reason)


def gaps(facts: Facts, names: Mapping[str, str]) -> list[NotAssessed]:
    """Every gap of a run: sources, usages, images that were not had, images and bases that were not read or judged.

    Args:
        names: for each key of `facts.contents`, what a person calls it.
    """
    found = gaps_before_reading(facts.sources, facts.usages, facts.unresolved)
    found += [NotAssessed("repository", r.path, r.status, r.reason) for r in facts.repositories if r.status != "ok"]
    for key, contents in sorted(facts.contents.items(), key=lambda item: names.get(item[0], item[0])):
        status = assessed(contents, facts.matches.not_assessed)
        if not status.is_ok:
            kind = "packages" if contents.status.is_ok else "image"
            found.append(NotAssessed(kind, names.get(key, key), status.status, status.reason))
    return found
