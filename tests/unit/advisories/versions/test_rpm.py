from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.advisories.versions import InvalidVersion
from basewise.advisories.versions.rpm import RpmScheme

SCHEME = RpmScheme()
PART = st.text("0019aZ.+~^_", min_size=1, max_size=8).filter(lambda text: any(c.isalnum() for c in text))
VERSIONS = st.builds(
    lambda epoch, version, release: f"{epoch}{version}{release}",
    st.sampled_from(["", "0:", "00:", "1:", "10:"]),
    PART,
    st.one_of(st.just(""), PART.map("-{}".format)),
)

# rpm-version(7): each row rises strictly from left to right.
RISING = [
    ("1.0~alpha", "1.0~beta", "1.0~rc1", "1.0", "1.0^20240101git", "1.0.1"),
    ("1.0~~", "1.0~", "1.0"),
    ("1.0^a", "1.0^b", "1.0^1", "1.0.a"),
    ("1.0", "1.0^", "1.0^^"),
    ("1.9", "1.10", "2.0", "1:0.1", "2:0"),
    ("1.0a", "1.0b", "1.0ba", "1.0.0"),
    ("1.0", "1.0-1", "1.0-1.el9", "1.0-1.el9_2", "1.0-1.el9_2.1", "1.0-2"),
    ("4.18.0-513.el8", "4.18.0-513.9.1.el8_9", "4.18.0-553.el8_10"),
    ("1-9-1", "1-9-2", "1-10-1"),
    ("9999999999999999999", "10000000000000000000"),
]


@pytest.mark.parametrize("rising", RISING, ids=lambda row: row[0])
def test_versions_rise_as_the_manual_says(rising: tuple[str, ...]) -> None:
    for older, newer in pairwise(rising):
        assert SCHEME.compare(older, newer) < 0 < SCHEME.compare(newer, older)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.0", "0:1.0"),
        ("1.0", "1_0"),
        ("1.0", "1..0."),
        ("1.01", "1.1"),
        ("1.0a", "1.0.a"),
        (":1", "1"),
        ("1+1", "1.1"),
    ],
)
def test_different_texts_can_be_the_same_version(one: str, other: str) -> None:
    assert SCHEME.compare(one, other) == 0


@pytest.mark.parametrize("text", ["", " ", "1 0", "1.0\n", "1é", ":", "1:", "-1", "~", "(none)\n", "1" * 1025])
def test_what_is_no_version_is_invalid(text: str) -> None:
    with pytest.raises(InvalidVersion):
        SCHEME.key(text)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_total(a: str, b: str, c: str) -> None:
    assert SCHEME.compare(a, b) == -SCHEME.compare(b, a)
    if SCHEME.compare(a, b) <= 0 and SCHEME.compare(b, c) <= 0:
        assert SCHEME.compare(a, c) <= 0


@given(VERSIONS)
def test_a_tilde_comes_before_and_a_caret_after(version: str) -> None:
    assert SCHEME.compare(f"{version}~", version) < 0 < SCHEME.compare(f"{version}^", version)


@given(st.text(max_size=20))
def test_any_text_has_a_key_or_is_invalid(text: str) -> None:
    with suppress(InvalidVersion):
        assert SCHEME.key(text)
