"""The selection of advisories meets the packages of the images: what the demo has to show is there to be found."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from basewise.advisories.compile import compile_database
from basewise.advisories.database import AdvisoryDatabase
from basewise.advisories.feeds import find_feeds
from basewise.demo.advisories import write_advisories
from basewise.demo.snapshots import snapshot
from basewise.model.advisory import Match, PackageVersion


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("story")
    write_advisories(home / "osv")
    compile_database(home / "db.sqlite", find_feeds(home / "osv"), now=datetime(2026, 11, 24, tzinfo=UTC))
    return home / "db.sqlite"


def matches(database: Path, ecosystem: str, name: str, *sets: str) -> list[Match]:
    packages = [package for key in sets for package in snapshot(name).packages[key]]
    with AdvisoryDatabase(database) as advisories:
        result = advisories.match({PackageVersion(ecosystem, p.source, p.source_version) for p in packages})
    assert result.not_assessed == {}
    return result.found


def worst(found: list[Match]) -> dict[str, str]:
    order = ("critical", "high", "medium", "low", "negligible", "unknown")
    levels: dict[str, list[str]] = {}
    for match in found:
        levels.setdefault(match.package.name, []).append(match.severity.level)
    return {name: min(seen, key=order.index) for name, seen in levels.items()}


def test_the_python_base_has_a_high_in_openssl_and_nothing_worse(database: Path) -> None:
    found = worst(matches(database, "Debian:11", "debian-11-2023-01", "base", "tls", "python"))
    assert [name for name, level in found.items() if level in ("critical", "high")] == ["openssl"]
    assert {"medium", "low", "negligible", "unknown"} <= set(found.values())


def test_the_upgrade_of_payments_closes_every_finding_of_openssl(database: Path) -> None:
    assert matches(database, "Debian:11", "debian-11-2023-01", "new-tls") == []


def test_the_base_of_the_wiki_has_a_critical(database: Path) -> None:
    found = worst(matches(database, "Debian:12", "debian-12-2024-06", "base", "php"))
    assert [name for name, level in found.items() if level == "critical"] == ["apache2"]


def test_one_vulnerability_is_known_to_be_exploited(database: Path) -> None:
    found = matches(database, "Debian:12", "debian-12-2023-09", "base", "nginx")
    assert [match.vulnerability for match in found if match.kev] == ["CVE-2023-4863"]


def test_an_issue_without_fix_has_none(database: Path) -> None:
    (found,) = [m for m in matches(database, "Debian:12", "debian-12-2024-06", "base") if m.package.name == "apt"]
    assert (found.vulnerability, found.fixed_in, found.severity.level) == ("CVE-2011-3374", "", "negligible")


@pytest.mark.parametrize(
    ("ecosystem", "name"), [("Alpine:v3.18", "alpine-3.18-2023-08"), ("Alpine:v3.20", "alpine-3.20-2024-08")]
)
def test_both_alpines_have_a_high(database: Path, ecosystem: str, name: str) -> None:
    assert worst(matches(database, ecosystem, name, "base")) == {"openssl": "high"}
