import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.unit.advisories.records import affects, compiled, database, record, write_archive, write_kev

from basewise.advisories.database import AdvisoryDatabase
from basewise.model.advisory import Cvss, DatedFact, Epss, Kev, Match, PackageVersion, Severity
from basewise.model.errors import UsageError

HIGH = {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}  # 7.5
CRITICAL = {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}  # 9.8
CURL = PackageVersion("Debian:12", "curl", "7.1-1")
CVE = {"upstream": ["CVE-2024-1111"]}


def curl(*events: str, **more: Any) -> dict[str, Any]:
    return affects("Debian:12", "curl", *(events or ("introduced=0", "fixed=7.2-1")), **more)


def matches(tmp_path: Path, *records: dict[str, Any], package: PackageVersion = CURL) -> list[Match]:
    with database(tmp_path, package.ecosystem.partition(":")[0], *records) as opened:
        return opened.match([package]).found


def test_a_match_tells_all_that_the_record_does(tmp_path: Path) -> None:
    given = record("DEBIAN-CVE-2024-1111", curl(), severity=[HIGH], published="2024-05-01T00:00:00Z", **CVE)
    (match,) = matches(tmp_path, given)
    assert match == Match(
        package=CURL,
        vulnerability="CVE-2024-1111",
        severity=Severity("high", "CVSS 3.1 of DEBIAN-CVE-2024-1111"),
        cvss=Cvss(7.5, HIGH["score"], "DEBIAN-CVE-2024-1111"),
        fixed_in="7.2-1",
        package_fixed_in="7.2-1",
        published=DatedFact("2024-05-01T00:00:00Z", "DEBIAN-CVE-2024-1111"),
        records=["DEBIAN-CVE-2024-1111"],
    )


def test_the_fixed_version_is_not_affected(tmp_path: Path) -> None:
    fixed = PackageVersion("Debian:12", "curl", "7.2-1")
    assert matches(tmp_path, record("DEBIAN-CVE-2024-1111", curl(), **CVE), package=fixed) == []


def test_another_release_is_another_ecosystem(tmp_path: Path) -> None:
    with database(tmp_path, "Debian", record("DEBIAN-CVE-2024-1111", curl(), **CVE)) as opened:
        other = PackageVersion("Debian:13", "curl", "7.1-1")
        assert opened.match([other]).not_assessed == {other: "Debian:13 is not in the advisory database"}
        assert opened.covers("Debian:12")
        assert not opened.covers("Debian:13")
        assert not opened.covers("Debian")


def test_records_of_one_cve_are_one_match(tmp_path: Path) -> None:
    tracker = record("DEBIAN-CVE-2024-1111", curl(), published="2024-05-03T00:00:00Z", **CVE)
    notice = record("DSA-1-1", curl(), published="2024-05-01T00:00:00Z", upstream=["CVE-2024-1111", "CVE-2024-2222"])
    one, other = matches(tmp_path, tracker, notice)
    assert (one.vulnerability, one.records) == ("CVE-2024-1111", ["DEBIAN-CVE-2024-1111", "DSA-1-1"])
    assert (other.vulnerability, other.records) == ("CVE-2024-2222", ["DSA-1-1"])
    assert one.published == DatedFact("2024-05-01T00:00:00Z", "DSA-1-1")


def test_one_record_that_says_affected_is_enough(tmp_path: Path) -> None:
    regressed = PackageVersion("Debian:12", "curl", "7.2-1")
    tracker = record("DEBIAN-CVE-2024-1111", curl("introduced=0", "fixed=7.2-2"), **CVE)
    (match,) = matches(tmp_path, tracker, record("DSA-1-1", curl(), **CVE), package=regressed)
    assert (match.records, match.fixed_in) == (["DEBIAN-CVE-2024-1111"], "7.2-2")


def test_the_lowest_fix_that_no_record_holds_affected_is_named(tmp_path: Path) -> None:
    later = record("DEBIAN-CVE-2024-1111", curl("introduced=0", "fixed=7.10-1"), **CVE)
    (match,) = matches(tmp_path, later, record("DSA-1-1", curl("introduced=0", "fixed=7.9-1"), **CVE))
    assert match.fixed_in == "7.10-1"


def test_a_fix_that_another_record_holds_affected_for_ever_is_none(tmp_path: Path) -> None:
    notice = record("DSA-1-1", curl(), published="2024-05-01T00:00:00Z", **CVE)
    (match,) = matches(tmp_path, record("DEBIAN-CVE-2024-1111", curl("introduced=0"), **CVE), notice)
    assert (match.fixed_in, match.package_fixed_in, match.fix_available) == ("", "", None)


def test_a_fix_that_a_record_of_later_versions_holds_affected_is_none(tmp_path: Path) -> None:
    again = record("DSA-2-1", curl("introduced=7.2-1", "fixed=7.3-1"), **CVE)
    other = record("DSA-3-1", curl("introduced=7.2-1"), upstream=["CVE-2024-2222"])
    (match,) = matches(tmp_path, record("DSA-1-1", curl(), **CVE), again, other)
    assert (match.fixed_in, match.records) == ("7.3-1", ["DSA-1-1"])


def test_the_version_that_fixes_all_is_not_one_that_brings_something_back(tmp_path: Path) -> None:
    back = curl("introduced=0", "fixed=7.2-1", "introduced=7.4-1", "fixed=7.6-1")
    other = record("DSA-2-1", curl("introduced=0", "fixed=7.5-1"), upstream=["CVE-2024-2222"])
    never = record("DSA-3-1", curl("introduced=0"), upstream=["CVE-2024-3333"])
    found = matches(tmp_path, record("DSA-1-1", back, **CVE), other, never)
    assert [match.fixed_in for match in found] == ["7.2-1", "7.5-1", ""]
    assert {match.package_fixed_in for match in found} == {"7.6-1"}


def test_every_fix_that_is_named_is_not_affected(tmp_path: Path) -> None:
    records = [
        record("DSA-1-1", curl("introduced=0", "fixed=7.2-1"), upstream=["CVE-2024-1111", "CVE-2024-2222"]),
        record("DEBIAN-CVE-2024-1111", curl("introduced=0", "fixed=7.4-1"), **CVE),
        record("DEBIAN-CVE-2024-2222", curl("introduced=7.3-1", "fixed=7.5-1"), upstream=["CVE-2024-2222"]),
    ]
    with database(tmp_path, "Debian", *records) as opened:
        found = opened.match([CURL]).found
        assert [match.fixed_in for match in found] == ["7.4-1", "7.2-1"]
        for match in found:
            fixed = PackageVersion("Debian:12", "curl", match.fixed_in)
            assert match.vulnerability not in {other.vulnerability for other in opened.match([fixed]).found}
        whole = PackageVersion("Debian:12", "curl", found[0].package_fixed_in)
        assert (whole.version, opened.match([whole]).found) == ("7.5-1", [])


UNREADABLE = curl("introduced=0", "fixed=7.2 or so")
WHY = "a range of DSA-1-1 cannot be read: '7.2 or so' is no Debian version"


def test_a_range_that_cannot_be_read_leaves_its_package_not_assessed(tmp_path: Path) -> None:
    wget = PackageVersion("Debian:12", "wget", "1")
    with database(tmp_path, "Debian", record("DSA-1-1", UNREADABLE, **CVE)) as opened:
        answer = opened.match([CURL, wget])
    assert answer.found == []
    assert answer.not_assessed == {CURL: WHY}


def test_where_another_range_matches_the_package_is_found(tmp_path: Path) -> None:
    both = {**UNREADABLE, "ranges": [*UNREADABLE["ranges"], *curl("introduced=7.1-1", "fixed=7.3-1")["ranges"]]}
    with database(tmp_path, "Debian", record("DSA-1-1", both, **CVE)) as opened:
        answer = opened.match([CURL, PackageVersion("Debian:12", "curl", "7.3-1")])
    assert [(match.package, match.fixed_in) for match in answer.found] == [(CURL, "7.3-1")]
    assert list(answer.not_assessed) == [PackageVersion("Debian:12", "curl", "7.3-1")]


def test_another_record_of_the_same_vulnerability_settles_it(tmp_path: Path) -> None:
    tracker = record("DEBIAN-CVE-2024-1111", curl(), **CVE)
    with database(tmp_path, "Debian", record("DSA-1-1", UNREADABLE, **CVE), tracker) as opened:
        answer = opened.match([CURL])
    assert [match.records for match in answer.found] == [["DEBIAN-CVE-2024-1111"]]
    assert answer.not_assessed == {}


def test_what_is_found_of_other_vulnerabilities_is_not_hidden(tmp_path: Path) -> None:
    other = record("DSA-2-1", curl(), upstream=["CVE-2024-2222"])
    more = record("DSA-3-1", UNREADABLE, upstream=["CVE-2024-3333"])
    with database(tmp_path, "Debian", record("DSA-1-1", UNREADABLE, **CVE), other, more) as opened:
        answer = opened.match([CURL])
    assert [match.vulnerability for match in answer.found] == ["CVE-2024-2222"]
    assert answer.not_assessed == {CURL: f"{WHY}, and so with 1 more"}


def test_a_fix_is_available_since_the_notice_of_it(tmp_path: Path) -> None:
    tracker = record("DEBIAN-CVE-2024-1111", curl(), published="2024-04-01T00:00:00Z", **CVE)
    first = record("DSA-1-1", curl(), published="2024-05-01T00:00:00Z", **CVE)
    second = record("DLA-2-1", curl(), published="2024-06-01T00:00:00Z", **CVE)
    (match,) = matches(tmp_path, tracker, second, first)
    assert match.fix_available == DatedFact("2024-05-01T00:00:00Z", "DSA-1-1")


def test_without_a_fix_none_is_available(tmp_path: Path) -> None:
    (match,) = matches(tmp_path, record("DSA-1-1", curl("introduced=0"), published="2024-05-01T00:00:00Z", **CVE))
    assert (match.fixed_in, match.fix_available) == ("", None)


def test_a_date_that_is_none_is_left_out(tmp_path: Path) -> None:
    (match,) = matches(tmp_path, record("DSA-1-1", curl(), published="last week", **CVE))
    assert match.published is None


def test_what_debian_states_goes_before_cvss(tmp_path: Path) -> None:
    stated = curl(ecosystem_specific={"urgency": "unimportant"})
    (match,) = matches(tmp_path, record("DEBIAN-CVE-2024-1111", stated, severity=[CRITICAL], **CVE))
    assert match.severity == Severity("negligible", "Debian urgency")
    assert match.cvss == Cvss(9.8, CRITICAL["score"], "DEBIAN-CVE-2024-1111")


def test_a_number_is_borrowed_from_any_record_of_the_same_vulnerability(tmp_path: Path) -> None:
    elsewhere = affects("Bitnami", "curl", "introduced=0", kind="SEMVER", severity=[HIGH])
    write_archive(tmp_path / "osv", "Bitnami", [record("BIT-curl-2024-1111", elsewhere, aliases=["CVE-2024-1111"])])
    worse = record("BELL-CVE-2024-1111", affects("Alpaquita:23", "curl", "introduced=0"), severity=[CRITICAL], **CVE)
    write_archive(tmp_path / "osv", "Alpaquita", [worse])
    (match,) = matches(tmp_path, record("DEBIAN-CVE-2024-1111", curl(), **CVE))
    assert match.severity == Severity("critical", "CVSS 3.1 of BELL-CVE-2024-1111")


def test_the_number_of_a_notice_about_several_is_the_last_resort(tmp_path: Path) -> None:
    notice = record("DSA-1-1", curl(), severity=[CRITICAL], upstream=["CVE-2024-1111", "CVE-2024-2222"])
    tracker = record("DEBIAN-CVE-2024-1111", curl(), severity=[HIGH], **CVE)
    one, other = matches(tmp_path, notice, tracker)
    assert one.severity == Severity("high", "CVSS 3.1 of DEBIAN-CVE-2024-1111")
    assert other.severity == Severity("critical", "CVSS 3.1 of DSA-1-1")


def test_nothing_stated_is_unknown_with_the_reason(tmp_path: Path) -> None:
    stated = curl(ecosystem_specific={"urgency": "not yet assigned"})
    (match,) = matches(tmp_path, record("DEBIAN-CVE-2024-1111", stated, **CVE))
    assert match.severity == Severity("unknown", "no record of CVE-2024-1111 states a severity")


def test_exploits_known_and_predicted_are_added(tmp_path: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [record("DEBIAN-CVE-2024-1111", curl(), **CVE)])
    write_kev(tmp_path / "osv" / "kev.json", "CVE-2024-1111")
    (tmp_path / "osv" / "epss.csv").write_text("cve,epss,percentile\nCVE-2024-1111,0.25,0.75\n")
    compiled(tmp_path / "osv", tmp_path / "advisories.sqlite")
    with AdvisoryDatabase(tmp_path / "advisories.sqlite") as opened:
        (match,) = opened.match([CURL]).found
    assert match.kev == Kev("2026-11-01", "2026-11-22", ransomware=True)
    assert match.epss == Epss(0.25, 0.75)


def test_a_wolfi_record_without_fix_is_affected_whatever_its_status(tmp_path: Path) -> None:
    package = PackageVersion("Wolfi", "podman", "5.4.1-r0")
    entry = affects("Wolfi", "podman", "introduced=0", database_specific={"status": "pending-upstream-fix"})
    (match,) = matches(tmp_path, record("CGA-1", entry, upstream=["CVE-2025-22868"]), package=package)
    assert (match.vulnerability, match.fixed_in) == ("CVE-2025-22868", "")


def test_a_withdrawn_record_says_nothing(tmp_path: Path) -> None:
    gone = record("DSA-1-1", curl(), withdrawn="2025-01-01T00:00:00Z", **CVE)
    assert matches(tmp_path, gone, record("DSA-2-1", curl("introduced=9"), **CVE)) == []


def test_what_cannot_be_assessed_has_its_reason(tmp_path: Path) -> None:
    nowhere = PackageVersion("", "curl", "1")
    absent = PackageVersion("Debian:9", "curl", "1")
    unordered = PackageVersion("Hackage", "curl", "1")
    invalid = PackageVersion("Debian:12", "curl", "not a version")
    clean = PackageVersion("Debian:12", "wget", "1")
    write_archive(tmp_path / "osv", "Hackage", [record("HSEC-1", affects("Hackage", "curl", "introduced=0"))])
    with database(tmp_path, "Debian", record("DEBIAN-CVE-2024-1111", curl(), **CVE)) as opened:
        answer = opened.match([nowhere, absent, unordered, invalid, clean])
    assert answer.found == []
    assert answer.not_assessed == {
        nowhere: "its distribution is not one that OSV has advisories for",
        absent: "Debian:9 is not in the advisory database",
        unordered: "versions of Hackage cannot be compared yet",
        invalid: "'not a version' is no Debian version",
    }


def test_names_are_found_in_any_spelling(tmp_path: Path) -> None:
    given = record("PYSEC-1", affects("PyPI", "Zope.Interface", "introduced=0", "fixed=5.0"), aliases=["CVE-2024-1111"])
    (match,) = matches(tmp_path, given, package=PackageVersion("PyPI", "zope-interface", "4.7.0"))
    assert match.fixed_in == "5.0"


def test_of_one_record_the_stream_of_the_package_decides(tmp_path: Path) -> None:
    pro, standard = "Ubuntu:Pro:22.04:LTS", "Ubuntu:22.04:LTS"
    both = record(
        "UBUNTU-CVE-2024-1111",
        affects(standard, "vips", "introduced=0"),
        affects(pro, "vips", "introduced=0", "fixed=8.12.1-1ubuntu0.1~esm1"),
        **CVE,
    )
    only_pro = record(
        "UBUNTU-CVE-2024-2222", affects(pro, "vips", "introduced=0", "fixed=9"), upstream=["CVE-2024-2222"]
    )
    with database(tmp_path, "Ubuntu", both, only_pro) as opened:
        found = opened.match([PackageVersion(standard, "vips", "8.12.1-1")]).found
        with_pro = opened.match([PackageVersion(pro, "vips", "8.12.1-1ubuntu0.1~esm1")]).found
    assert [(match.vulnerability, match.fixed_in) for match in found] == [("CVE-2024-1111", ""), ("CVE-2024-2222", "9")]
    assert [match.vulnerability for match in with_pro] == ["CVE-2024-2222"]


def test_a_release_is_covered_by_its_streams(tmp_path: Path) -> None:
    module = "SUSE:Linux Enterprise Module for Basesystem 15 SP7"
    asked = PackageVersion("SUSE:Linux Enterprise Server 15 SP7", "glibc", "2.38-150600.14.20.3")
    fix = affects(module, "glibc", "introduced=0", "fixed=2.38-150600.14.32.1")
    with database(tmp_path, "SUSE", record("SUSE-SU-2026:1-1", fix, **CVE)) as opened:
        assert opened.covers(asked.ecosystem)
        assert not opened.covers("SUSE:Linux Enterprise Server 15 SP6")
        assert [match.fixed_in for match in opened.match([asked]).found] == ["2.38-150600.14.32.1"]


def test_answers_come_in_order_and_once(tmp_path: Path) -> None:
    both = record(
        "DSA-1-1", curl(), affects("Debian:12", "aptitude", "introduced=0"), upstream=["CVE-2024-2", *CVE["upstream"]]
    )
    packages = [CURL, PackageVersion("Debian:12", "aptitude", "1"), CURL]
    with database(tmp_path, "Debian", both) as opened:
        one, other = opened.match(packages), opened.match(reversed(packages))
    assert one == other
    assert [match.package.name for match in one.found] == ["aptitude", "curl"]


def test_the_digest_names_the_content(tmp_path: Path) -> None:
    first = record("DEBIAN-CVE-2024-1111", curl(), **CVE)
    with database(tmp_path / "a", "Debian", first) as one, database(tmp_path / "b", "Debian", first) as other:
        assert one.digest != ""
        assert one.feeds[0].name == other.feeds[0].name
    with database(tmp_path / "b", "Debian", {**first, "upstream": ["CVE-2025-9999"]}) as changed:
        assert changed.digest != one.digest


def test_no_database_is_a_usage_error_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no advisory database") as error:
        AdvisoryDatabase(tmp_path / "nothing.sqlite")
    assert error.value.remedy == "Run: basewise db update"


@pytest.mark.parametrize("content", [b"", b"my notes", b"SQLite format 3\0" + b"\xff" * 4096])
def test_another_file_is_a_usage_error_with_the_remedy(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(UsageError) as error:
        AdvisoryDatabase(tmp_path / "file")
    assert error.value.remedy == "It is left as it is. Name another file with --db, or move this one away."


def test_a_directory_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        AdvisoryDatabase(tmp_path)


@pytest.mark.parametrize(
    ("version", "age", "remedy"), [(0, "an older", "Run: basewise db update"), (999, "a newer", "Name another file")]
)
def test_a_database_of_another_version_is_a_usage_error(tmp_path: Path, version: int, age: str, remedy: str) -> None:
    database(tmp_path, "Debian", record("DSA-1-1", curl(), **CVE)).close()
    with sqlite3.connect(tmp_path / "advisories.sqlite") as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(UsageError, match=f"{age} version of Basewise") as error:
        AdvisoryDatabase(tmp_path / "advisories.sqlite")
    assert remedy in error.value.remedy


def test_a_path_with_odd_characters_is_opened(tmp_path: Path) -> None:
    write_archive(tmp_path / "osv", "Debian", [record("DSA-1-1", curl(), **CVE)])
    target = tmp_path / "a?b#c %41[x]" / "data.sqlite"
    compiled(tmp_path / "osv", target)
    with AdvisoryDatabase(target) as opened:
        assert len(opened.match([CURL]).found) == 1
