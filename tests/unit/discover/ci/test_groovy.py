import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.ci.groovy import Token, UnreadableGroovy, tokens


def texts(content: str) -> list[str]:
    return [token.value for token in tokens(content) if token.kind == "text"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("'a'", ["a"]),
        (r"'it\'s'", ["it's"]),
        ('"a ${b("c")} $d"', ['a ${b("c")} $d']),
        ("'''a\n'b''c'''", ["a\n'b''c"]),
        ('"""a "b" ${"c"}"""', ['a "b" ${"c"}']),
        ("x = /a'b\\/c/", ["a'b\\/c"]),
        ("x ==~ /it's/ && y", ["it's"]),
        ("a / b / 'c'", ["c"]),
        ("'a' // 'b'\n'c' /* 'd'\n*/ 'e'", ["a", "c", "e"]),
        ("#!/usr/bin/env 'x'\n'a'", ["a"]),
        (r"'a\nb\\c'", ["a\nb\\c"]),
        ("'http://x' + 'y'", ["http://x", "y"]),
        ("''", [""]),
    ],
)
def test_strings_are_told_from_comments(content: str, expected: list[str]) -> None:
    assert texts(content) == expected


def test_tokens_know_the_line_where_they_begin() -> None:
    found = list(tokens("a\n/*\n*/ b '''\n\n''' c\n"))
    assert [(token.value, token.line) for token in found] == [("a", 1), ("b", 3), ("\n\n", 3), ("c", 5)]


@pytest.mark.parametrize(
    ("content", "line"), [("a\n'b\n'", 2), ("a\n\n'''b", 3), ('"""${', 1), ("/* a", 1), ('"a', 1), ('"${b', 1)]
)
def test_what_has_no_end_is_refused_after_what_stands_before(content: str, line: int) -> None:
    cut = tokens(content)
    if content.startswith("a"):
        assert next(cut) == Token("name", "a", 1)
    with pytest.raises(UnreadableGroovy) as error:
        next(cut)
    assert error.value.line == line


@given(st.text(alphabet="a1'\"/*\\${}() \n=", max_size=60))
def test_any_text_is_cut_or_refused(content: str) -> None:
    with contextlib.suppress(UnreadableGroovy):
        lines = [token.line for token in tokens(content)]
        assert lines == sorted(lines)
