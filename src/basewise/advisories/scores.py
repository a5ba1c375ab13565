"""CISA's catalogue of known exploited vulnerabilities and FIRST's exploit predictions, read whole: both are small."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from basewise.advisories.archive import BrokenFeed
from basewise.advisories.osv import CVE
from basewise.advisories.timestamps import Newest
from basewise.model.limits import Limits
from basewise.model.moments import instant

_SCORE_DATE = re.compile(r"score_date:\s*([0-9T:+.Z-]+)")


class KevEntry(msgspec.Struct, frozen=True, rename="camel"):
    """One entry of the catalogue (https://www.cisa.gov/known-exploited-vulnerabilities-catalog, JSON schema)."""

    cve_id: str = msgspec.field(name="cveID")
    date_added: str = ""
    due_date: str = ""
    known_ransomware_campaign_use: str = ""


class _Catalogue(msgspec.Struct, frozen=True, rename="camel"):
    vulnerabilities: list[msgspec.Raw]
    date_released: str = ""


_CATALOGUE = msgspec.json.Decoder(_Catalogue)
_ENTRY = msgspec.json.Decoder(KevEntry)


class Table(msgspec.Struct, frozen=True):
    """What a feed of scores says."""

    date: str
    """RFC 3339; empty when the feed names none that has passed."""
    rows: dict[str, tuple[Any, ...]]
    """By CVE: (added, due, ransomware 0 | 1), or (score, percentile) in 0..1."""
    skipped: int
    """Lines or entries that say nothing usable."""


def read_kev(path: Path, limits: Limits, now: datetime) -> Table:
    """Reads the catalogue.

    Raises:
        BrokenFeed: it is not the catalogue.
    """
    try:
        catalogue = _CATALOGUE.decode(_contents(path, limits))
    except (ValueError, RecursionError) as error:
        raise BrokenFeed("is not CISA's catalogue") from error
    newest, rows = Newest(now), {}
    newest.see(catalogue.date_released)
    for raw in catalogue.vulnerabilities:
        try:
            entry = _ENTRY.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        newest.see(entry.date_added)
        if CVE.fullmatch(entry.cve_id):
            ransomware = int(entry.known_ransomware_campaign_use.lower() == "known")
            rows[entry.cve_id] = (_date(entry.date_added), _date(entry.due_date), ransomware)
    if not rows:
        raise BrokenFeed("is not CISA's catalogue: no entry in it names a CVE")
    return Table(newest.text, rows, len(catalogue.vulnerabilities) - len(rows))


def _date(text: str) -> str:
    return text if instant(text) else ""


def read_epss(path: Path, limits: Limits, now: datetime) -> Table:
    """Reads the table of predictions: a comment with the date, a header, then CVE, score and percentile.

    Raises:
        BrokenFeed: it is not that table.
    """
    lines = _contents(path, limits).decode("utf-8", "replace").splitlines()
    newest, rows, skipped = Newest(now), {}, 0
    for line in lines:
        if line.startswith("#"):
            for date in _SCORE_DATE.findall(line):
                newest.see(date)
        elif row := _prediction(line):
            rows[row[0]] = row[1:]
        elif line and not line.startswith("cve,"):
            skipped += 1
    if not rows:
        raise BrokenFeed("is not FIRST's table of scores: no line in it scores a CVE")
    return Table(newest.text, rows, skipped)


def _prediction(line: str) -> tuple[str, float, float] | None:
    fields = line.split(",")
    if len(fields) != 3 or not CVE.fullmatch(fields[0]):  # cve, epss, percentile
        return None
    try:
        score, percentile = float(fields[1]), float(fields[2])
    except ValueError:
        return None
    return (fields[0], score, percentile) if 0 <= score <= 1 and 0 <= percentile <= 1 else None


def _contents(path: Path, limits: Limits) -> bytes:
    """The file's bytes, inflated if it is gzip, never more than the limit."""
    pieces = bytearray()
    try:
        for chunk in _chunks(path):
            pieces += chunk
            if len(pieces) > limits.feed_table_bytes:
                raise BrokenFeed(f"larger than {limits.feed_table_bytes} bytes")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BrokenFeed("is damaged gzip") from error
    except OSError as error:
        raise BrokenFeed(f"cannot be read: {error.strerror or error}") from error
    return bytes(pieces).removeprefix(b"\xef\xbb\xbf")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if zipped else path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            yield chunk
