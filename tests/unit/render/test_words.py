from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.moments import days_between
from basewise.render.printable import printable
from basewise.render.words import familiar, measured, number, plural, shortened, size


def test_a_number_that_nobody_determined_is_a_question_mark() -> None:
    assert measured(None, "ok") == "?"
    assert measured(0, "not_assessed") == "?"


def test_a_number_from_a_part_is_a_lower_bound() -> None:
    assert measured(0, "partial") == "≥0"
    assert measured(1250, "partial") == "≥1,250"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (0.0, "0"),
        (0.04, "<0.1"),
        (0.05, "0.1"),
        (0.1, "0.1"),
        (10.0, "10"),
        (812.5, "812.5"),
        (12345, "12,345"),
    ],
)
def test_numbers_have_at_most_one_decimal(value: float, said: str) -> None:
    assert number(value) == said


@given(st.floats(min_value=0, max_value=1e9, exclude_min=True))
def test_what_is_not_zero_is_never_said_to_be_zero(value: float) -> None:
    assert number(value) not in ("0", "0.0", "")


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [(1, "layer", "1 layer"), (0, "base", "0 bases"), (2, "day", "2 days"), (3, "vulnerability", "3 vulnerabilities")],
)
def test_nouns_agree_with_their_count(count: int, noun: str, said: str) -> None:
    assert plural(count, noun) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(None, "?"), (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (50 * 2**20, "50.0 MiB"), (2**41, "2048.0 GiB")],
)
def test_sizes_are_in_binary_units(count: int | None, said: str) -> None:
    assert size(count) == said


@pytest.mark.parametrize(
    ("earlier", "later", "days"),
    [
        ("2026-11-20T08:00:00Z", "2026-11-23T12:00:00Z", 3),
        ("2026-11-20", "2026-11-23T00:00:00+00:00", 3),
        ("2026-11-23T23:30:00-05:00", "2026-11-24T05:00:00Z", 0),
        ("2027-01-01", "2026-11-23", 0),
        ("yesterday", "2026-11-23", None),
    ],
)
def test_ages_are_whole_days_and_never_negative(earlier: str, later: str, days: int | None) -> None:
    assert days_between(earlier, later) == days


@given(st.text())
def test_shown_text_steers_no_terminal(text: str) -> None:
    assert printable(text).isprintable()
    assert len(printable(text)) == len(text)


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_shortened_text_fits_and_says_when_it_was_cut(text: str, length: int) -> None:
    cut = shortened(text, length)
    assert len(cut) <= length
    assert cut == text if len(text) <= length else cut.endswith("…")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("docker.io/library/python:3.12", "python:3.12"),
        ("docker.io/prom/statsd-exporter:v0.26.0", "prom/statsd-exporter:v0.26.0"),
        ("registry.test/shop/orders:1", "registry.test/shop/orders:1"),
        ("scratch", "scratch"),
        ("unidentified:sha256:" + 64 * "0", "unidentified:sha256:" + 64 * "0"),
        ("", ""),
        ("No Reference", "No Reference"),
    ],
)
def test_a_reference_is_said_as_people_write_it(text: str, said: str) -> None:
    assert familiar(text) == said
