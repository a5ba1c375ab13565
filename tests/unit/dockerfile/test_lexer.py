"""Expansion: BuildKit v0.34, `frontend/dockerfile/shell/lex.go`; Dockerfile reference, "Environment replacement"."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.dockerfile.cursor import InvalidExpansion
from basewise.dockerfile.lexer import Lexer, expand
from basewise.model.limits import Limits

LIMITS = Limits()


class Values(dict[str, str]):
    """Variables by name."""

    def value(self, name: str) -> str | None:
        return self.get(name)

    default = value


VALUES = Values(TAG="3.12", EMPTY="", PATH="/a/b/c.tar.gz", STAR="a*b", V="abcabc", SPACED="a b")


def expanded(text: str, escape: str = "\\") -> str:
    return expand(text, escape, VALUES, LIMITS)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("python:$TAG", "python:3.12"),
        ("${TAG}x$TAG", "3.12x3.12"),
        ("$TAGS", ""),
        ("$UNSET-", "-"),
        ("a$", "a$"),
        ("a$.b", "a$.b"),
        ("$1x$12y", "xy"),
        ("$@$?", ""),
        ("${UNSET:-d}", "d"),
        ("${UNSET-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${TAG:-d}", "3.12"),
        ("${TAG:+d}", "d"),
        ("${EMPTY:+d}", ""),
        ("${EMPTY+d}", "d"),
        ("${UNSET+d}", ""),
        ("${TAG?e}${TAG:?e}${EMPTY?e}", "3.123.12"),
        ("${UNSET:-${EMPTY:-$TAG}}", "3.12"),
        ("${UNSET:-'$TAG'}", "$TAG"),
        ('${UNSET:-"a}b"}', "a}b"),
        ("${UNSET:-a\\}b}", "a}b"),
        ("${PATH#*/}", "a/b/c.tar.gz"),
        ("${PATH##*/}", "c.tar.gz"),
        ("${PATH%.*}", "/a/b/c.tar"),
        ("${PATH%%.*}", "/a/b/c"),
        ("${PATH#nothing}", "/a/b/c.tar.gz"),
        ("${V#?}", "bcabc"),
        ("${V%b?}", "abca"),
        ("${STAR#a\\*}", "b"),
        ("${V/b/X}", "aXcabc"),
        ("${V//b/X}", "aXcaXc"),
        ("${V//b*/X}", "aX"),
        ("${V/b}x/y}", "abcabc"),
        ("${PATH//\\//-}", "-a-b-c.tar.gz"),
        ("${V/zz/X}", "abcabc"),
        ("${UNSET/a/b}", ""),
        ("${V//b/[$0]}", "a[]ca[]c"),
        ("${V//b/[\\$0]}", "a[\\b]ca[\\b]c"),
        ("'$TAG'", "$TAG"),
        ('"$TAG"', "3.12"),
        ('"a\\"b\\$c\\d"', 'a"b$c\\d'),
        ("\\$TAG", "$TAG"),
        ("a\\ b", "a b"),
        ("a\\", "a"),
        ("a<b<<c", "a<b<<c"),
        ("é${UNSET:-ü}", "éü"),
    ],
)
def test_text_is_expanded_as_buildkit_does(text: str, result: str) -> None:
    assert expanded(text) == result


def test_the_backtick_escapes_where_the_file_says_so() -> None:
    assert expanded("C:\\x`$TAG", "`") == "C:\\x$TAG"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("${TAG", "unsupported modifier"),
        ("${", "missing '}'"),
        ("${}", "bad substitution"),
        ("${{a}}", "bad substitution"),
        ("${:-a}", "bad substitution"),
        ("${TAG:-a", "no matching }"),
        ("${TAG:=a}", "unsupported modifier"),
        ("${TAG!}", "unsupported modifier"),
        ("${TAG:#a}", "unsupported modifier"),
        ("${TAG/a}", "no matching /"),
        ("${TAG/a/b", "no matching }"),
        ("${TAG#a\\b}", "invalid escape"),
        ("${UNSET?}", "UNSET: is not allowed to be unset"),
        ("${EMPTY:?}", "EMPTY: is not allowed to be empty"),
        ("${UNSET:?say which}", "UNSET: say which"),
        ("'a", "single quote"),
        ('"a', "double quote"),
    ],
)
def test_what_buildkit_cannot_expand_says_why(text: str, reason: str) -> None:
    with pytest.raises(InvalidExpansion) as caught:
        expanded(text)
    assert reason in caught.value.message


def test_nesting_and_growth_are_bounded() -> None:
    with pytest.raises(InvalidExpansion, match="dockerfile_nesting = 50"):
        expanded("${A:-" * 10_000 + "}" * 10_000)
    with pytest.raises(InvalidExpansion, match="longer than 4096 characters"):
        expanded("$TAG" * 2000)
    with pytest.raises(InvalidExpansion, match="longer than 4096 characters"):
        expanded("${TAG#" + "?" * 5000 + "}")


def test_words_are_cut_at_blanks_that_are_neither_quoted_nor_escaped() -> None:
    lexer = Lexer("a  'b c'd\\ e $SPACED \"$SPACED\" ''", "\\", VALUES, LIMITS)
    lexer.read()
    assert lexer.words == ["a", "b cd e", "a", "b", "a b"]


@given(st.text(st.sampled_from("${}:-+?#%/*TAGVUNSET\"'\\ab <")))
def test_any_text_is_expanded_or_refused(text: str) -> None:
    with suppress(InvalidExpansion):
        assert isinstance(expanded(text), str)


@given(st.text(st.sampled_from("abc*?"), max_size=8), st.text(st.sampled_from("abc"), max_size=12))
def test_a_shorter_match_leaves_more_than_a_longer_one(pattern: str, value: str) -> None:
    values = Values(V=value)
    for shortest, longest, trims in (("#", "##", str.endswith), ("%", "%%", str.startswith)):
        more = expand(f"${{V{shortest}{pattern}}}", "\\", values, LIMITS)
        less = expand(f"${{V{longest}{pattern}}}", "\\", values, LIMITS)
        assert trims(value, more)
        assert trims(more, less)
