"""The earliest file that names a base line tells since when it is named."""

from datetime import UTC, datetime

from basewise.model.repository import FirstIntroduced, Introduction, IntroductionMethod
from basewise.phases.audit.introduced import first_introduced

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def named(base: str, file: str, at: str, method: IntroductionMethod = "git") -> Introduction:
    return Introduction(base=base, file=file, at=at, method=method, commit="c1")


def test_the_earliest_file_counts_for_each_base() -> None:
    found = first_introduced(
        [
            named("reg.test/python:3", "b/Dockerfile", "2023-04-02T10:00:00Z"),
            named("reg.test/python:3", "a/Dockerfile", "2021-01-01T10:00:00Z", "git-shallow"),
            named("reg.test/node:22", "c/Dockerfile", "2024-01-01T10:00:00Z"),
        ],
        NOW,
    )
    assert found == {
        "reg.test/python:3": FirstIntroduced("2021-01-01T10:00:00Z", "git-shallow", "a/Dockerfile", "c1"),
        "reg.test/node:22": FirstIntroduced("2024-01-01T10:00:00Z", "git", "c/Dockerfile", "c1"),
    }


def test_a_day_to_come_is_no_date() -> None:
    assert first_introduced([named("reg.test/python:3", "Dockerfile", "2027-01-01T00:00:00Z")], NOW) == {}
