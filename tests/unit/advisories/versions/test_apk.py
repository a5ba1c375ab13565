from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.advisories.versions import InvalidVersion
from basewise.advisories.versions.apk import ApkScheme

SCHEME = ApkScheme()
NUMBER = st.sampled_from(["0", "00", "01", "1", "09", "9", "10", "20250101"])
SUFFIX = st.builds(
    lambda name, number: f"_{name}{number}",
    st.sampled_from(["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"]),
    st.one_of(st.just(""), NUMBER),
)
VERSIONS = st.builds(
    lambda numbers, letter, suffixes, commit, revision: (
        ".".join(numbers) + letter + "".join(suffixes) + commit + revision
    ),
    st.lists(NUMBER, min_size=1, max_size=3),
    st.sampled_from(["", "", "a", "z", "p1"]),
    st.lists(SUFFIX, max_size=2),
    st.sampled_from(["", "", "~ab", "~abc0"]),
    st.one_of(st.just(""), NUMBER.map("-r{}".format)),
)

# apk-package(5), field "version": each row rises strictly from left to right.
RISING = [
    ("1.0_alpha", "1.0_beta", "1.0_pre", "1.0_rc", "1.0", "1.0_cvs", "1.0_svn", "1.0_git", "1.0_hg", "1.0_p"),
    ("1.0_alpha1", "1.0_alpha2", "1.0_alpha10", "1.0_beta1"),
    ("1.0_rc_alpha", "1.0_rc", "1.0_rc0", "1.0_rc1_p1", "1.0_rc2"),
    ("1.0", "1.0-r0", "1.0-r1", "1.0-r9", "1.0-r10", "1.0~abc", "1.0_p1", "1.0a", "1.0.1"),
    ("1.9", "1.10", "2", "10"),
    ("1.0", "1.00", "1.01", "1.1", "1.2"),
    ("1.05", "1.050", "1.051", "1.06", "1.5"),
    ("1.2", "1.2a", "1.2b", "1.2b1", "1.2b2", "1.2.0"),
    ("1.2.3~aa-r0", "1.2.3~ab-r0", "1.2.3~ab-r1", "1.2.3~abc-r0"),
    ("3.1.4-r5", "3.1.4-r6", "3.1.5-r0"),
    ("8u372_p7-r0", "8u372_p7-r1", "8u392_p9-r1"),
    ("1.2.3_git20230101-r0", "1.2.3_git20240101-r0", "1.2.3_p1-r0"),
]


@pytest.mark.parametrize("rising", RISING, ids=lambda row: row[0])
def test_versions_rise_as_the_manual_says(rising: tuple[str, ...]) -> None:
    for older, newer in pairwise(rising):
        assert SCHEME.compare(older, newer) < 0 < SCHEME.compare(newer, older)


def test_the_first_number_and_the_revision_are_compared_by_value() -> None:
    assert SCHEME.compare("01.2-r01", "1.2-r1") == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "1.",
        ".1",
        "1..2",
        "1.0-1",
        "1.0-r",
        "1.0_",
        "1.0_foo",
        "1.0_prex",
        "1.0ab",
        "1.0~",
        "1.0~xyz",
        "1.0-r1-r2",
        "1.0-r1_p1",
        "1.0 ",
        "1:1.0",
        "1.0\n",
        "1²",
        "1." + "1" * 1024,
    ],
)
def test_what_apk_refuses_is_invalid(text: str) -> None:
    with pytest.raises(InvalidVersion):
        SCHEME.key(text)


@pytest.mark.parametrize("malformed", ["1.2.31-0", "1.2.31.-r1", "1.2.31_foo", "1.2.31-03-27-r5"])
def test_a_malformed_bound_stands_just_before_its_beginning(malformed: str) -> None:
    bound = SCHEME.bound_key(malformed)
    assert SCHEME.key("1.2.30-r9") < bound < SCHEME.key("1.2.31")
    assert SCHEME.key("1.2.31_rc1") < bound < SCHEME.key("1.2.31-r0")


def test_a_well_formed_bound_is_the_version_itself() -> None:
    assert SCHEME.bound_key("1.2.3-r4") == SCHEME.key("1.2.3-r4")


def test_a_bound_that_is_nothing_like_a_version_has_no_place() -> None:
    with pytest.raises(InvalidVersion):
        SCHEME.bound_key("unfixed")


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_total(a: str, b: str, c: str) -> None:
    assert SCHEME.compare(a, b) == -SCHEME.compare(b, a)
    if SCHEME.compare(a, b) <= 0 and SCHEME.compare(b, c) <= 0:
        assert SCHEME.compare(a, c) <= 0


@given(VERSIONS.filter(lambda version: "-r" not in version), st.integers(0, 99))
def test_a_higher_revision_is_newer(version: str, revision: int) -> None:
    assert SCHEME.compare(version, f"{version}-r{revision}") < 0
    assert SCHEME.compare(f"{version}-r{revision}", f"{version}-r{revision + 1}") < 0


@given(st.text("0123456789.abcrp_-~ghit", max_size=12))
def test_any_text_has_a_key_or_is_invalid(text: str) -> None:
    with suppress(InvalidVersion):
        assert SCHEME.key(text)
