from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.advisories.versions import InvalidVersion
from basewise.advisories.versions.semver import SemverScheme

SCHEME = SemverScheme()
NUMBER = st.sampled_from(["0", "1", "2", "10"])
IDENTIFIER = st.one_of(NUMBER, st.text("01aZ-", min_size=1, max_size=4))
VERSIONS = st.builds(
    lambda numbers, pre, build: ".".join(numbers) + (f"-{'.'.join(pre)}" if pre else "") + build,
    st.tuples(NUMBER, NUMBER, NUMBER),
    st.lists(IDENTIFIER, max_size=3),
    st.sampled_from(["", "+1", "+incompatible"]),
)

RISING = [
    # Semantic Versioning 2.0.0, section 11, points 2 to 4
    ("1.0.0", "2.0.0", "2.1.0", "2.1.1"),
    ("1.0.0-alpha", "1.0.0"),
    ("1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1"),
    ("1.0.0-rc.1", "1.0.0"),
    ("1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0--", "1.0.0-a", "1.0.0-a-", "1.0.0-a1"),
    # Go Modules Reference, "Pseudo-versions"
    ("v0.0.0-20191109021931-daa7c04131f5", "v0.0.0-20201109021931-0aa7c04131f5", "v0.1.0"),
    ("v1.2.3", "v1.2.4-0.20191109021931-daa7c04131f5", "v1.2.4"),
    ("v1.2.3-pre", "v1.2.3-pre.0.20191109021931-daa7c04131f5", "v1.2.3"),
    ("1.21.0-0", "go1.21rc1", "go1.21rc2", "go1.21", "go1.21.1"),
]


@pytest.mark.parametrize("rising", RISING, ids=lambda row: row[0])
def test_versions_rise_as_the_specifications_say(rising: tuple[str, ...]) -> None:
    for older, newer in pairwise(rising):
        assert SCHEME.compare(older, newer) < 0 < SCHEME.compare(newer, older)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.0.0+20130313144700", "1.0.0+exp.sha.5114f85"),
        ("v11.5.2+incompatible", "11.5.2"),
        ("1.21", "1.21.0"),
        ("go1.22.3", "1.22.3"),
        ("1.9.0b1", "1.9.0-b1"),
        ("1.02.3", "1.2.3"),
    ],
)
def test_different_texts_can_be_the_same_version(one: str, other: str) -> None:
    assert SCHEME.compare(one, other) == 0


@pytest.mark.parametrize(
    "text", ["", "a", "1.2.3.4", "1.0.0-", "1.0.0-a..b", "1.0.0-é", "(devel)", "1.0.0 ", "1²", "1.0." + "1" * 1024]
)
def test_what_is_no_version_is_invalid(text: str) -> None:
    with pytest.raises(InvalidVersion):
        SCHEME.key(text)


def test_a_bound_of_more_than_three_numbers_is_just_after_the_first_three() -> None:
    bound = SCHEME.bound_key("1.6.0.2")
    assert SCHEME.key("1.6.0") < bound < SCHEME.bound_key("1.6.0.10") < SCHEME.key("1.6.1-0")
    assert SCHEME.bound_key("1.6.0") == SCHEME.key("1.6.0")


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_total(a: str, b: str, c: str) -> None:
    assert SCHEME.compare(a, b) == -SCHEME.compare(b, a)
    if SCHEME.compare(a, b) <= 0 and SCHEME.compare(b, c) <= 0:
        assert SCHEME.compare(a, c) <= 0


@given(VERSIONS.filter(lambda version: "-" not in version and "+" not in version), IDENTIFIER)
def test_a_pre_release_comes_before(version: str, word: str) -> None:
    assert SCHEME.compare(f"{version}-{word}", version) < 0


@given(st.text("0123456789.-+vgoarc", max_size=16))
def test_any_text_has_a_key_or_is_invalid(text: str) -> None:
    with suppress(InvalidVersion):
        assert SCHEME.key(text)
