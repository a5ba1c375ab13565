"""The order of versions against rpm itself."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from basewise.advisories.versions import InvalidVersion
from basewise.advisories.versions.rpm import RpmScheme

pytestmark = pytest.mark.skipif(shutil.which("rpm") is None, reason="rpm is not installed")

PAIRS = 20_000
UPSTREAM = ["1", "1.0", "1.0.1", "2.34", "3.6.8", "4.18.0", "20240101", "B.02.19.2", "1.0~rc1", "1.1^20240101git", "9e"]
RELEASES = [
    "",
    "-1",
    "-1.el9",
    "-1.el9_2",
    "-51.el8_8.1.alma.1",
    "-553.el8_10",
    "-3.module_el8.3.0+2043+807b4491",
    "-1.module+el8.7.0+17306+fc023f99",
    "-150500.17.34.1",
    "-0.1.beta",
]
ODD = "0019aAzZ.+~^:-_"
SCRIPT = """%{{lua:
  for line in io.lines("{pairs}") do
    local one, other = line:match("^(%S+) (%S+)$")
    print(rpm.vercmp(one, other) .. "\\n")
  end
}}"""


def realistic(chance: random.Random) -> str:
    return chance.choice(["", "", "", "0:", "1:", "2:"]) + chance.choice(UPSTREAM) + chance.choice(RELEASES)


def odd(chance: random.Random) -> str:
    return chance.choice("019a") + "".join(chance.choices(ODD, k=chance.randint(0, 9)))


def changed(version: str, chance: random.Random) -> str:
    """The same version with one character put in, taken out or replaced: close pairs find the subtle rules."""
    at = chance.randrange(1, len(version) + 1)
    return version[:at] + chance.choice(["", *ODD]) + version[at + chance.randint(0, 1) :]


def comparable(version: str) -> bool:
    try:
        return bool(RpmScheme.key(version))
    except InvalidVersion:
        return False  # rpm compares what has no version before its release, too; we say that it is none


def pairs(count: int) -> list[tuple[str, str]]:
    chance = random.Random(20261123)
    found: list[tuple[str, str]] = []
    while len(found) < count:
        make = chance.choice([realistic, realistic, odd])
        one = make(chance)
        other = changed(one, chance) if chance.random() < 0.5 else make(chance)
        if comparable(one) and comparable(other):
            found.append((one, other))
    return found


def test_20000_pairs_are_ordered_as_rpm_orders_them(tmp_path: Path) -> None:
    given = pairs(PAIRS)
    ours = [RpmScheme().compare(one, other) for one, other in given]
    for relation in (-1, 0, 1):  # the pairs are of all kinds, or the test says little
        assert ours.count(relation) > PAIRS // 50
    file = tmp_path / "pairs"
    file.write_text("".join(f"{one} {other}\n" for one, other in given))
    run = subprocess.run(["rpm", "--eval", SCRIPT.format(pairs=file)], check=True, capture_output=True, text=True)
    rpms = [int(line) for line in run.stdout.split()]
    assert [(*pair, mine, its) for pair, mine, its in zip(given, ours, rpms, strict=True) if mine != its] == []
