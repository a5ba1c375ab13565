from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.advisories.versions import InvalidVersion
from basewise.advisories.versions.nuget import NugetScheme

SCHEME = NugetScheme()
VERSIONS = st.builds(
    lambda numbers, pre: ".".join(numbers) + pre,
    st.lists(st.sampled_from(["0", "1", "01", "10"]), min_size=1, max_size=4),
    st.sampled_from(["", "", "-alpha", "-Alpha.1", "-beta.10", "-beta.9", "-0", "+metadata"]),
)

# "Package versioning", pre-release versions and version normalisation.
RISING = [
    ("1.0.1-aaa", "1.0.1-alpha", "1.0.1-beta", "1.0.1-open", "1.0.1-rc", "1.0.1-rc.2", "1.0.1-zzz", "1.0.1"),
    ("1.0.1-rc.2", "1.0.1-rc.10"),
    ("1.0.0", "1.0.0.1", "1.0.1"),
]


@pytest.mark.parametrize("rising", RISING, ids=lambda row: row[0])
def test_versions_rise_as_the_documentation_says(rising: tuple[str, ...]) -> None:
    for older, newer in pairwise(rising):
        assert SCHEME.compare(older, newer) < 0 < SCHEME.compare(newer, older)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.00", "1.0"),
        ("1.01.1", "1.1.1"),
        ("1.00.0.1", "1.0.0.1"),
        ("1.0.0.0", "1.0.0"),
        ("1.0.01.0", "1.0.1"),
        ("1", "1.0.0"),
        ("1.0.7+r3456", "1.0.7"),
        ("1.0.0-BETA", "1.0.0-beta"),
    ],
)
def test_different_texts_can_be_the_same_version(one: str, other: str) -> None:
    assert SCHEME.compare(one, other) == 0


@pytest.mark.parametrize("text", ["", "v1.0", "1.2.3.4.5", "1.0-", "1.0-é", "1.*", "1" * 1025])
def test_what_is_no_version_is_invalid(text: str) -> None:
    with pytest.raises(InvalidVersion):
        SCHEME.key(text)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_total(a: str, b: str, c: str) -> None:
    assert SCHEME.compare(a, b) == -SCHEME.compare(b, a)
    if SCHEME.compare(a, b) <= 0 and SCHEME.compare(b, c) <= 0:
        assert SCHEME.compare(a, c) <= 0


@given(st.text("0123456789.-+ab", max_size=16))
def test_any_text_has_a_key_or_is_invalid(text: str) -> None:
    with suppress(InvalidVersion):
        assert SCHEME.key(text)
