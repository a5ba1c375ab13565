from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.advisories.versions import InvalidVersion
from basewise.advisories.versions.maven import MavenScheme

SCHEME = MavenScheme()
TOKEN = st.sampled_from(
    ["", "0", "1", "2", "10", "01", "alpha", "a", "b", "m", "rc", "cr", "snapshot", "ga", "sp", "foo"]
)
VERSIONS = st.builds(
    lambda first, rest: first + "".join(rest),
    st.sampled_from(["0", "1", "2", "10", "alpha"]),
    st.lists(st.builds("{}{}".format, st.sampled_from([".", "-", ""]), TOKEN), max_size=4),
)

# POM reference, "Version Order Specification" and its "End Result Examples": each row rises strictly.
RISING = [
    ("1", "1.1"),
    ("1-snapshot", "1", "1-sp"),
    ("1-foo2", "1-foo10"),
    ("1.foo", "1-1", "1.1"),
    ("1-ga", "1-sp"),
    ("1-ga.1", "1-sp.1"),
    ("1-sp-1", "1-ga-1"),
    ("1-alpha", "1-beta", "1-milestone", "1-rc", "1-snapshot", "1", "1-sp", "1-abc", "1-xyz", "1-1", "1.0.1"),
    ("1.0-alpha-9", "1.0-alpha-10", "1.0-beta-1"),
    ("2.14.0", "2.14.1", "2.15.0-rc1", "2.15.0"),
    ("31.1-android", "31.1-jre", "32.0.0-android"),
    ("4.1.9.Final", "4.1.10.Final"),
]


@pytest.mark.parametrize("rising", RISING, ids=lambda row: row[0])
def test_versions_rise_as_the_specification_says(rising: tuple[str, ...]) -> None:
    for older, newer in pairwise(rising):
        assert SCHEME.compare(older, newer) < 0 < SCHEME.compare(newer, older)


@pytest.mark.parametrize(
    "same",
    [
        ("1", "1.0.0", "1.ga", "1-ga", "1.final", "1.0", "1.", "1-", "1-0", "1.0.0-0.0.0"),
        ("1.0.0-foo.0.0", "1-foo", "1.foo"),
        ("1-1.foo-bar1baz-.1", "1-1.foo-bar-1-baz-0.1"),
        ("1-a1", "1-alpha-1", "1-ALPHA1"),
        ("1-b2", "1-beta-2"),
        ("1-m3", "1-milestone-3"),
        ("1-rc", "1-cr"),
        ("1.07", "1.7"),
        (".1", "0.1"),
    ],
    ids=lambda row: row[0],
)
def test_different_texts_can_be_the_same_version(same: tuple[str, ...]) -> None:
    for one, other in pairwise(same):
        assert SCHEME.compare(one, other) == 0


def test_a_letter_that_no_number_follows_is_no_short_name() -> None:
    assert SCHEME.compare("1-a", "1") > 0 > SCHEME.compare("1-a1", "1")


@pytest.mark.parametrize("text", ["", " ", "1 0", "1\n", "1" * 1025])
def test_what_is_no_version_is_invalid(text: str) -> None:
    with pytest.raises(InvalidVersion):
        SCHEME.key(text)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_total(a: str, b: str, c: str) -> None:
    assert SCHEME.compare(a, b) == -SCHEME.compare(b, a)
    if SCHEME.compare(a, b) <= 0 and SCHEME.compare(b, c) <= 0:
        assert SCHEME.compare(a, c) <= 0


@given(st.text(max_size=16))
def test_any_text_has_a_key_or_is_invalid(text: str) -> None:
    with suppress(InvalidVersion):
        assert SCHEME.key(text)
