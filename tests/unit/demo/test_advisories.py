import csv
import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cvss import CVSS3

from basewise.demo.advisories import write_advisories


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("osv")
    write_advisories(target)
    return target


def records(path: Path) -> dict[str, dict[str, Any]]:
    with zipfile.ZipFile(path) as archive:
        found = [json.loads(archive.read(name)) for name in archive.namelist()]
        assert archive.namelist() == [f"{record['id']}.json" for record in found]
    return {record["id"]: record for record in found}


def test_records_have_what_the_schema_requires(written: Path) -> None:
    for ecosystem in ("Debian", "Alpine"):
        for record in records(written / ecosystem / "all.zip").values():
            assert {"id", "modified", "upstream", "affected"} <= set(record)
            for affected in record["affected"]:
                assert affected["package"]["ecosystem"].startswith(f"{ecosystem}:")
                assert affected["ranges"][0]["events"][0] == {"introduced": "0"}


def test_an_advisory_and_the_records_of_its_cves_agree_on_the_fix(written: Path) -> None:
    found = records(written / "Debian" / "all.zip")
    advisory = found["DSA-5343-1"]
    for cve in advisory["upstream"]:
        assert advisory["affected"][0] in found[f"DEBIAN-{cve}"]["affected"]


def test_every_severity_is_in_the_selection(written: Path) -> None:
    found = records(written / "Debian" / "all.zip").values()
    levels = {CVSS3(entry["score"]).severities()[0] for record in found for entry in record.get("severity", [])}
    assert levels == {"Critical", "High", "Medium", "Low"}
    without = [record["id"] for record in found if "severity" not in record and not record["id"].startswith("DSA-")]
    assert without == ["DEBIAN-CVE-2023-7008", "DEBIAN-CVE-2011-3374"]


def test_a_vulnerability_without_fix_has_no_fixed_event(written: Path) -> None:
    affected = records(written / "Debian" / "all.zip")["DEBIAN-CVE-2011-3374"]["affected"]
    assert all(entry["ranges"][0]["events"] == [{"introduced": "0"}] for entry in affected)
    assert all(entry["ecosystem_specific"] == {"urgency": "unimportant"} for entry in affected)


def test_exploited_and_predicted_vulnerabilities_are_among_the_records(written: Path) -> None:
    named = {cve for record in records(written / "Debian" / "all.zip").values() for cve in record["upstream"]}
    kev = json.loads((written / "known_exploited_vulnerabilities.json").read_text())
    assert kev["count"] == 1
    assert {entry["cveID"] for entry in kev["vulnerabilities"]} <= named
    comment, *lines = gzip.decompress((written / "epss_scores-current.csv.gz").read_bytes()).decode().splitlines()
    assert comment.startswith("#")
    assert {row["cve"] for row in csv.DictReader(lines)} <= named


def test_the_archives_come_out_the_same_every_time(written: Path, tmp_path: Path) -> None:
    write_advisories(tmp_path)
    tables = ("epss_scores-current.csv.gz", "known_exploited_vulnerabilities.json")
    for name in ("Debian/all.zip", "Alpine/all.zip", *tables):
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes()
