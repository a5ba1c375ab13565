import msgspec
import pytest

from basewise.advisories.osv import Affected, DatabaseSpecific, EcosystemSpecific, Record, SeverityEntry
from basewise.advisories.severity import decide, level_of, score, stated_for_package, stated_for_record
from basewise.model.advisory import Cvss, Severity, SeverityLevel

V2 = SeverityEntry("CVSS_V2", "AV:N/AC:L/Au:N/C:C/I:C/A:C")  # 10.0
V30 = SeverityEntry("CVSS_V3", "CVSS:3.0/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N")  # 1.8
V31 = SeverityEntry("CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H")  # 7.5
V4 = SeverityEntry("CVSS_V4", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N")  # 9.3
RECORD = Record("X-1")


@pytest.mark.parametrize(("entry", "value"), [(V2, 10.0), (V30, 1.8), (V31, 7.5), (V4, 9.3)])
def test_a_vector_gives_its_base_score(entry: SeverityEntry, value: float) -> None:
    found = score([entry])
    assert found is not None
    assert found.as_cvss("X-1") == Cvss(value, entry.score, "X-1")


def test_version_3_goes_before_4_and_4_before_2() -> None:
    for entries, chosen in [([V2, V4, V31], V31), ([V2, V4], V4), ([V30, V31], V31)]:
        found = score(entries)
        assert found is not None
        assert found.vector == chosen.score


@pytest.mark.parametrize(
    "entry",
    [
        SeverityEntry("CVSS_V3", "CVSS:3.1/AV:X"),
        SeverityEntry("CVSS_V3", V4.score),
        SeverityEntry("CVSS_V4", "9.8"),
        SeverityEntry("CVSS_V3", V31.score + "/" * 1000),
        SeverityEntry("CVSS_V9", V31.score),
        SeverityEntry(),
    ],
)
def test_a_vector_that_cannot_be_read_is_none(entry: SeverityEntry) -> None:
    assert score([entry]) is None
    assert score([entry, V31]) == score([V31])


@pytest.mark.parametrize(
    ("value", "version", "level"),
    [
        (0.0, "3.1", "negligible"),
        (0.1, "3.1", "low"),
        (3.9, "4.0", "low"),
        (4.0, "3.1", "medium"),
        (6.9, "3.0", "medium"),
        (7.0, "3.1", "high"),
        (8.9, "3.1", "high"),
        (9.0, "3.1", "critical"),
        (10.0, "2.0", "high"),
        (9.0, "4.0", "critical"),
    ],
)
def test_levels_begin_where_the_specification_says(value: float, version: str, level: SeverityLevel) -> None:
    assert level_of(value, version) == level


@pytest.mark.parametrize(
    ("urgency", "level"),
    [("unimportant", "negligible"), ("low", "low"), ("medium**", "medium"), ("high", "high")],
)
def test_debians_urgency_is_a_statement(urgency: str, level: SeverityLevel) -> None:
    affected = Affected(ecosystem_specific=EcosystemSpecific(urgency))
    assert stated_for_package(affected) == Severity(level, "Debian urgency")


@pytest.mark.parametrize("urgency", ["not yet assigned", "end-of-life", "", None, 3, ["high"]])
def test_an_urgency_that_says_nothing_is_no_statement(urgency: object) -> None:
    assert stated_for_package(Affected(ecosystem_specific=EcosystemSpecific(urgency))) is None


@pytest.mark.parametrize(
    ("summary", "level"),
    [
        ("Critical: a", "critical"),
        ("Important: b", "high"),
        ("Moderate: c", "medium"),
        ("Low: d security update", "low"),
    ],
)
def test_almalinuxs_first_word_is_a_statement(summary: str, level: SeverityLevel) -> None:
    record = Record("ALSA-2024:1", summary=summary)
    assert stated_for_record(record) == Severity(level, "AlmaLinux summary")


def test_a_summary_that_rates_nothing_is_no_statement() -> None:
    assert stated_for_record(Record("ALSA-2022:5468", summary="ALSA-2022:5468: php:8.0 update (Important)")) is None
    assert stated_for_record(Record("DSA-1-1", summary="Critical: not AlmaLinux's")) is None


def test_the_databases_own_word_is_a_statement() -> None:
    record = Record("BIT-nginx-1", database_specific=DatabaseSpecific("Medium"))
    assert stated_for_record(record) == Severity("medium", "database_specific of BIT-nginx-1")
    assert stated_for_record(Record("BIT-nginx-1", database_specific=DatabaseSpecific("None"))) is None


def test_a_distributions_own_scale_is_a_statement() -> None:
    record = msgspec.structs.replace(RECORD, severity=[SeverityEntry("Ubuntu", "high"), V31])
    assert stated_for_record(record) == Severity("high", "Ubuntu priority")


def test_what_is_stated_goes_before_any_number_and_the_worst_statement_counts() -> None:
    cvss = Cvss(9.8, V31.score, "X-1")
    stated = [Severity("low", "one"), Severity("medium", "other")]
    assert decide("CVE-1", stated, cvss, None) == (Severity("medium", "other"), cvss)


def test_the_records_own_number_goes_before_that_of_others() -> None:
    own, other = Cvss(5.0, V31.score, "DEBIAN-CVE-1"), Cvss(9.8, V31.score, "BELL-CVE-1")
    assert decide("CVE-1", [], own, other) == (Severity("medium", "CVSS 3.1 of DEBIAN-CVE-1"), own)
    assert decide("CVE-1", [], None, other) == (Severity("critical", "CVSS 3.1 of BELL-CVE-1"), other)


def test_a_number_of_version_2_is_named_as_such() -> None:
    severity, _ = decide("CVE-1", [], Cvss(10.0, V2.score, "BELL-CVE-1"), None)
    assert severity == Severity("high", "CVSS 2.0 of BELL-CVE-1")


def test_nothing_known_is_unknown_with_the_reason() -> None:
    assert decide("CVE-1", [], None, None) == (Severity("unknown", "no record of CVE-1 states a severity"), None)
