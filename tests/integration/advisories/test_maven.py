"""The order of versions against Maven's own ComparableVersion, which prints its comparisons when it is run."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from basewise.advisories.versions.maven import MavenScheme

JARS = [Path("/usr/share/java/maven3-artifact.jar"), Path("/usr/share/java/commons-lang3.jar")]
pytestmark = pytest.mark.skipif(
    shutil.which("java") is None or not all(jar.exists() for jar in JARS),
    reason="java, or Debian's libmaven3-core-java, is not installed",
)

VERSIONS = 8_000
NUMBERS = ["0", "1", "2", "10", "00", "01", ""]
QUALIFIERS = [
    *("alpha", "beta", "a", "b", "m", "milestone", "rc", "cr", "snapshot"),
    *("ga", "final", "release", "sp", "foo", "jre", "x"),
]
WORDS = {-1: "<", 0: "==", 1: ">"}

# Where Maven 3.8 does otherwise than the specification that its own site publishes:
DOTTED_QUALIFIER = re.compile(r"\.[a-z]")
"""`.foo` is `-foo` by the specification; Maven 3.8 reads it so at the end of a version only."""
EMPTY_BETWEEN_HYPHENS = re.compile(
    r"(?:^|-|(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z]))(?:[0.]+(?=[-a-z])|(?=-)|(?:ga|final|release)(?=[-\d]))"
)
"""What says nothing is dropped before a hyphen (or what stands for one, a change between letters and digits); Maven 3.8
drops the token and keeps its hyphen: `1-0-1` < `1-1`."""


def version(chance: random.Random) -> str:
    tokens = (
        chance.choice(["", ".", "-"]) + chance.choice([*NUMBERS, *QUALIFIERS]) for _ in range(chance.randint(0, 4))
    )
    return chance.choice(["1", "2", "1.0", "1.2", "10"]) + "".join(tokens)


def follows_the_specification(text: str) -> bool:
    return not DOTTED_QUALIFIER.search(text) and not EMPTY_BETWEEN_HYPHENS.search(text)


def test_maven_orders_as_its_specification_says() -> None:
    chance = random.Random(20261123)
    given: list[str] = []
    while len(given) < VERSIONS:
        text = version(chance)
        if follows_the_specification(text):
            given.append(text)
    command = ["java", "-cp", ":".join(map(str, JARS)), "org.apache.maven.artifact.versioning.ComparableVersion"]
    run = subprocess.run([*command, *given], check=True, capture_output=True, text=True)
    mavens = [line.strip() for line in run.stdout.splitlines() if line.startswith("   ")]
    ours = [f"{one} {WORDS[MavenScheme().compare(one, other)]} {other}" for one, other in pairwise(given)]
    for relation in WORDS.values():  # the pairs are of all kinds, or the test says little
        assert sum(f" {relation} " in line for line in ours) > VERSIONS // 50
    assert [(mine, its) for mine, its in zip(ours, mavens, strict=True) if mine != its] == []
