from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.advisories.versions import InvalidVersion
from basewise.advisories.versions.gem import GemScheme

SCHEME = GemScheme()
SEGMENT = st.sampled_from(["0", "00", "1", "2", "10", "a", "b", "rc1", "pre", "A"])
VERSIONS = st.builds(
    lambda first, rest, pre: ".".join([first, *rest]) + pre,
    st.sampled_from(["0", "1", "2"]),
    st.lists(SEGMENT, max_size=4),
    st.sampled_from(["", "", "-1", "-rc.1", "-x"]),
)

# Documentation of Gem::Version: "If any part contains letters it is a pre-release"; each row rises strictly.
RISING = [
    ("0.9", "1.0.a.2", "1.0.b1", "1.0"),
    ("1.0.a10", "1.0.b1", "1.0.b2", "1.0.b10", "1.0.pre", "1.0.rc1", "1.0"),
    ("1.9", "1.10", "2"),
    ("1.8.2.b", "1.8.2", "1.8.2.1"),
    ("4.0.0.beta2", "4.0.0.beta10", "4.0.0.rc1", "4.0.0"),
    ("3.0.0-rc.1", "3.0.0"),
    ("1.a.b", "1.a.0.b", "1.a", "1.a.0.1", "1.a.1"),
]


@pytest.mark.parametrize("rising", RISING, ids=lambda row: row[0])
def test_versions_rise_as_the_documentation_says(rising: tuple[str, ...]) -> None:
    for older, newer in pairwise(rising):
        assert SCHEME.compare(older, newer) < 0 < SCHEME.compare(newer, older)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.0", "1"),
        ("1.8.2.0", "1.8.2"),
        ("1.8.2.b0", "1.8.2.b"),
        ("1.0.b1", "1.0.b.1"),
        ("1.0.0.a", "1.a"),
        ("3.0.0-rc.1", "3.0.0.pre.rc.1"),
        ("1.01", "1.1"),
    ],
)
def test_different_texts_can_be_the_same_version(one: str, other: str) -> None:
    assert SCHEME.compare(one, other) == 0


@pytest.mark.parametrize("text", ["", "junk", "1.0\n2.0", "1..2", "1.2\\ 3.4", "1_0", "1.", "1é", "1" * 1025])
def test_what_rubygems_refuses_is_invalid(text: str) -> None:
    with pytest.raises(InvalidVersion):
        SCHEME.key(text)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_total(a: str, b: str, c: str) -> None:
    assert SCHEME.compare(a, b) == -SCHEME.compare(b, a)
    if SCHEME.compare(a, b) <= 0 and SCHEME.compare(b, c) <= 0:
        assert SCHEME.compare(a, c) <= 0


@given(VERSIONS)
def test_a_word_makes_a_pre_release(version: str) -> None:
    assert SCHEME.compare(f"{version}.a", version) < 0


@given(st.text("0123456789.-abR", max_size=16))
def test_any_text_has_a_key_or_is_invalid(text: str) -> None:
    with suppress(InvalidVersion):
        assert SCHEME.key(text)
