"""Everything of a real copy of OSV, KEV and EPSS compiled once, and asked what its own files say."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from basewise.advisories.database import AdvisoryDatabase
from basewise.advisories.osv import decode, finding_ids
from basewise.advisories.severity import stated_for_record
from basewise.advisories.versions import InvalidVersion, scheme_for
from basewise.catalogue.ecosystems import name_in
from basewise.catalogue.libraries import ecosystem_of_library
from basewise.model.advisory import Feed, PackageVersion
from basewise.model.limits import DEFAULT_LIMITS
from basewise.scan.languages.java_runtime import JavaRuntime

DATA = os.environ.get("BASEWISE_TEST_DATA", "")
pytestmark = pytest.mark.skipif(not DATA, reason="BASEWISE_TEST_DATA is not set")

IMPORT = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
import msgspec
from basewise.advisories.compile import compile_database
from basewise.advisories.feeds import find_feeds
feeds = compile_database(Path(sys.argv[2]), find_feeds(Path(sys.argv[1])), now=datetime(2026, 11, 23, tzinfo=UTC))
# VmHWM, because ru_maxrss of a child begins with the peak of its parent
kilobytes = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"kilobytes": kilobytes, "feeds": msgspec.to_builtins(feeds)}))
"""


class Import(msgspec.Struct):
    """One import of everything, in a process of its own."""

    kilobytes: int
    feeds: list[Feed]
    path: Path = Path()


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Import:
    path = tmp_path_factory.mktemp("advisories") / "advisories.sqlite"
    command = [sys.executable, "-c", IMPORT, str(Path(DATA, "osv")), str(path)]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return msgspec.structs.replace(msgspec.json.decode(run.stdout, type=Import), path=path)


@pytest.fixture(scope="module")
def database(imported: Import) -> Iterator[AdvisoryDatabase]:
    with AdvisoryDatabase(imported.path) as opened:
        yield opened


def records(ecosystem: str) -> Iterator[bytes]:
    with zipfile.ZipFile(Path(DATA, "osv", ecosystem, "all.zip")) as archive:
        for name in archive.namelist():
            yield archive.read(name)


def feed(imported: Import, name: str) -> Feed:
    return next(feed for feed in imported.feeds if feed.name == name)


def test_importing_everything_fits_in_400_megabytes(imported: Import) -> None:
    assert imported.kilobytes < 400 * 1024


def test_every_archive_is_read_to_its_last_record(imported: Import) -> None:
    read = {feed.name.removeprefix("OSV "): feed.records for feed in imported.feeds if feed.name.startswith("OSV ")}
    folders = [path.parent.name for path in Path(DATA, "osv").glob("*/all.zip")]
    assert read == {folder: sum(1 for _ in records(folder)) for folder in folders}


def test_what_is_left_out_is_what_says_nothing(imported: Import) -> None:
    assert feed(imported, "OSV Debian").reason == "43 records: an update notice that names no CVE"
    assert feed(imported, "OSV AlmaLinux").reason == "1197 records: an update notice that names no CVE"
    assert feed(imported, "OSV Go").reason == "17 records: withdrawn"
    assert feed(imported, "OSV PyPI").reason == (
        "11 records: no range or version of packages, only commits; 269 records: withdrawn; "
        "10 statements: a bound that is no version, so its package is not assessed where no other range matches"
    )
    assert feed(imported, "OSV Bitnami").reason == (  # a nightly build by its date
        "1 statement: a bound that is no version, so its package is not assessed where no other range matches"
    )
    for name in ("Alpine", "Wolfi", "Alpaquita", "BellSoft Hardened Containers", "Packagist", "RubyGems", "npm"):
        assert feed(imported, f"OSV {name}").skipped == 0


def test_no_feed_is_dated_in_the_future(imported: Import) -> None:
    assert feed(imported, "OSV PyPI").date.startswith("2026-")
    assert feed(imported, "OSV Debian").date == "2026-11-19T00:00:00Z"
    assert feed(imported, "CISA KEV").date == "2025-11-14T00:00:00Z"
    assert feed(imported, "FIRST EPSS").date == "2026-08-22T00:00:00Z"


def test_releases_are_covered_or_not(database: AdvisoryDatabase) -> None:
    for ecosystem in ("Debian:11", "Debian:13", "Alpine:v3.10", "Alpine:edge", "Wolfi", "Alpaquita:stream"):
        assert database.covers(ecosystem)
    for ecosystem in ("Debian:9", "Debian:10", "Alpine:v3.9", "Ubuntu:22.04:LTS", "Chainguard", ""):
        assert not database.covers(ecosystem)


def test_almalinux_rates_its_security_notices_and_no_others() -> None:
    stated: Counter[str] = Counter()
    for data in records("AlmaLinux"):
        record = decode(data)
        severity = stated_for_record(record)
        stated[f"{record.id[:4]} {severity.level if severity else 'nothing'}"] += 1
    assert stated["ALSA nothing"] == 1  # one has its rating at the end
    assert sum(stated[f"ALSA {level}"] for level in ("critical", "high", "medium", "low")) == 4436


def test_every_record_of_a_distribution_is_a_cve_unless_upstream_has_only_a_ghsa() -> None:
    for ecosystem in ("Debian", "Alpine", "Wolfi", "Alpaquita"):
        for data in records(ecosystem):
            for name, _ in finding_ids(decode(data)):
                assert name.startswith("CVE-") or (ecosystem == "Wolfi" and name.startswith("GHSA-"))


def test_wolfis_unfixed_records_are_affected(database: AdvisoryDatabase) -> None:
    unfixed = set()
    for data in records("Wolfi"):
        for entry in json.loads(data)["affected"]:
            if "database_specific" in entry:
                unfixed.add(entry["package"]["name"])
    questions = [PackageVersion("Wolfi", name, "99999999.0-r0") for name in unfixed]
    found = database.match(questions).found
    assert {match.package.name for match in found} == unfixed
    assert {match.fixed_in for match in found} == {""}


def test_joining_by_cve_gives_numbers_to_feeds_that_have_none(imported: Import) -> None:
    with closing(sqlite3.connect(imported.path)) as connection:
        scored = {name for (name,) in connection.execute("SELECT vulnerability FROM score")}
    shares = {}
    for ecosystem in ("AlmaLinux", "Go", "PyPI"):
        found = [any(name in scored for name, _ in finding_ids(decode(data))) for data in records(ecosystem)]
        shares[ecosystem] = round(100 * sum(found) / len(found))
    assert shares == {"AlmaLinux": 55, "Go": 17, "PyPI": 73}  # withdrawn records lend nothing


def bounds(ecosystem: str) -> set[str]:
    """Every version that a range of the archive begins or ends with, read without any of our code."""
    return {
        text
        for data in records(ecosystem)
        for entry in json.loads(data)["affected"]
        for given in entry.get("ranges") or []
        if given["type"] != "GIT"
        for event in given["events"]
        for text in event.values()
    } - {"0"}


@pytest.mark.parametrize(
    ("ecosystem", "unreadable"),
    [("AlmaLinux", 0), ("Bitnami", 1), ("Go", 0), ("Packagist", 0), ("PyPI", 13), ("RubyGems", 0), ("npm", 0)],
)
def test_nearly_every_bound_has_a_place_in_the_order(ecosystem: str, unreadable: int) -> None:
    scheme = scheme_for(ecosystem)
    assert scheme is not None
    found = []
    for text in bounds(ecosystem):
        try:
            assert scheme.bound_key(text)
        except InvalidVersion:
            found.append(text)
    assert len(found) == unreadable, sorted(found)


def test_no_record_affects_a_language_package_at_its_own_fix(database: AdvisoryDatabase) -> None:
    for ecosystem in ("Go", "Packagist", "RubyGems", "npm"):
        at_the_fix: dict[PackageVersion, set[str]] = {}
        for data in records(ecosystem):
            given = json.loads(data)
            if given.get("withdrawn"):
                continue
            for entry in given["affected"]:
                events = [event for one in entry["ranges"] for event in one["events"]]
                fixes = [event["fixed"] for event in events if "fixed" in event]
                if len(events) == 2 and events[0] == {"introduced": "0"} and fixes and len(given["affected"]) == 1:
                    asked = PackageVersion(ecosystem, name_in(ecosystem, entry["package"]["name"]), fixes[0])
                    at_the_fix.setdefault(asked, set()).add(given["id"])
        answer = database.match(at_the_fix)
        assert len(at_the_fix) > 100
        assert {asked.version for asked in answer.not_assessed} <= {
            "1.5.1.2",
            "1.6.0.2",
        }  # npm's are no package versions
        wrong = [match for match in answer.found if at_the_fix[match.package].intersection(match.records)]
        assert wrong == []


def test_almalinux_builds_of_module_streams_are_fixed_by_their_own_notice(database: AdvisoryDatabase) -> None:
    """Asked at each build that a notice lists, as a package of its stream and of another one: it answers neither."""
    own: dict[PackageVersion, set[str]] = {}
    other: dict[PackageVersion, set[str]] = {}
    for data in records("AlmaLinux"):
        given = json.loads(data)
        stream = re.search(r"(\S+:\S+) security update$", given["summary"])
        if not given["id"].startswith("ALSA") or stream is None or " and " in given["summary"]:
            continue
        for entry in given["affected"]:
            package, fixed = entry["package"], entry["ranges"][0]["events"][1]["fixed"]
            if ".module_el" not in fixed:
                continue
            asked = PackageVersion(package["ecosystem"], package["name"], fixed, stream[1])
            own.setdefault(asked, set()).add(given["id"])
            old = msgspec.structs.replace(asked, version="0-1.module_el8.0.0+1+00000000", module="other:stream")
            other.setdefault(old, set()).add(given["id"])
    assert len(own) > 1000
    for expected in (own, other):
        answer = database.match(expected)
        assert answer.not_assessed == {}
        assert [match for match in answer.found if expected[match.package].intersection(match.records)] == []


def debian_statements() -> dict[str, list[tuple[str, str]]]:
    """Of Debian 11, by source package: (CVE, fixed version or nothing), read without any of our code."""
    found: dict[str, list[tuple[str, str]]] = {}
    for data in records("Debian"):
        record: dict[str, Any] = json.loads(data)
        for entry in record["affected"]:
            if entry["package"]["ecosystem"] != "Debian:11":
                continue
            (events,) = [given["events"] for given in entry["ranges"]]
            assert events[0] == {"introduced": "0"}
            fixed = events[1]["fixed"] if len(events) > 1 else ""
            found.setdefault(entry["package"]["name"], []).extend((cve, fixed) for cve in record["upstream"])
    return found


def test_a_java_8_runtime_has_what_was_fixed_after_its_update(database: AdvisoryDatabase) -> None:
    """8u302 of July 2021, as its `release` says it: read without any of our code, what is fixed in a later 8uNNN."""
    release = b'JAVA_VERSION="1.8.0_302"\nJAVA_RUNTIME_VERSION="1.8.0_302-b08"\n'
    (runtime,) = JavaRuntime().read("opt/java/release", release, DEFAULT_LIMITS).records
    asked = PackageVersion(ecosystem_of_library(runtime.type, runtime.name), runtime.name, runtime.version)
    after = set()
    for data in records("Bitnami"):
        given = json.loads(data)
        texts = [
            event.get("fixed", "")
            for entry in given["affected"]
            if entry["package"]["name"] == "java"
            for one in entry["ranges"]
            for event in one["events"]
        ]
        if any(int(text.removeprefix("8.0.")) > 302 for text in texts if text.startswith("8.0.")):
            after.add(given["id"])
    found = {record for match in database.match([asked]).found for record in match.records}
    assert len(after) > 100
    assert found == after


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg is not installed")
def test_matches_of_debian_11_are_those_that_dpkg_finds(database: AdvisoryDatabase, tmp_path: Path) -> None:
    statements = debian_statements()
    questions = []
    for name in sorted(statements)[::12]:
        fixes = sorted({fixed for _, fixed in statements[name] if fixed})
        questions.append(PackageVersion("Debian:11", name, fixes[len(fixes) // 2] if fixes else "1.0-1"))
    asked = [(question, cve, fixed) for question in questions for cve, fixed in statements[question.name] if fixed]
    lines = [
        f"dpkg --compare-versions {shlex.quote(question.version)} lt {shlex.quote(fixed)}; echo $?"
        for question, _, fixed in asked
    ]
    (tmp_path / "ask.sh").write_text("\n".join(lines))
    run = subprocess.run(["bash", str(tmp_path / "ask.sh")], stdout=subprocess.PIPE, check=True)
    codes = [int(line) for line in run.stdout.split()]
    expected = {(q.name, cve) for (q, cve, _), code in zip(asked, codes, strict=True) if code == 0}
    expected |= {(q.name, cve) for q in questions for cve, fixed in statements[q.name] if not fixed}
    assert len(expected) > 100
    assert {(match.package.name, match.vulnerability) for match in database.match(questions).found} == expected
