"""Small OSV records, and archives of them, as the tests of advisories write them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from basewise.advisories.compile import compile_database
from basewise.advisories.database import AdvisoryDatabase
from basewise.advisories.feeds import find_feeds
from basewise.model.advisory import Feed

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def events(*pairs: str) -> list[dict[str, str]]:
    """`events("introduced=0", "fixed=1.2")`."""
    return [dict([pair.split("=", 1)]) for pair in pairs]


def affects(ecosystem: str, name: str, *pairs: str, kind: str = "ECOSYSTEM", **more: Any) -> dict[str, Any]:
    """One `affected[]` entry with one range."""
    ranges = [{"type": kind, "events": events(*pairs)}] if pairs else []
    return {"package": {"ecosystem": ecosystem, "name": name}, "ranges": ranges, **more}


def record(number: str, *affected: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": number, "modified": "2026-01-01T00:00:00Z", "affected": list(affected), **more}


def write_archive(folder: Path, ecosystem: str, records: Iterable[dict[str, Any] | bytes]) -> Path:
    """`<folder>/<ecosystem>/all.zip`; bytes are written as they are."""
    path = folder / ecosystem / "all.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, item in enumerate(records):
            name = f"{number}.json" if isinstance(item, bytes) else f"{item['id']}.json"
            archive.writestr(name, item if isinstance(item, bytes) else json.dumps(item))
    return path


def write_kev(path: Path, *cves: str, released: str = "2026-11-20T00:00:00.0000Z", ransomware: str = "Known") -> Path:
    entries = [
        {
            "cveID": cve,
            "dateAdded": "2026-11-01",
            "dueDate": "2026-11-22",
            "knownRansomwareCampaignUse": ransomware,
        }
        for cve in cves
    ]
    path.write_text(json.dumps({"catalogVersion": "1", "dateReleased": released, "vulnerabilities": entries}))
    return path


def compiled(folder: Path, target: Path) -> list[Feed]:
    """Compiles everything below `folder` into `target`."""
    return compile_database(target, find_feeds(folder), now=NOW)


def database(tmp_path: Path, ecosystem: str, *records: dict[str, Any] | bytes) -> AdvisoryDatabase:
    """A database of one archive."""
    write_archive(tmp_path / "osv", ecosystem, records)
    compiled(tmp_path / "osv", tmp_path / "advisories.sqlite")
    return AdvisoryDatabase(tmp_path / "advisories.sqlite")
