from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.limits import Limits
from basewise.model.patterns import InvalidPattern, PathPattern, ReferencePattern
from basewise.model.reference import Reference

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("pattern", "covered", "not_covered"),
    [
        ("python", "python:3.12-slim", "acme/python"),
        ("docker.io/library/python", f"index.docker.io/python@{DIGEST}", "registry.example/library/python"),
        ("acme/*", "acme/api:1", "acme/team/api:1"),
        ("acme/**", "acme/team/api:1", "acme2/api:1"),
        ("*", "nginx", "acme/nginx"),
        ("**", "registry.example:5000/a/b/c", None),
        ("**/python", "mirror.example/hub/library/python:3", "mirror.example/hub/cpython"),
        ("*/base/python", "mirror.example/base/python", "mirror.example/hub/base/python"),
        ("localhost:5000/*", "localhost:5000/a", "localhost/a"),
        ("*.example.com/x", "mirror.example.com/x", "example.com/x"),
        ("python:3.1?-slim", "python:3.12-slim", "python:3.9-slim"),
        ("python:latest", "python", f"python@{DIGEST}"),
        ("python@*", f"python:3.12@{DIGEST}", "python:3.12"),
        ("python:3.*@sha256:a*", f"python:3.12@{DIGEST}", f"python:2.7@{DIGEST}"),
        ("registry.example/app", "registry.example/app:1", "registry.example/app.old"),
    ],
)
def test_a_pattern_covers_references_in_their_canonical_form(
    pattern: str, covered: str, not_covered: str | None
) -> None:
    assert ReferencePattern(pattern).matches(Reference.parse(covered))
    assert not_covered is None or not ReferencePattern(pattern).matches(Reference.parse(not_covered))


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "is no pattern"),
        ("acme/", "is no pattern"),
        ("a//b", "is no pattern"),
        ("acme/a b", "is no pattern"),
        ("acme/a**", "** beside other characters"),
        ("python:", "no tag after its colon"),
        ("python@", "no digest after its @"),
        ("x" * 600, "pattern_characters = 512"),
    ],
)
def test_what_is_no_pattern_is_refused_with_what_to_write(pattern: str, message: str) -> None:
    with pytest.raises(InvalidPattern, match=re.escape(message)) as caught:
        ReferencePattern(pattern)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("pattern", "covered", "not_covered"),
    [
        ("services/old", "services/old/a/Dockerfile", "services/older/Dockerfile"),
        ("services/old/", "services/old/Dockerfile", "old/services/old/Dockerfile"),
        ("./services/*/Dockerfile", "services/a/Dockerfile", "services/a/b/Dockerfile"),
        ("**/Dockerfile.dev", "Dockerfile.dev", "Dockerfile"),
        ("deploy/**/*.yaml", "deploy/a/b/x.yaml", "deploy/x.yml"),
    ],
)
def test_a_path_covers_files_and_what_lies_below_directories(pattern: str, covered: str, not_covered: str) -> None:
    assert PathPattern(pattern).matches(covered)
    assert not PathPattern(pattern).matches(not_covered)


@pytest.mark.parametrize("pattern", ["", "/", "../x", "a/../b"])
def test_a_path_that_leaves_the_root_or_names_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidPattern, match="is no path below the root"):
        PathPattern(pattern)


def test_the_longest_pattern_is_a_limit() -> None:
    assert PathPattern("a" * 8, Limits(pattern_characters=8)).matches("a" * 8)
    with pytest.raises(InvalidPattern, match="pattern_characters = 8"):
        PathPattern("a" * 9, Limits(pattern_characters=8))


def test_a_pattern_of_stars_over_text_that_nearly_fits_is_answered() -> None:
    """With a regular expression that goes back, this would outlast the universe."""
    assert not PathPattern("a*" * 200 + "b").matches("a" * 4000)
    assert not PathPattern("**/a/" * 90 + "b").matches("a/" * 2000 + "c")


def plainly(pattern: list[str], parts: list[str]) -> bool:
    """The definition, word by word, without any thought of time."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(plainly(pattern[1:], parts[taken:]) for taken in range(len(parts) + 1))
    return bool(parts) and within(pattern[0], parts[0]) and plainly(pattern[1:], parts[1:])


def within(glob: str, text: str) -> bool:
    if not glob:
        return not text
    if glob[0] == "*":
        return any(within(glob[1:], text[taken:]) for taken in range(len(text) + 1))
    return bool(text) and glob[0] in ("?", text[0]) and within(glob[1:], text[1:])


PARTS = st.text("ab*?", min_size=1, max_size=5).filter(lambda part: "**" not in part)


@given(st.lists(PARTS | st.just("**"), min_size=1, max_size=5), st.lists(st.text("ab", min_size=1), min_size=1))
def test_a_glob_means_what_its_definition_says(pattern: list[str], parts: list[str]) -> None:
    expected = plainly([*pattern, "**"], parts)
    assert PathPattern("/".join(pattern)).matches("/".join(parts)) == expected


def test_every_short_glob_means_what_its_definition_says_of_every_short_text() -> None:
    texts = ["".join(word) for length in range(1, 5) for word in product("ab", repeat=length)]
    globs = ["".join(word) for length in range(1, 5) for word in product("ab*?", repeat=length)]
    for glob in globs:
        if "**" not in glob:
            found = PathPattern(glob)
            assert [found.matches(text) for text in texts] == [within(glob, text) for text in texts], glob
