import pytest

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.languages.found import Found

PLACEHOLDERS = [
    "0.0.0",
    "0.0.0-development",
    "null",
    "Unspecified",
    "${project.version}",
    "@VERSION@",
    "%s",
    "<version>",
    "{{ version }}",
    "1.0.0+no-version-set",
    "1 2",
    "1\x1b[2J",
    "9" * 1025,
    "",
]


@pytest.mark.parametrize("version", PLACEHOLDERS)
def test_what_stands_for_no_version_is_left_out_and_said(version: str) -> None:
    found = Found("npm", "a", DEFAULT_LIMITS)
    assert not found.add("name", version, "a")
    assert found.contents().records == []
    assert (found.contents().status.status, "name" in found.contents().status.reason) == ("not_assessed", True)


@pytest.mark.parametrize("version", ["1.0", "0.0.1", "0.0.0-experimental-1a2b", "1!2.0+local.1", "dev-main", "v1"])
def test_odd_versions_are_versions(version: str) -> None:
    found = Found("npm", "a", DEFAULT_LIMITS)
    assert found.add("name", version, "a")
    assert found.contents().status.is_ok


@pytest.mark.parametrize("name", ["", "a b", "a\n", "\x1b]0;owned\x07", "x" * 600])
def test_a_name_that_is_none_is_left_out(name: str) -> None:
    found = Found("npm", "a", DEFAULT_LIMITS)
    assert not found.add(name, "1", "a")


def test_one_package_that_is_said_twice_is_one() -> None:
    found = Found("npm", "a", DEFAULT_LIMITS)
    found.add("x", "1", "a")
    found.add("x", "1", "a")
    assert len(found.contents().records) == 1


def test_many_problems_are_counted_and_the_first_are_shown() -> None:
    found = Found("npm", "a", DEFAULT_LIMITS)
    found.add("good", "1", "a")
    for number in range(1000):
        found.add(f"package{number}", "", f"place{number}")
    status = found.contents().status
    assert status.status == "partial"
    assert status.reason.startswith("place0: package0 has no version, place1: package1 has no version")
    assert status.reason.endswith(" and 997 more")
    assert len(status.reason) < 200


def test_more_packages_than_a_layer_may_have_are_not_gathered() -> None:
    found = Found("npm", "a", Limits(layer_packages=2))
    assert [found.add(f"package{number}", "1", "a") for number in range(4)] == [True, True, False, False]
    assert found.contents().status.reason == "a: more packages than layer_packages = 2"
