"""A second opinion on every order: PyPI's univers, over real versions of OSV and over generated ones.

Where the two disagree, a rule below says why and who is right; a disagreement that no rule explains fails.
"""

from __future__ import annotations

import json
import os
import random
import re
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from basewise.advisories.versions import InvalidVersion, scheme_for

univers = pytest.importorskip("univers.versions", reason="univers is not installed (test group of dependencies)")

DATA = os.environ.get("BASEWISE_TEST_DATA", "")
RANDOM_PAIRS = 5_000

Rule = Callable[[str, str], bool]


def either(pattern: str) -> Rule:
    found = re.compile(pattern, re.IGNORECASE)
    return lambda one, other: bool(found.search(one) or found.search(other))


SCHEMES: dict[str, tuple[str, list[str], dict[str, Rule]]] = {
    "AlmaLinux": (
        "RpmVersion",
        ["1", "a", ".1", ".a", "~rc", "~", "^git", "^", "10", "_el9", "-1"],
        {
            # rpm itself is asked in test_rpm.py, and agrees with us.
            "the release begins at the last hyphen, for univers at the first": either(r"-.*-"),
        },
    ),
    "PyPI": ("PypiVersion", ["1", "0", ".", "a1", "rc2", ".post1", ".dev3", "+x", "10"], {}),
    "npm": ("SemverVersion", [], {}),
    "Go": ("GolangVersion", [], {}),
    "RubyGems": ("RubygemsVersion", ["1", "0", ".", "a", "rc1", "10", ".pre"], {}),
    "Maven": (
        "MavenVersion",
        ["1", "0", ".1", "-1", "-alpha", "-rc1", "-sp", "-foo", "10"],
        {
            # "Version Order Specification": trailing nulls are trimmed at each remaining hyphen; univers follows Maven
            # 3.x, which drops the null and keeps the hyphen (see test_maven.py).
            "a zero that says nothing is dropped with its hyphen": either(r"[a-z-]0+(?=[-a-z.])"),
        },
    ),
    "Packagist": (
        "ComposerVersion",
        [],
        {
            # getcomposer.org/doc/articles/versions.md: versions have up to four numbers.
            "univers leaves out the fourth number": either(r"^\d+(?:\.\d+){3}$"),
            # PHP manual, version_compare(): `pl` = `p` is newer than none; numbers in words are compared by value.
            "univers reads suffixes as SemVer does": either(r"-(?:p|rc)\d"),
        },
    ),
    "Bitnami": (
        "SemverVersion",
        [],
        {
            # github.com/bitnami/go-version: "1.2.3-4" is revision 4 of the package of 1.2.3.
            "a number after a hyphen is a revision": either(r"-\d"),
        },
    ),
}


def real_versions(ecosystem: str) -> set[str]:
    """Every version that the advisories name, as a bound or listed."""
    path = Path(DATA, "osv", ecosystem, "all.zip")
    if not DATA or not path.exists():
        return set()
    found: set[str] = set()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            for entry in json.loads(archive.read(name)).get("affected") or []:
                found.update(entry.get("versions") or [])
                for given in entry.get("ranges") or []:
                    if given["type"] != "GIT":
                        found.update(text for event in given["events"] for text in event.values())
    return found - {"0"}


def generated(pieces: list[str], chance: random.Random) -> set[str]:
    return {"1" + "".join(chance.choices(pieces, k=chance.randint(0, 5))) for _ in range(2_000)} if pieces else set()


def parsed(texts: set[str], ecosystem: str, other: Any) -> list[tuple[str, Any]]:
    """Those that both know as versions, in our order."""
    scheme = scheme_for(ecosystem)
    assert scheme is not None
    found = []
    for text in sorted(texts):
        try:
            found.append((scheme.key(text), text, other(text)))
        except (InvalidVersion, univers.InvalidVersion):
            continue
    return [(text, theirs) for _, text, theirs in sorted(found, key=lambda item: item[:2])]


@pytest.mark.parametrize("ecosystem", SCHEMES)
def test_univers_agrees_or_a_rule_says_why_not(ecosystem: str) -> None:
    class_name, pieces, rules = SCHEMES[ecosystem]
    chance = random.Random(20261123)
    texts = real_versions(ecosystem) | generated(pieces, chance)
    if not texts:
        pytest.skip("BASEWISE_TEST_DATA does not name the directory of test data")
    versions = parsed(texts, ecosystem, getattr(univers, class_name))
    assert len(versions) > 100
    pairs = [*pairwise(versions), *((chance.choice(versions), chance.choice(versions)) for _ in range(RANDOM_PAIRS))]
    scheme = scheme_for(ecosystem)
    assert scheme is not None
    unexplained, used = [], set()
    for (one, left), (other, right) in pairs:
        ours, theirs = scheme.compare(one, other), (left > right) - (left < right)
        if ours == theirs:
            continue
        reasons = [name for name, rule in rules.items() if rule(one, other)]
        used.update(reasons)
        if not reasons:
            unexplained.append((one, ours, other, theirs))
    assert unexplained == []
    assert used == set(rules)  # a rule that explains nothing is not needed
