"""A second opinion on every order: PyPI's univers, over real versions of OSV and over generated ones.

Where univers is known to read versions otherwise, a rule of `opinions` answers in its place.
"""

from __future__ import annotations

import json
import os
import random
import zipfile
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.integration.advisories.opinions import OPINIONS, Rule

from basewise.advisories.versions import InvalidVersion, VersionScheme, scheme_for

univers = pytest.importorskip("univers.versions", reason="univers is not installed (test group of dependencies)")
RULES = [(ecosystem, rule) for ecosystem, opinion in OPINIONS.items() for rule in opinion.rules]

DATA = os.environ.get("BASEWISE_TEST_DATA", "")
RANDOM_PAIRS = 5_000
EXAMPLES = 400  # of up to 28 pairs each
LEAST_SHARE = 0.25
"""Of the pairs, how many univers itself must be asked about: rules are exceptions."""


class Asked:
    """Our order of an ecosystem beside that of univers."""

    def __init__(self, ecosystem: str) -> None:
        scheme = scheme_for(ecosystem)
        assert scheme is not None
        self.scheme: VersionScheme = scheme
        self.opinion = OPINIONS[ecosystem]

    def theirs(self, one: str, other: str) -> int:
        left, right = self.parsed(one), self.parsed(other)
        return int(left > right) - int(left < right)

    def parsed(self, text: str) -> Any:
        return getattr(univers, self.opinion.name)(text)

    def knows(self, text: str) -> bool:
        """True when both take it for a version."""
        try:
            self.scheme.key(text)
            self.parsed(text)
        except (InvalidVersion, ValueError):
            return False
        return True

    def rules(self, one: str, other: str) -> dict[str, int]:
        """The answers of all rules that speak of the pair."""
        return {rule.why: rule.answer(one, other) for rule in self.opinion.rules if rule.speaks(one, other)}

    def wrong(self, one: str, other: str) -> tuple[object, ...] | None:
        """The pair, our answer and who says otherwise; None when we answer as the rules do, or else univers."""
        ours = self.scheme.compare(one, other)
        answers = self.rules(one, other) or {"univers": self.theirs(one, other)}
        return None if set(answers.values()) == {ours} else (one, ours, other, answers)


def real_versions(ecosystem: str) -> set[str]:
    """Every version that the advisories name, as a bound or listed."""
    path = Path(DATA, "osv", ecosystem, "all.zip")
    if not DATA or not path.exists():
        pytest.skip(f"BASEWISE_TEST_DATA names no directory with advisories of {ecosystem}")
    found: set[str] = set()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            for entry in json.loads(archive.read(name)).get("affected") or []:
                found.update(entry.get("versions") or [])
                for given_range in entry.get("ranges") or []:
                    if given_range["type"] != "GIT":
                        found.update(text for event in given_range["events"] for text in event.values())
    return found - {"0"}


@pytest.mark.parametrize("ecosystem", OPINIONS)
def test_real_versions_are_ordered_as_univers_or_the_specification_says(ecosystem: str) -> None:
    asked, chance = Asked(ecosystem), random.Random(20261123)
    versions = sorted(filter(asked.knows, sorted(real_versions(ecosystem))), key=asked.scheme.key)
    assert len(versions) > 100
    pairs = [*pairwise(versions), *((chance.choice(versions), chance.choice(versions)) for _ in range(RANDOM_PAIRS))]
    assert [wrong for pair in pairs if (wrong := asked.wrong(*pair))] == []
    assert sum(not asked.rules(*pair) for pair in pairs) > LEAST_SHARE * len(pairs)


@pytest.mark.parametrize("ecosystem", OPINIONS)
def test_generated_versions_are_ordered_as_univers_or_the_specification_says(ecosystem: str) -> None:
    asked, compared, alone = Asked(ecosystem), 0, 0
    texts = st.lists(st.sampled_from(asked.opinion.pieces), max_size=5).map(lambda pieces: "1" + "".join(pieces))

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
    @given(st.lists(texts.filter(asked.knows), min_size=2, max_size=8, unique=True))
    def check(versions: list[str]) -> None:
        nonlocal compared, alone
        for one, other in combinations(versions, 2):
            assert asked.wrong(one, other) is None
            assert asked.scheme.compare(other, one) == -asked.scheme.compare(one, other)
            compared, alone = compared + 1, alone + (not asked.rules(one, other))

    check()
    assert compared > EXAMPLES
    assert alone > LEAST_SHARE * compared  # or the rules leave univers nothing to say


@pytest.mark.parametrize(("ecosystem", "rule"), RULES, ids=[f"{ecosystem}: {rule.why}" for ecosystem, rule in RULES])
def test_a_rule_is_needed_and_answers_otherwise_than_univers(ecosystem: str, rule: Rule) -> None:
    asked, pair = Asked(ecosystem), rule.example
    assert rule.speaks(*pair)
    assert asked.theirs(*pair) != rule.answer(*pair) == asked.scheme.compare(*pair)
