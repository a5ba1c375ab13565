"""Advisory files and what they are: told by their content where a person names one, by OSV's layout in a directory."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from basewise.model.errors import UsageError

FeedKind = Literal["osv", "kev", "epss"]
FEED_NAMES: dict[FeedKind, str] = {"kev": "CISA KEV", "epss": "FIRST EPSS"}
"""What feeds of which there is one each are called in the database."""
_HEAD_BYTES = 4096
_EXPECTED = (
    "Give OSV's <Ecosystem>/all.zip or a directory of them, CISA's known_exploited_vulnerabilities.json, or FIRST's "
    "epss_scores CSV (may be .gz)."
)


class FeedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One advisory file on disk, not yet read."""

    kind: FeedKind
    path: Path
    hint: str = ""
    """The ecosystem that an OSV archive should hold, from the directory's name or the request; empty when unknown."""
    location: str = ""
    """URL or name it came from; no directories of the machine."""


def find_feeds(path: Path) -> list[FeedFile]:
    """The advisory files at `path`: all of a directory, or the one that it is.

    A directory is read as `<Ecosystem>/all.zip` or `<Ecosystem>.zip` (the layout of OSV's bucket), with `*kev*.json`,
    `known_exploited_vulnerabilities.json` and `epss*.csv[.gz]` beside them. Broken files are found too: reading them
    says what is wrong.

    Raises:
        UsageError: there is nothing, or nothing that is an advisory file.
    """
    if path.is_dir():
        feeds = sorted(_in_directory(path), key=lambda feed: (feed.kind, feed.location))
        if not feeds:
            raise UsageError(f"'{path}' holds no advisories", remedy=_EXPECTED)
        return feeds
    if not path.exists():
        raise UsageError(f"'{path}' does not exist", remedy=_EXPECTED)
    try:
        kind = _kind_of(path)
    except OSError as error:
        raise UsageError(f"'{path}' cannot be read: {error.strerror}", remedy=_EXPECTED) from error
    if kind is None:
        raise UsageError(f"'{path}' is no advisory file", remedy=_EXPECTED)
    return [_feed(kind, path, path.name)]


def _in_directory(folder: Path) -> Iterator[FeedFile]:
    for path in folder.glob("*/all.zip"):
        yield _feed("osv", path, f"{path.parent.name}/{path.name}")
    for path in folder.iterdir():
        name = path.name.lower()
        if not path.is_file():
            continue
        if name.endswith(".zip"):
            yield _feed("osv", path, path.name)
        elif name.endswith(".json") and ("kev" in name or name == "known_exploited_vulnerabilities.json"):
            yield _feed("kev", path, path.name)
        elif name.startswith("epss") and name.endswith((".csv", ".csv.gz")):
            yield _feed("epss", path, path.name)


def _feed(kind: FeedKind, path: Path, location: str) -> FeedFile:
    named = path.resolve().parent.name if path.name == "all.zip" else path.stem
    hint = named if kind == "osv" else ""
    return FeedFile(kind=kind, path=path, hint=hint, location=location)


def _kind_of(path: Path) -> FeedKind | None:
    if zipfile.is_zipfile(path):
        return "osv"
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(b"\x1f\x8b"):
        head = _inflated_head(path)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"{") and (b'"catalogVersion"' in text or b'"vulnerabilities"' in text):
        return "kev"
    if text.startswith((b"#model_version", b"cve,epss")):
        return "epss"
    return None


def _inflated_head(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(_HEAD_BYTES)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        return b""
