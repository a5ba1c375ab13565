from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.advisories.versions import InvalidVersion
from basewise.advisories.versions.dpkg import DpkgScheme

SCHEME = DpkgScheme()
PART = st.text("0019aZ.+~", min_size=1, max_size=8)
VERSIONS = st.builds(
    lambda epoch, upstream, revision: f"{epoch}{upstream}{revision}",
    st.sampled_from(["", "0:", "00:", "1:", "10:"]),
    PART,
    st.one_of(st.just(""), PART.map("-{}".format)),
)

# Debian Policy 5.6.12 and deb-version(7): each row rises strictly from left to right.
RISING = [
    ("1.0~~", "1.0~~a", "1.0~", "1.0", "1.0a", "1.0+"),
    ("1.9", "1.10", "2.0", "1:0.1", "2:0"),
    ("1.0~rc1-1", "1.0-1~bpo11+1", "1.0-1", "1.0-1+b1", "1.0-1+deb11u1", "1.0-1+deb11u10", "1.0-2"),
    ("1.0-1", "1.0-1.1", "1.0-2", "1.0.1-1"),
    ("1", "1.", "1.a", "1.."),
    ("5.10.9-1", "5.10.46-4", "5.10.234-1"),
    ("1.0", "1.0-1", "1.0-a"),
    ("7.88.1-10+deb12u5", "7.88.1-10+deb12u12"),
    ("1-1-1", "1-1-2", "1-2-1"),
    ("2:1:3", "2:2:1"),
    ("a", "b", "ba", "b+"),
]


@pytest.mark.parametrize("rising", RISING, ids=lambda row: row[0])
def test_versions_rise_as_policy_says(rising: tuple[str, ...]) -> None:
    for older, newer in pairwise(rising):
        assert SCHEME.compare(older, newer) < 0 < SCHEME.compare(newer, older)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.0", "0:1.0"), ("1.0", "1.0-0"), ("1.0", "1.0-00"), ("1.01", "1.1"), ("1.", "1.0"), ("1a", "1a0")],
)
def test_different_texts_can_be_the_same_version(one: str, other: str) -> None:
    assert SCHEME.compare(one, other) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1 0",
        "1.0-",
        ":1",
        "1:",
        "a:1",
        "-1:1",
        "2147483648:1",
        "-1",
        "1.0\n",
        "1é",
        "1" * 1025,
        "99" * 20 + ":1",
    ],
)
def test_what_dpkg_refuses_is_invalid(text: str) -> None:
    with pytest.raises(InvalidVersion):
        SCHEME.key(text)


def test_numbers_of_any_length_are_compared_by_value() -> None:
    assert SCHEME.compare("1." + "9" * 999, "1.1" + "0" * 999) < 0


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_total(a: str, b: str, c: str) -> None:
    assert SCHEME.compare(a, b) == -SCHEME.compare(b, a)
    if SCHEME.compare(a, b) <= 0 and SCHEME.compare(b, c) <= 0:
        assert SCHEME.compare(a, c) <= 0


@given(VERSIONS)
def test_a_tilde_comes_before_and_a_plus_after(version: str) -> None:
    assert SCHEME.compare(f"{version}~", version) < 0 < SCHEME.compare(f"{version}+", version)


@given(st.text(max_size=20))
def test_any_text_has_a_key_or_is_invalid(text: str) -> None:
    with suppress(InvalidVersion):
        assert SCHEME.key(text)
