"""Patterns of paths, against the standard library's own where both have the same meaning."""

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.path_patterns import alternatives, glob_matches, part_matches, path_matches


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/b/c", False),
        ("a/*", "a/b", True),
        ("a/*", "a/b/c", False),
        ("**/b", "b", True),
        ("**/b", "x/y/b", True),
        ("a/**", "a/b/c", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/b/b/c", True),
        ("a/**/c", "a/b/b/d", False),
        ("**/x/**/y", "x/z/x/y", True),
        ("?.tf", "a.tf", True),
        ("?.tf", "ab.tf", False),
        (r"\*.tf", "*.tf", True),
        (r"\*.tf", "a.tf", False),
    ],
)
def test_stars_stand_for_what_they_stand_for_everywhere(pattern: str, path: str, *, expected: bool) -> None:
    assert path_matches(pattern.split("/"), path.split("/")) is expected


@given(st.text("ab*?", max_size=12), st.text("ab", max_size=12))
def test_one_part_is_matched_as_by_fnmatch(pattern: str, name: str) -> None:
    assert part_matches(pattern, name) is fnmatch.fnmatchcase(name, pattern)


@given(st.lists(st.sampled_from(["a", "b", "**"]), max_size=6), st.lists(st.sampled_from(["a", "b"]), max_size=6))
def test_parts_are_matched_as_letters_are(pattern: list[str], path: list[str]) -> None:
    letters = "".join("*" if part == "**" else part for part in pattern)
    assert path_matches(pattern, path) is fnmatch.fnmatchcase("".join(path), letters)


def test_braces_are_written_out_and_what_is_not_understood_is_said() -> None:
    assert alternatives("{a,b}/{c,d}") == ["a/c", "a/d", "b/c", "b/d"]
    assert glob_matches("services/{orders,web}/**", "services/web/Dockerfile") is True
    assert glob_matches("services/{orders,web}/**", "services/db/Dockerfile") is False
    assert glob_matches("services/[ow]*/**", "services/web/Dockerfile") is None
    assert alternatives("{a,b}" * 20) is None
    assert alternatives("{a,{b,c}}") == ["a", "b", "a", "c"]


def test_stars_without_end_end() -> None:
    """A matcher that tried all ways would not."""
    assert not part_matches("*a" * 2000 + "b", "a" * 2000)
    assert not path_matches(["**", "a"] * 500 + ["b"], ["a"] * 1000)
