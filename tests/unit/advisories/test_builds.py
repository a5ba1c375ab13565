from pathlib import Path

import pytest
from tests.unit.advisories.records import affects, database, record

from basewise.advisories.builds import modules
from basewise.advisories.ranges import Bound, Ranges
from basewise.model.advisory import PackageVersion

EL8 = "AlmaLinux:8"
CVE = {"related": ["CVE-2024-1111"]}
OLD, FIXED = "1:18.9.1-1.module_el8.7.0+3397+5f8b5f3e", "1:18.20.2-1.module_el8.9.0+3775+d8460d29"


def nodejs(version: str = OLD, module: str = "nodejs:18") -> PackageVersion:
    return PackageVersion(EL8, "nodejs", version, module)


def affected(tmp_path: Path, package: PackageVersion, *fixes: str, summary: str) -> bool:
    entries = [affects(EL8, package.name, "introduced=0", f"fixed={fix}") for fix in fixes]
    with database(tmp_path, "AlmaLinux", record("ALSA-2024:1", *entries, summary=summary, **CVE)) as opened:
        return bool(opened.match([package]).found)


def test_a_notice_of_the_same_stream_concerns_a_package(tmp_path: Path) -> None:
    assert affected(tmp_path, nodejs(), FIXED, summary="Important: nodejs:18 security update")


def test_a_notice_of_another_stream_does_not(tmp_path: Path) -> None:
    fix = "1:20.12.2-2.module_el8.9.0+3791+c08f5b1e"
    assert not affected(tmp_path, nodejs(), fix, summary="Important: nodejs:20 security update")


@pytest.mark.parametrize(
    ("module", "summary"),
    [("", "Important: nodejs:18 security update"), ("nodejs:18", "Important: nodejs security update"), ("", "")],
)
def test_where_the_stream_is_not_known_a_package_counts_as_affected(tmp_path: Path, module: str, summary: str) -> None:
    assert affected(tmp_path, nodejs(module=module), FIXED, summary=summary)


def test_a_package_of_no_module_is_not_concerned_by_builds_of_modules(tmp_path: Path) -> None:
    perl = PackageVersion(EL8, "perl", "4:5.26.3-420.el8")
    fix = "4:5.32.1-473.module_el8.10.0+3900+1a2b3c4d"
    assert not affected(tmp_path, perl, fix, summary="Important: perl:5.32 security update")


def test_a_package_of_a_module_is_not_concerned_by_other_builds(tmp_path: Path) -> None:
    perl = PackageVersion(EL8, "perl", "4:5.24.4-404.module_el8.1.0+229+cd132df8", "perl:5.24")
    assert not affected(tmp_path, perl, "4:5.26.3-422.el8", summary="Important: perl security update")


def test_of_several_builds_with_a_fix_the_earliest_counts(tmp_path: Path) -> None:
    earlier, later = (
        "0:1.0.3-1.module_el8.4.0+2496+12421f43",
        "0:1.0.3-1.module_el8.5.0+2613+1b78b731",
    )
    summary = "Important: container-tools:rhel8 security update"
    runc = PackageVersion(EL8, "runc", earlier, "container-tools:rhel8")
    assert not affected(tmp_path, runc, later, earlier, summary=summary)
    older = PackageVersion(EL8, "runc", "0:1.0.2-1.module_el8.4.0+2400+aaaaaaaa", "container-tools:rhel8")
    assert affected(tmp_path, older, later, earlier, summary=summary)


def test_elsewhere_every_entry_of_a_record_counts(tmp_path: Path) -> None:
    entries = [affects("PyPI", "a", "introduced=0", f"fixed={fix}") for fix in ("1.5", "2.5")]
    with database(tmp_path, "PyPI", record("PYSEC-1", *entries, aliases=["CVE-2024-1111"])) as opened:
        assert opened.match([PackageVersion("PyPI", "a", "2.0")]).found


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("Important: nodejs:18 security update", ["nodejs:18"]),
        ("Moderate: virt:rhel and virt-devel:rhel security and bug fix update", ["virt:rhel", "virt-devel:rhel"]),
        ("new module: php:7.3", ["php:7.3"]),
        ("Red Hat Security Advisory: 389-ds:1.4 security update", ["389-ds:1.4"]),
        ("Important: varnish security update", []),
        (None, []),
    ],
)
def test_the_streams_of_a_notice_are_read_from_its_summary(summary: str | None, expected: list[str]) -> None:
    assert modules(Ranges([[Bound("introduced", "0"), Bound("fixed", FIXED)]]), summary) == expected


def test_a_summary_of_no_module_names_no_stream() -> None:
    plain = Ranges([[Bound("introduced", "0"), Bound("fixed", "1.5.1-22.el9")]])
    assert modules(plain, "Important: pam:1.5.1 security update") == []
