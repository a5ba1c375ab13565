from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.advisories.versions import InvalidVersion
from basewise.advisories.versions.bitnami import BitnamiScheme

SCHEME = BitnamiScheme()
NUMBER = st.sampled_from(["0", "1", "2", "10"])
VERSIONS = st.builds(
    lambda numbers, suffix: ".".join(numbers) + suffix,
    st.lists(NUMBER, min_size=1, max_size=4),
    st.sampled_from(
        ["", "", "-0", "-1", "-10", "-10.el8", "-8-g210218", "-rc1", "-rc.2", "rc1", "w", "-beta", "+build"]
    ),
)

RISING = [
    ("1.25.3-rc1", "1.25.3", "1.25.3-1", "1.25.3-2", "1.25.3-10", "1.25.3.1", "1.25.4"),
    ("2.6.0-rc1", "2.6.0-rc2", "2.6.0"),
    ("3.6.5", "3.6.5-8-g210218", "3.6.6"),
    ("8.0.402", "8.0.402.8", "8.0.411"),
    ("1.1.1", "1.1.1a", "1.1.1w", "1.1.2"),
    ("2024.2", "2024.12.13"),
]


@pytest.mark.parametrize("rising", RISING, ids=lambda row: row[0])
def test_a_revision_is_newer_and_a_pre_release_older_than_the_version(rising: tuple[str, ...]) -> None:
    for older, newer in pairwise(rising):
        assert SCHEME.compare(older, newer) < 0 < SCHEME.compare(newer, older)


@pytest.mark.parametrize(
    ("one", "other"), [("1.19.0-0", "1.19.0"), ("1.2", "1.2.0"), ("v1.2.3", "1.2.3"), ("1.2.3+a", "1.2.3")]
)
def test_different_texts_can_be_the_same_version(one: str, other: str) -> None:
    assert SCHEME.compare(one, other) == 0


@pytest.mark.parametrize("text", ["", "nightly.2026-03-10.0", "1.", "1..2", "1.0 ", "1²", "1" * 1025])
def test_what_is_no_version_is_invalid(text: str) -> None:
    with pytest.raises(InvalidVersion):
        SCHEME.key(text)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_total(a: str, b: str, c: str) -> None:
    assert SCHEME.compare(a, b) == -SCHEME.compare(b, a)
    if SCHEME.compare(a, b) <= 0 and SCHEME.compare(b, c) <= 0:
        assert SCHEME.compare(a, c) <= 0


@given(st.text("0123456789.-+vrcw", max_size=16))
def test_any_text_has_a_key_or_is_invalid(text: str) -> None:
    with suppress(InvalidVersion):
        assert SCHEME.key(text)
