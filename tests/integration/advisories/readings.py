"""What specifications say of two versions, read word for word: numbers as numbers, one pair at a time, in no hurry.

Each reading takes two versions that its scheme knows, and answers -1, 0 or 1. They are for pairs that a second opinion
reads otherwise: see `opinions`.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Any


def sign(one: Any, other: Any) -> int:
    return int(one > other) - int(one < other)


def rpm(one: str, other: str) -> int:
    """rpm-version(7): a release holds no hyphen, so it begins behind the last one. univers compares the parts."""
    from univers.rpm import RpmVersion, compare_rpm_versions  # noqa: PLC0415 - tests skip where there is none

    def parts(text: str) -> RpmVersion:
        version, _, release = text.rpartition("-") if "-" in text else (text, "", "")
        return RpmVersion(0, version, release)

    return int(compare_rpm_versions(parts(one), parts(other)))


_MAVEN_TOKEN = re.compile(r"([.-]?)([0-9]+|[^0-9.-]+|)")
_MAVEN_NULL = frozenset({"0", "", "ga", "final", "release"})
_MAVEN_PLACES = ({"alpha"}, {"beta"}, {"milestone"}, {"rc", "cr"}, {"snapshot"}, _MAVEN_NULL, {"sp"})
_MAVEN_SHORT = {"a": "alpha", "b": "beta", "m": "milestone"}


def maven(one: str, other: str) -> int:
    """POM reference, "Version Order Specification": tokens; nulls trimmed at the end and at each hyphen; padding."""
    for left, right in zip_longest(_maven_tokens(one), _maven_tokens(other)):
        order = sign(_maven_place(*(left or _maven_null(*right))), _maven_place(*(right or _maven_null(*left))))
        if order:
            return order
    return 0


def _maven_tokens(text: str) -> list[tuple[str, str]]:
    """Pairs of separator and token.

    A change between digits and letters separates as a hyphen does, and so does the dot before a qualifier, because
    `.qualifier` = `-qualifier`.
    """
    found = [match.groups() for match in _MAVEN_TOKEN.finditer(text.lower()) if match[0]]
    tokens: list[tuple[str, str]] = []
    for (separator, token), (separator_after, after) in zip_longest(found, found[1:], fillvalue=("-", "")):
        is_short = token in _MAVEN_SHORT and not separator_after and after.isdigit()
        in_full = _MAVEN_SHORT[token] if is_short else token or "0"
        is_dotted = not tokens or (separator == "." and in_full.isdigit())
        if not is_dotted:
            _trim(tokens)
        tokens.append(("." if is_dotted else "-", in_full))
    _trim(tokens)
    return tokens


def _trim(tokens: list[tuple[str, str]]) -> None:
    while tokens and (tokens[-1][1].lstrip("0") or "0") in _MAVEN_NULL:
        tokens.pop()


def _maven_null(separator: str, token: str) -> tuple[str, str]:
    """What the shorter version is padded with beside a token."""
    return separator, "0" if token.isdigit() else ""


def _maven_place(separator: str, token: str) -> tuple[int, int, str]:
    """`.qualifier` = `-qualifier` < `-number` < `.number`; qualifiers without a place of their own are the last."""
    if token.isdigit():
        return (2 if separator == "." else 1), int(token), ""
    known = next((place for place, names in enumerate(_MAVEN_PLACES) if token in names), None)
    return (0, len(_MAVEN_PLACES), token) if known is None else (0, known, "")


_COMPOSER = re.compile(
    r"v?([0-9.]*[0-9])[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?[0-9]+)*))?([.-]?dev)?(?:\+\S+)?",
    re.IGNORECASE,
)
_COMPOSER_BRANCH = re.compile(r"v?([0-9.]*)[x*](?:\.[x*])*[.-]?dev", re.IGNORECASE)
_PHP_FORMS = ({"dev"}, {"alpha", "a"}, {"beta", "b"}, {"rc"}, {"#"}, {"patch", "pl", "p"})


def composer(one: str, other: str) -> int:
    """Composer, "Versions and constraints", and PHP's manual, version_compare().

    Four numbers, those that are missing 0, of a branch the newest there is; then `dev` < `alpha` < `beta` < `RC` < `#`
    < `p`, where `#` is a number, or the end.
    """
    return sign(_php_parts(one), _php_parts(other))


def _php_parts(text: str) -> list[tuple[int, int]]:
    if branch := _COMPOSER_BRANCH.fullmatch(text):
        numbers, filling, words = branch[1].strip(".").split("."), "9999999", ["dev"]
    else:
        found = _COMPOSER.fullmatch(text)
        assert found is not None, text
        stability, behind, is_dev = found[2] or "", found[3] or "", found[4]
        is_said = stability.lower() not in {"", "stable"}
        words = [stability.lower(), *re.findall("[0-9]+", behind)] if is_said else []
        numbers, filling, words = found[1].split("."), "0", words + (["dev"] if is_dev else [])
    return [_php_place(part) for part in [*numbers, *[filling] * (4 - len(numbers)), *words, "#"]]


def _php_place(part: str) -> tuple[int, int]:
    name = "#" if part.isdigit() else part
    place = next(place for place, names in enumerate(_PHP_FORMS) if name in names)
    return place, int(part) if part.isdigit() else -1


_BITNAMI = re.compile(r"v?([0-9.]+)(?:-([0-9][0-9A-Za-z.-]*)|(-?)([A-Za-z][0-9A-Za-z.-]*))?(?:\+.*)?")


def bitnami(one: str, other: str) -> int:
    """github.com/bitnami/go-version, "Version revision": a number behind a hyphen is a revision, newer than none.

    Words there are the pre-releases of those who wrote the program (Semantic Versioning, section 11.3); a single letter
    without a hyphen is an update of it, as OpenSSL's 1.1.1w (openssl.org, "Release Strategy").
    """
    return sign(_bitnami_parts(one), _bitnami_parts(other))


def _bitnami_parts(text: str) -> tuple[list[int], int, list[tuple[int, int, str]]]:
    found = _BITNAMI.fullmatch(text)
    assert found is not None, text
    numbers = [int(number) for number in found[1].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    revision, hyphen, word = (found[at] or "" for at in (2, 3, 4))
    if revision.strip("0"):
        return numbers, 2, _semver_identifiers(revision.replace("-", "."))
    if not word:
        return numbers, 1, []
    is_update = not hyphen and len(word) == 1 and word.islower()
    return numbers, 3 if is_update else 0, _semver_identifiers(word)


def _semver_identifiers(text: str) -> list[tuple[int, int, str]]:
    """Semantic Versioning 2.0.0, section 11.4."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in text.split(".")]


_APK = re.compile(
    r"(?P<number>\.?[0-9]+)|(?P<letter>[a-z])|(?P<suffix>_[a-z]+)|(?P<hash>~[0-9a-f]+)|(?P<revision>-r[0-9]+)"
)
_APK_SUFFIXES = ("_alpha", "_beta", "_pre", "_rc", "_cvs", "_svn", "_git", "_hg", "_p")
_APK_FOLLOWING = ("earlier", "end", "revision", "hash", "suffix number", "later", "letter", "number")


def apk(one: str, other: str) -> int:
    """apk-package(5), "version": what may follow, oldest first; numbers with a leading zero as decimal fractions."""
    return sign(_apk_parts(one), _apk_parts(other))


def _apk_parts(text: str) -> list[tuple[int, Any]]:
    first = re.match("[0-9]+", text)
    assert first is not None, text
    parts: list[tuple[int, Any]] = [(-1, int(first[0]))]
    at = first.end()
    while at < len(text):
        found = _APK.match(text, at)
        assert found is not None, text
        parts += _apk_part(str(found.lastgroup), found[0])
        at = found.end()
        if found.lastgroup == "suffix" and (digits := re.compile("[0-9]+").match(text, at)):
            parts.append((_APK_FOLLOWING.index("suffix number"), int(digits[0])))
            at = digits.end()
    return [*parts, (_APK_FOLLOWING.index("end"), 0)]


def _apk_part(kind: str, text: str) -> list[tuple[int, Any]]:
    if kind == "suffix":
        place = _APK_SUFFIXES.index(text)
        return [(_APK_FOLLOWING.index("earlier" if place < _APK_SUFFIXES.index("_cvs") else "later"), place)]
    if kind == "number":
        value: Any = (0, text) if text.startswith(".0") else (1, int(text.strip(".")))
        return [(_APK_FOLLOWING.index("number"), value)]
    return [(_APK_FOLLOWING.index(kind), int(text[2:]) if kind == "revision" else text)]
