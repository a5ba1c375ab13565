"""What was asked for and could not be assessed: gathered from everywhere, counted, never a silent zero."""

from __future__ import annotations

from collections import Counter

from basewise.model.advisory import PackageVersion
from basewise.model.contents import ImageContents
from basewise.model.evidence import Outcome
from basewise.model.facts import Facts
from basewise.model.inventory import NotAssessed


def gaps(facts: Facts, names: dict[str, str]) -> list[NotAssessed]:
    """Every gap of a run: sources, usages, images, then packages per image.

    Args:
        names: for each key of `facts.contents`, what a person calls it.
    """
    found = [
        NotAssessed("source", source.locator, source.status.status, source.status.reason)
        for source in facts.sources
        if not source.status.is_ok
    ]
    found += [
        NotAssessed("usage", f"{usage.file}:{usage.line} {usage.reference}", usage.status.status, usage.status.reason)
        for usage in facts.usages
        if not usage.status.is_ok
    ]
    found += [
        NotAssessed("image", reference, status.status, status.reason) for reference, status in facts.unresolved.items()
    ]
    for key, contents in sorted(facts.contents.items(), key=lambda item: names.get(item[0], item[0])):
        found += _of_contents(contents, names.get(key, key), facts)
    return found


def _of_contents(contents: ImageContents, name: str, facts: Facts) -> list[NotAssessed]:
    found = []
    if not contents.status.is_ok:
        found.append(NotAssessed("image", name, contents.status.status, contents.status.reason))
    reasons: Counter[str] = Counter()
    for package in contents.packages:
        version = PackageVersion(package.ecosystem, package.source, package.source_version)
        if not package.ecosystem:
            reasons["their distribution is not in OSV's list of ecosystems"] += 1
        elif version in facts.matches.not_assessed:
            reasons[facts.matches.not_assessed[version]] += 1
    total = len(contents.packages)
    for reason, count in reasons.most_common():
        status: Outcome = "not_assessed" if count == total else "partial"
        found.append(NotAssessed("packages", name, status, f"{count} of {total} packages: {reason}"))
    return found
