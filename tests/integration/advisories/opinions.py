"""Where univers, the second opinion on orders of versions, reads them otherwise than their specification: rules.

A rule speaks of pairs, says which section they fall under, and answers what that section says of each. So a
disagreement is never excused: where a rule speaks, our answer has to be the rule's, whatever univers says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from tests.integration.advisories import readings

Pair = tuple[str, str]


class Rule(NamedTuple):
    """One way in which univers differs from a specification."""

    why: str
    section: str
    """What decides, and where it is written."""
    speaks: Callable[[str, str], bool]
    answer: Callable[[str, str], int]
    example: Pair
    """A pair of which univers really says something else."""


class Opinion(NamedTuple):
    """What univers has for an ecosystem."""

    name: str
    """The class of `univers.versions`."""
    pieces: tuple[str, ...]
    """What generated versions are made of, behind a number."""
    rules: tuple[Rule, ...] = ()


def either(pattern: str) -> Callable[[str, str], bool]:
    found = re.compile(pattern, re.IGNORECASE)
    return lambda one, other: bool(found.search(one) or found.search(other))


def within_a_release(speaks: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    """Only of pairs whose first three numbers are the same: univers gets all others right."""
    return lambda one, other: _release(one) == _release(other) and speaks(one, other)


def _release(text: str) -> list[int]:
    found = re.match(r"v?([0-9]+(?:\.[0-9]+){0,2})", text)
    numbers = [int(number) for number in found[1].split(".")] if found else []
    return numbers + [0] * (3 - len(numbers))


def one_only(pattern: str) -> Callable[[str, str], bool]:
    found = re.compile(pattern)
    return lambda one, other: bool(found.search(one)) != bool(found.search(other))


def both(pattern: str) -> Callable[[str, str], bool]:
    found = re.compile(pattern, re.IGNORECASE)
    return lambda one, other: bool(found.search(one) and found.search(other))


MAVEN = 'POM reference, "Version Order Specification"'
COMPOSER = 'Composer, "Versions and constraints", and PHP manual, version_compare()'
BITNAMI = 'github.com/bitnami/go-version, "Version revision"'
APK = 'apk-package(5), "version"'
MAVEN_NULL = r"""(?x)
    (?:-|[a-z]) 0+ (?=[-.a-z]|$)                 # a zero behind a hyphen, or what stands for one
    | (?<![a-z]) (?:ga|final) (?=[-.0-9])        # a word that says nothing, and something behind it
    | (?<![a-z]) (?:-ga$|release)
    | -[-.]                                      # nothing at all
"""
FOUR_NUMBERS = r"^v?[0-9]+(?:\.[0-9]+){3}"

OPINIONS: dict[str, Opinion] = {
    "Debian": Opinion("DebianVersion", ("1", "0", "10", ".", "a", "~", "+", "-", "~rc1", "+b1")),
    "AlmaLinux": Opinion(
        "RpmVersion",
        ("1", "a", ".1", ".a", "~rc", "~", "^git", "^", "10", "_el9", "-1"),
        (
            Rule(
                "for univers the release begins at the first hyphen",
                "rpm-version(7): a release holds no hyphen (rpm itself is asked in test_rpm.py, and agrees)",
                either(r"^[^:]*-[^:]*-[^:]*$"),
                readings.rpm,
                ("1-1-1", "1.1"),
            ),
        ),
    ),
    "Alpine": Opinion(
        "AlpineLinuxVersion",
        ("1", "0", ".1", ".0", ".10", ".05", "a", "b", "_alpha", "_rc1", "_p1", "_p", "-r0", "-r1", "-r10"),
        (
            Rule("for Gentoo no revision is revision 0", APK, one_only("-r"), readings.apk, ("1.0", "1.0-r0")),
            Rule(
                "Gentoo drops zeros at the end of a number that begins with one",
                APK,
                either(r"\.0[0-9]"),
                readings.apk,
                ("1.05", "1.050"),
            ),
            Rule(
                "for Gentoo a suffix without a number has the number 0",
                APK,
                either(r"_[a-z]+(?![a-z0-9])"),
                readings.apk,
                ("1_p", "1_p0"),
            ),
        ),
    ),
    "PyPI": Opinion("PypiVersion", ("1", "0", ".", "a1", "rc2", ".post1", ".dev3", "+x", "10", "!1")),
    "npm": Opinion("SemverVersion", (".0", ".1", ".10", "0", "-alpha", "-1", "-rc.1", ".a", "-", "+b1", "rc1")),
    "crates.io": Opinion("SemverVersion", (".0", ".1", ".10", "0", "-alpha", "-1", "-rc.1", ".a", "-", "+b1", "rc1")),
    "Go": Opinion(
        "GolangVersion",
        (".0", ".1", ".10", "0", "-alpha", "-rc.1", ".0.20201109021931-0aa7c04131f5", "+incompatible", "-0.1"),
    ),
    "RubyGems": Opinion("RubygemsVersion", ("1", "0", ".", "a", "rc1", "10", ".pre", "-1")),
    "Maven": Opinion(
        "MavenVersion",
        ("1", "0", ".1", ".0", "-1", "-0", "-alpha", "-rc1", "-sp", "-foo", "10", "-ga", "a1", "-snapshot", ".foo"),
        (
            Rule(
                "what says nothing is dropped with its hyphen; univers keeps the hyphen, or drops what follows",
                f"{MAVEN}: null values are trimmed at each remaining hyphen (Maven 3.8 does as univers: test_maven.py)",
                either(MAVEN_NULL),
                readings.maven,
                ("1-0-1", "1-1"),
            ),
            Rule(
                "a qualifier behind a dot is one behind a hyphen",
                f"{MAVEN}: `.qualifier` = `-qualifier`",
                either(r"\.[a-z]"),
                readings.maven,
                ("1.foo", "1-foo"),
            ),
        ),
    ),
    "Packagist": Opinion(
        "ComposerVersion",
        (".0", ".1", ".10", "0", "-alpha", "-beta2", "-RC1", "-RC", "-p1", "-dev", "a1", "pl2", ".x-dev", "-stable"),
        (
            Rule(
                "univers leaves out the fourth number",
                COMPOSER,
                within_a_release(either(FOUR_NUMBERS)),
                readings.composer,
                ("1.2.3.4", "1.2.3"),
            ),
            Rule(
                "for univers every suffix makes a version older",
                COMPOSER,
                within_a_release(either(r"[-.0-9](?:p|pl|patch|stable)(?![a-z])")),
                readings.composer,
                ("1.2.3-p1", "1.2.3"),
            ),
            Rule(
                "univers compares suffixes as text, and knows no short ones",
                COMPOSER,
                within_a_release(both("[a-z]")),
                readings.composer,
                ("1.0-RC1", "1.0-beta2"),
            ),
            Rule(
                "a branch is the newest of its line",
                COMPOSER,
                either(r"[x*]-dev"),
                readings.composer,
                ("1.x-dev", "1.2.3"),
            ),
        ),
    ),
    "NuGet": Opinion("NugetVersion", (".0", ".1", ".10", "0", ".01", "-alpha", "-Alpha.1", "-beta.10", "-1", "+meta")),
    "Bitnami": Opinion(
        "SemverVersion",
        (".0", ".1", ".10", "0", "-1", "-10", "-0", "-rc1", "rc1", "w", "a", "+b"),
        (
            Rule(
                "a number behind a hyphen is a revision",
                BITNAMI,
                within_a_release(either(r"-[0-9]")),
                readings.bitnami,
                ("1.2.3-1", "1.2.3"),
            ),
            Rule(
                "univers leaves out the fourth number",
                f"{BITNAMI}; the program's own numbers, of which Bitnami keeps all (8.0.402.8)",
                within_a_release(either(FOUR_NUMBERS)),
                readings.bitnami,
                ("1.2.3.4", "1.2.3"),
            ),
            Rule(
                "a letter behind the numbers is an update",
                'openssl.org, "Release Strategy": letter releases hold fixes only (1.1.1w)',
                within_a_release(either(r"[0-9][a-z](?![a-z0-9.-])")),
                readings.bitnami,
                ("1.1.1w", "1.1.1"),
            ),
        ),
    ),
}
