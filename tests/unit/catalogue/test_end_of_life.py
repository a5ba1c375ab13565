from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.catalogue.end_of_life import assess, lifecycle, maintained
from basewise.catalogue.loader import load
from basewise.model.errors import BasewiseError

TODAY = date(2026, 11, 23)
DISTRIBUTIONS = load("end_of_life")["distributions"]
RELEASES = [(entry["id"], release["version"]) for entry in DISTRIBUTIONS for release in entry.get("releases", [])]


def test_debian_11_is_past_its_end_since_its_public_lts_ended() -> None:
    answer = assess("debian", "11", TODAY)
    assert answer.eol.state == "yes"
    assert answer.date == "2026-08-31"
    assert "2026-08-31" in answer.eol.reason


def test_the_last_day_of_support_is_still_supported() -> None:
    assert assess("debian", "11", date(2026, 8, 31)).eol.state == "no"
    assert assess("debian", "11", date(2026, 9, 1)).eol.state == "yes"


def test_debian_between_regular_end_and_lts_end_is_not_past_its_end() -> None:
    answer = assess("debian", "12", TODAY)
    assert answer.eol.state == "no"
    assert "LTS until 2028-06-30" in answer.eol.reason
    assert "2026-07-11" in answer.eol.reason


def test_ubuntu_past_standard_support_is_past_its_end_because_esm_needs_a_subscription() -> None:
    answer = assess("ubuntu", "20.04", TODAY)
    assert answer.eol.state == "yes"
    assert answer.date == "2025-05-29"
    assert "Ubuntu Pro" in answer.eol.reason


def test_a_paid_phase_that_is_over_too_is_not_advertised() -> None:
    assert "Pro" not in assess("ubuntu", "14.04", TODAY).eol.reason


@pytest.mark.parametrize(
    ("distribution", "version", "known_as"),
    [
        ("alpine", "3.20.3", "3.20"),
        ("alpine", "3.2.1", None),
        ("alpine", "3.24.0_alpha20260127", "edge"),
        ("rhel", "8.10", "8"),
        ("rocky", "9.6", "9"),
        ("debian", "bookworm", "12"),
        ("debian", "forky", "14"),
        ("debian", "1", None),
        ("ubuntu", "24.04", "24.04"),
        ("amzn", "2023", "2023"),
        ("amzn", "2", "2"),
        ("wolfi", "20230201", "20230201"),
        ("alpaquita", "stream", "stream"),
    ],
)
def test_a_version_is_found_by_its_front_or_its_code_name(
    distribution: str, version: str, known_as: str | None
) -> None:
    found = lifecycle(distribution, version)
    assert (found.version if found else None) == known_as


@pytest.mark.parametrize("version", ["stream", "sid", "edge"])
def test_a_rolling_release_has_no_end(version: str) -> None:
    owner = {"stream": "alpaquita", "sid": "debian", "edge": "alpine"}[version]
    answer = assess(owner, version, date(2099, 1, 1))
    assert answer.eol.state == "no"
    assert answer.date == ""


@pytest.mark.parametrize(
    ("distribution", "version", "reason"),
    [
        ("", "", "does not say which distribution"),
        ("nixos", "25.11", "no end-of-life dates for 'nixos'"),
        ("debian", "", "does not say which release of Debian"),
        ("ubuntu", "4.10", "no end-of-life date for Ubuntu 4.10"),
    ],
)
def test_what_the_catalogue_does_not_know_is_unknown_with_the_reason(
    distribution: str, version: str, reason: str
) -> None:
    answer = assess(distribution, version, TODAY)
    assert answer.eol.state == "unknown"
    assert reason in answer.eol.reason


def test_a_date_that_is_not_confirmed_decides_nothing() -> None:
    for on in (date(2026, 1, 1), date(2040, 1, 1)):
        answer = assess("alpine", "3.24.1", on)
        assert answer.eol.state == "unknown"
        assert "not confirmed" in answer.eol.reason


def test_an_answer_names_its_source_and_says_when_it_is_secondary() -> None:
    answer = assess("alpine", "3.20", TODAY)
    assert answer.eol.state == "yes"
    assert answer.source.startswith("https://alpinelinux.org/")
    assert "secondary" in answer.eol.reason


@given(st.sampled_from(RELEASES), st.dates(date(2010, 1, 1), date(2050, 1, 1)), st.integers(0, 5000))
def test_what_is_past_its_end_stays_so(release: tuple[str, str], on: date, days: int) -> None:
    if assess(*release, on).eol.state == "yes":
        assert assess(*release, on + timedelta(days)).eol.state == "yes"


@pytest.mark.parametrize(("distribution", "version"), RELEASES)
def test_every_release_has_a_page_a_day_and_an_order_of_phases(distribution: str, version: str) -> None:
    found = lifecycle(distribution, version)
    assert found is not None
    assert found.source.startswith("https://")
    assert found.as_of <= TODAY
    assert found.rolling or found.standard or found.status == "unconfirmed"
    if found.extended:
        assert found.standard
        assert found.standard < found.extended
        assert found.extended_name
        assert found.extended_is_public or found.extended_terms


def test_no_release_stands_in_the_catalogue_twice() -> None:
    names = [
        (entry["id"], name)
        for entry in DISTRIBUTIONS
        for release in entry.get("releases", [])
        for name in [release["version"], *release.get("aliases", [])]
    ]
    assert len(names) == len(set(names))
    assert len(DISTRIBUTIONS) == len({entry["id"] for entry in DISTRIBUTIONS})


@pytest.mark.parametrize("name", ["nothing", "../catalogue/end_of_life", "", "end_of_life.yaml"])
def test_a_catalogue_file_that_does_not_exist_is_one_clear_error(name: str) -> None:
    with pytest.raises(BasewiseError, match=r"catalogue"):
        load(name)


def test_maintained_releases_are_those_with_a_day_to_come_newest_first() -> None:
    assert [release.version for release in maintained("debian", TODAY)] == ["13", "12"]
    assert maintained("debian", date(2040, 1, 1)) == []
    assert maintained("nobody's", TODAY) == []
