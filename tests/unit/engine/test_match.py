"""Packages are put to the database once, and only feeds that have a say in them are named."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from basewise.advisories.compile import compile_database
from basewise.advisories.database import AdvisoryDatabase
from basewise.advisories.feeds import find_feeds
from basewise.engine.match import ecosystems, match
from basewise.model.contents import ImageContents, Package
from basewise.model.facts import Facts

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SERVER = "SUSE:Linux Enterprise Server 15 SP7"


def database(folder: Path, *names: str) -> AdvisoryDatabase:
    """A database with one record for each ecosystem."""
    for name in names:
        record = {
            "id": f"TEST-{name}",
            "modified": "2026-11-01T00:00:00Z",
            "aliases": ["CVE-2026-0001"],
            "affected": [
                {
                    "package": {"ecosystem": name, "name": "bash"},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9-1"}]}],
                }
            ],
        }
        path = folder / "osv" / name.partition(":")[0] / "all.zip"
        path.parent.mkdir(parents=True)
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("record.json", json.dumps(record))
    compile_database(folder / "db.sqlite", find_feeds(folder / "osv"), now=NOW)
    return AdvisoryDatabase(folder / "db.sqlite")


def facts(*packages: Package) -> Facts:
    return Facts(contents={"sha256:a": ImageContents(digest="sha256:a", packages=list(packages))})


def package(ecosystem: str, owned_by: str = "") -> Package:
    return Package(
        type="rpm",
        name="bash",
        version="5-1",
        source="bash",
        source_version="5-1",
        ecosystem=ecosystem,
        owned_by=owned_by,
    )


def test_a_feed_counts_that_speaks_of_the_release_under_another_stream(tmp_path: Path) -> None:
    with database(tmp_path, "SUSE:Linux Enterprise Module for Basesystem 15 SP7", "Debian:12") as opened:
        found = match(facts(package(SERVER)), opened)
    assert [feed.name for feed in found.feeds] == ["OSV SUSE"]
    assert [one.vulnerability for one in found.matches.found] == ["CVE-2026-0001"]


def test_a_feed_of_another_release_does_not_count(tmp_path: Path) -> None:
    with database(tmp_path, "SUSE:Linux Micro 6.0") as opened:
        found = match(facts(package(SERVER)), opened)
    assert found.feeds == []
    assert list(found.matches.not_assessed.values()) != []


def test_a_library_that_belongs_to_a_package_of_the_system_is_not_asked_about(tmp_path: Path) -> None:
    with database(tmp_path, "Debian:12") as opened:
        assert match(facts(package("Debian:12", owned_by="bash")), opened).matches.found == []


def test_without_a_database_every_package_says_why() -> None:
    found = match(facts(package("Debian:12")), None, reason="no network")
    assert list(found.matches.not_assessed.values()) == ["no network"]
    assert ecosystems(found) == ["Debian:12"]
