"""The order of versions against dpkg itself."""

from __future__ import annotations

import random
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from basewise.advisories.versions import InvalidVersion
from basewise.advisories.versions.dpkg import DpkgScheme

pytestmark = pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg is not installed")

PAIRS = 20_000
UPSTREAM = ["1", "1.0", "1.0.1", "2.4.57", "2.36", "5.10.218", "1.1.1n", "20230311", "1.18~0ubuntu1", "3.0.11", "9e"]
ENDINGS = [
    "",
    "-1",
    "-1+deb11u1",
    "-1+deb11u10",
    "-1~deb12u1",
    "-2",
    "-0",
    "-1+b2",
    "+dfsg-1",
    "~rc1-1",
    "+really1.2-3",
]
ODD = "0019aAzZ.+~:-_"
SCHEME = DpkgScheme()


def realistic(chance: random.Random) -> str:
    return chance.choice(["", "", "", "0:", "1:", "2:"]) + chance.choice(UPSTREAM) + chance.choice(ENDINGS)


def odd(chance: random.Random) -> str:
    return chance.choice("019a") + "".join(chance.choices(ODD, k=chance.randint(0, 9)))


def changed(version: str, chance: random.Random) -> str:
    """The same version with one character put in, taken out or replaced: close pairs find the subtle rules."""
    at = chance.randrange(1, len(version) + 1)
    return version[:at] + chance.choice(["", *ODD]) + version[at + chance.randint(0, 1) :]


def pairs(count: int) -> list[tuple[str, str]]:
    chance = random.Random(20261123)
    found: list[tuple[str, str]] = []
    while len(found) < count:
        make = chance.choice([realistic, realistic, odd])
        one = make(chance)
        found.append((one, changed(one, chance) if chance.random() < 0.5 else make(chance)))
    return found


def relation(one: str, other: str) -> str:
    """What our order says, as dpkg's operator; any operator for a pair that dpkg must refuse."""
    try:
        return {-1: "lt", 0: "eq", 1: "gt"}[SCHEME.compare(one, other)]
    except InvalidVersion:
        return "invalid"


def ask_dpkg(questions: Sequence[tuple[str, str, str]], script: Path) -> list[int]:
    """Exit codes of `dpkg --compare-versions` for each question, from one shell: 0 true, 1 false, 2 invalid."""
    lines = [
        f"dpkg --compare-versions {shlex.quote(one)} {'lt' if operator == 'invalid' else operator} {shlex.quote(other)}"
        "; echo $?"
        for one, operator, other in questions
    ]
    script.write_text("\n".join(lines))
    run = subprocess.run(["bash", str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return [int(line) for line in run.stdout.split()]


def disagreements(given: list[tuple[str, str]], folder: Path) -> list[tuple[str, str, str]]:
    questions = [(one, relation(one, other), other) for one, other in given]
    halves = [questions[::2], questions[1::2]]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask_dpkg, halves, [folder / "even.sh", folder / "odd.sh"]))
    assert [len(half) for half in halves] == [len(codes) for codes in answers]
    return [
        question
        for half, codes in zip(halves, answers, strict=True)
        for question, code in zip(half, codes, strict=True)
        if code != (2 if question[1] == "invalid" else 0)
    ]


def test_20000_pairs_are_ordered_as_dpkg_orders_them(tmp_path: Path) -> None:
    given = pairs(PAIRS)
    relations = [relation(one, other) for one, other in given]
    for operator in ("lt", "eq", "gt", "invalid"):  # the pairs are of all kinds, or the test says little
        assert relations.count(operator) > PAIRS // 50
    assert disagreements(given, tmp_path) == []
