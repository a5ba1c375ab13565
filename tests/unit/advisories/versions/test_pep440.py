from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from basewise.advisories.versions import InvalidVersion
from basewise.advisories.versions.pep440 import Pep440Scheme

SCHEME = Pep440Scheme()
NUMBER = st.sampled_from(["0", "00", "1", "2", "10", "2026"])
OPTIONAL = st.one_of(st.just(""), NUMBER)
VERSIONS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "v", "0!", "1!"]),
        st.lists(NUMBER, min_size=1, max_size=4).map(".".join),
        st.builds(
            lambda separator, word, number: separator + word + number if word else "",
            st.sampled_from(["", ".", "-", "_"]),
            st.sampled_from(["", "", "a", "ALPHA", "b", "beta", "c", "rc", "pre", "preview"]),
            OPTIONAL,
        ),
        st.one_of(
            st.just(""),
            st.builds(
                "{}{}{}".format, st.sampled_from([".", "-", ""]), st.sampled_from(["post", "rev", "r"]), OPTIONAL
            ),
            NUMBER.map("-{}".format),
        ),
        st.one_of(st.just(""), OPTIONAL.map(".dev{}".format)),
        st.one_of(st.just(""), st.sampled_from(["+1", "+1.a", "+a", "+a.1", "+ubuntu.1", "+01"])),
    ),
)

# Version specifiers, "Summary of permitted suffixes and relative ordering": each row rises strictly.
RISING = [
    ("1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2"),
    ("1.0b2", "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7"),
    ("1.0+5", "1.0.post456.dev34", "1.0.post456", "1.0.15", "1.1.dev1"),
    ("2013.10", "2014.04", "1!1.0", "1!1.1", "1!2.0"),
]


@pytest.mark.parametrize("rising", RISING, ids=lambda row: row[0])
def test_versions_rise_as_the_specification_says(rising: tuple[str, ...]) -> None:
    for older, newer in pairwise(rising):
        assert SCHEME.compare(older, newer) < 0 < SCHEME.compare(newer, older)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.0", "1"),
        ("1.1a1", "1.1-ALPHA.1"),
        ("1.0c1", "1.0rc1"),
        ("1.0-1", "1.0.post1"),
        ("v1.0", "1.0"),
        ("0", "0.0"),
    ],
)
def test_spellings_of_the_same_version_are_equal(one: str, other: str) -> None:
    assert SCHEME.compare(one, other) == 0


@given(VERSIONS, VERSIONS)
def test_the_order_is_that_of_packaging(one: str, other: str) -> None:
    left, right = Version(one), Version(other)
    assert SCHEME.compare(one, other) == (left > right) - (left < right)


def test_a_bound_with_a_cpes_word_for_no_update_is_the_version() -> None:
    assert SCHEME.bound_key("2.6.0-NA") == SCHEME.key("2.6.0") == SCHEME.bound_key("2.6")


@pytest.mark.parametrize("text", ["", "french toast", "1.0-NA", "2019-09-12", "0.3X", "1.0+", "1" * 1025])
def test_what_packaging_refuses_is_invalid(text: str) -> None:
    with pytest.raises(InvalidVersion):
        SCHEME.key(text)


@given(st.text(max_size=20))
def test_any_text_has_a_key_or_is_invalid(text: str) -> None:
    with suppress(InvalidVersion):
        assert SCHEME.key(text)
