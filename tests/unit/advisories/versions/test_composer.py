from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.advisories.versions import InvalidVersion
from basewise.advisories.versions.composer import ComposerScheme

SCHEME = ComposerScheme()
NUMBER = st.sampled_from(["0", "1", "2", "10"])
NUMBERS = st.lists(NUMBER, min_size=1, max_size=3).map(".".join)
VERSIONS = st.one_of(
    NUMBERS.map("{}.x-dev".format),
    st.builds(
        "{}{}{}".format,
        NUMBERS,
        st.sampled_from(
            ["", ".1", "-stable", "-alpha", "a1", "-beta2", "b.10", "-RC1", "-RC", "-p1", "-patch2", "pl10"]
        ),
        st.sampled_from(["", "", "-dev"]),
    ),
)

# Composer, "Versions and constraints": stabilities; PHP manual, version_compare(): order of the special forms.
RISING = [
    ("1.0.0-dev", "1.0.0-alpha1", "1.0.0-beta1", "1.0.0-RC1", "1.0.0", "1.0.0-patch1", "1.0.0.1"),
    ("4.0.0-rc2", "4.0.0-rc10", "4.0.0"),
    ("2.4.6", "2.4.6-p1", "2.4.6-p9", "2.4.6-p10", "2.4.7"),
    ("1.0-RC-dev", "1.0-RC", "1.0-RC1-dev", "1.0-RC1"),
    ("1.9.0", "1.10.0", "1.x-dev", "2.0.0-dev"),
    ("1.2.99", "1.2.x-dev", "1.3.0-alpha"),
    ("2010-01-02", "2010-01-03", "2010-02-01"),
    ("20100102", "20100103"),
]


@pytest.mark.parametrize("rising", RISING, ids=lambda row: row[0])
def test_versions_rise_as_the_documentation_says(rising: tuple[str, ...]) -> None:
    for older, newer in pairwise(rising):
        assert SCHEME.compare(older, newer) < 0 < SCHEME.compare(newer, older)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.0", "1.0.0.0"),
        ("v1.2.3", "1.2.3"),
        ("1.0.0-stable", "1.0.0"),
        ("1.0.0rc1", "1.0.0-RC1"),
        ("1.0.0-a1", "1.0.0-alpha.1"),
        ("1.0.0-pl1", "1.0.0-p1"),
        ("1.0.0+build", "1.0.0"),
    ],
)
def test_different_texts_can_be_the_same_version(one: str, other: str) -> None:
    assert SCHEME.compare(one, other) == 0


@pytest.mark.parametrize(
    "text",
    ["", "dev-main", "main", "1.0.0.0.0", "1.0-foo", "1.0 ", "1é", "1.0-a" + "1" * 1000 + "x", "1." + "1" * 1024],
)
def test_branches_and_what_composer_refuses_have_no_place(text: str) -> None:
    with pytest.raises(InvalidVersion):
        SCHEME.key(text)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_total(a: str, b: str, c: str) -> None:
    assert SCHEME.compare(a, b) == -SCHEME.compare(b, a)
    if SCHEME.compare(a, b) <= 0 and SCHEME.compare(b, c) <= 0:
        assert SCHEME.compare(a, c) <= 0


@given(st.text("0123456789.-vxdeprcab", max_size=16))
def test_any_text_has_a_key_or_is_invalid(text: str) -> None:
    with suppress(InvalidVersion):
        assert SCHEME.key(text)
