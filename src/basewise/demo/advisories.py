"""Writes a small set of advisories in OSV's bulk layout, with a KEV list and EPSS scores.

Records follow the OSV schema 1.7 (https://ossf.github.io/osv-schema/) and name Debian's and Alpine's records as their
exporters do. The facts are in advisories.yaml.
"""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

_SCHEMA_VERSION = "1.7.0"
_ZIP_TIME = (2026, 1, 1, 0, 0, 0)  # one time for all members: the archives come out the same every time


def write_advisories(target: Path) -> None:
    """Writes `Debian/all.zip`, `Alpine/all.zip`, KEV and EPSS files below `target`."""
    facts = _facts()
    as_of: date = facts["as_of"]
    debian = [_record("DEBIAN", "Debian", fact, as_of) for fact in facts["debian"]]
    debian += [_advisory(fact, as_of) for fact in facts["debian_advisories"]]
    _write_zip(target / "Debian" / "all.zip", debian)
    _write_zip(target / "Alpine" / "all.zip", [_record("ALPINE", "Alpine", fact, as_of) for fact in facts["alpine"]])
    (target / "known_exploited_vulnerabilities.json").write_text(json.dumps(_kev(facts["kev"], as_of), indent=1))
    scores = gzip.compress(_epss(facts["epss"], as_of).encode(), mtime=0)
    (target / "epss_scores-current.csv.gz").write_bytes(scores)


def _facts() -> dict[str, Any]:
    text = resources.files("basewise.demo").joinpath("advisories.yaml").read_bytes()
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))


def _record(prefix: str, ecosystem: str, fact: dict[str, Any], as_of: date) -> dict[str, Any]:
    affected = []
    for item in fact["affected"]:
        entry = _affected(f"{ecosystem}:{item['release']}", item["package"], item["fixed"])
        if "urgency" in fact:
            entry["ecosystem_specific"] = {"urgency": fact["urgency"]}
        affected.append(entry)
    record = {
        "schema_version": _SCHEMA_VERSION,
        "id": f"{prefix}-{fact['cve']}",
        "modified": _time(as_of),
        "upstream": [fact["cve"]],
        "affected": affected,
    }
    if "published" in fact:
        record["published"] = _time(fact["published"])
    if "cvss" in fact:
        record["severity"] = [{"type": "CVSS_V3", "score": fact["cvss"]}]
    return record


def _advisory(fact: dict[str, Any], as_of: date) -> dict[str, Any]:
    return {
        "schema_version": _SCHEMA_VERSION,
        "id": fact["id"],
        "published": _time(fact["published"]),
        "modified": _time(as_of),
        "upstream": fact["cves"],
        "affected": [_affected(f"Debian:{fact['release']}", fact["package"], fact["fixed"])],
    }


def _affected(ecosystem: str, package: str, fixed: str | None) -> dict[str, Any]:
    events = [{"introduced": "0"}] + ([{"fixed": fixed}] if fixed else [])
    return {
        "package": {"ecosystem": ecosystem, "name": package},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }


def _kev(facts: list[dict[str, Any]], as_of: date) -> dict[str, Any]:
    entries = [
        {
            "cveID": fact["cve"],
            "dateAdded": fact["added"].isoformat(),
            "dueDate": fact["due"].isoformat(),
            "knownRansomwareCampaignUse": "Unknown",
        }
        for fact in facts
    ]
    return {
        "title": "Known exploited vulnerabilities: a selection for the demo",
        "catalogVersion": as_of.strftime("%Y.%m.%d"),
        "dateReleased": _time(as_of),
        "count": len(entries),
        "vulnerabilities": entries,
    }


def _epss(facts: list[dict[str, Any]], as_of: date) -> str:
    rows = [f"{fact['cve']},{fact['score']},{fact['percentile']}" for fact in facts]
    return "\n".join([f"#model_version:demo,score_date:{_time(as_of)}", "cve,epss,percentile", *rows]) + "\n"


def _time(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _write_zip(path: Path, records: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for record in records:
            member = zipfile.ZipInfo(f"{record['id']}.json", _ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, json.dumps(record))
