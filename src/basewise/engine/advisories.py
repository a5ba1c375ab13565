"""The advisory database that a run needs: the one there is, completed by the ecosystems that it lacks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from basewise.advisories.database import AdvisoryDatabase
from basewise.advisories.feeds import FEED_NAMES
from basewise.advisories.schema import OlderVersion
from basewise.model.errors import UsageError
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.progress import Progress, Silent
from basewise.oci.settings import Network

if TYPE_CHECKING:
    from basewise.advisories.fetch import RemoteFeed, Sources

IMPORT_HINT = "run basewise db update, or basewise db import DIR without network"


class FeedAccess(msgspec.Struct, frozen=True, kw_only=True):
    """Whether and where advisories may be fetched."""

    offline: bool = False
    mirror: str = ""
    """Base URL of a copy of the feeds: OSV's `<Ecosystem>/all.zip`, and CISA's and FIRST's files under their own names.
    Empty for the publishers themselves."""
    network: Network = Network()
    """Proxies and certificates."""


class Obtained(msgspec.Struct, frozen=True):
    """A database, or why there is none."""

    database: AdvisoryDatabase | None
    reason: str = ""
    """Short: why packages cannot be judged without it."""
    problems: list[str] = []
    """What could not be fetched, one sentence each."""


def obtain(
    path: Path,
    ecosystems: Iterable[str],
    access: FeedAccess,
    *,
    now: datetime,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = Silent(),
) -> Obtained:
    """Opens the database at `path` after fetching the feeds that `ecosystems` lack in it.

    A database that exists is never refreshed here: how old it is, is told, and `basewise db update` is the remedy. One
    of an older version of Basewise holds nothing usable, and is made anew.

    Args:
        ecosystems: OSV ecosystems with release; a release that the feed does not know is no reason to fetch it again.

    Raises:
        UsageError: the file at `path` is no advisory database, or one of a newer version.
    """
    wanted = {ecosystem.partition(":")[0] for ecosystem in ecosystems}
    held = held_ecosystems(path)
    missing = sorted(wanted - held)
    problems: list[str] = []
    if missing and access.offline:
        problems.append(f"{_lack(path, missing)}, and --offline fetches none; {IMPORT_HINT}")
    elif missing:
        held_feeds = _feed_names(path)
        feeds = [feed for feed in _remote(missing, access) if FEED_NAMES.get(feed.kind) not in held_feeds]
        problems = _bring(path, feeds, access, now=now, limits=limits, progress=progress)
    if is_usable(path):
        return Obtained(AdvisoryDatabase(path), "", problems)
    why = "and --offline fetches none" if access.offline else "and they could not be fetched"
    return Obtained(None, f"{_lack(path, missing)}, {why}", problems)


def _lack(path: Path, missing: list[str]) -> str:
    """What is missing, and whether that is because of the version of a database that there is."""
    lack = f"no advisories for {', '.join(missing)}" if missing else "no advisories"
    return (
        f"{lack}: '{path}' was written by an older version of Basewise"
        if path.exists() and not is_usable(path)
        else lack
    )


def update(
    path: Path,
    ecosystems: Iterable[str],
    access: FeedAccess,
    *,
    now: datetime,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = Silent(),
) -> list[str]:
    """Fetches the feeds of `ecosystems` (without release), KEV and EPSS, and compiles what came into the database.

    Returns:
        What could not be fetched, one sentence each; empty when all was.

    Raises:
        UsageError: the file at `path` is no advisory database, or one of a newer version. Nothing is fetched then.
    """
    is_usable(path)
    return _bring(path, _remote(ecosystems, access), access, now=now, limits=limits, progress=progress)


def _bring(
    path: Path, feeds: Iterable[RemoteFeed], access: FeedAccess, *, now: datetime, limits: Limits, progress: Progress
) -> list[str]:
    """Fetches feeds and compiles what came, see `update`."""
    from basewise.advisories.compile import compile_database  # noqa: PLC0415 - only a run that fetches pays for these
    from basewise.advisories.fetch import fetch_all, http_client  # noqa: PLC0415 - likewise

    with tempfile.TemporaryDirectory(prefix="basewise-") as folder, http_client(limits, access.network) as client:
        files, problems = fetch_all(feeds, Path(folder), client, limits=limits, progress=progress)
        if files:
            try:
                done = compile_database(path, files, limits, now=now, progress=progress)
                problems += [f"{feed.name}: {feed.reason}" for feed in done if not feed.records]
            except UsageError as error:
                problems.append(error.diagnostics())
    return problems


def _remote(ecosystems: Iterable[str], access: FeedAccess) -> list[RemoteFeed]:
    from basewise.advisories.fetch import remote_feeds  # noqa: PLC0415 - see above

    return remote_feeds(ecosystems, _sources(access))


def _feed_names(path: Path) -> set[str]:
    """Feeds that the database at `path` holds; none when it is not usable."""
    if not is_usable(path):
        return set()
    with AdvisoryDatabase(path) as database:
        return {feed.name for feed in database.feeds}


def _sources(access: FeedAccess) -> Sources:
    from basewise.advisories.fetch import Sources  # noqa: PLC0415 - see above

    if not access.mirror:
        return Sources()
    base = access.mirror.rstrip("/")
    return Sources(osv=base, kev=f"{base}/{Path(Sources().kev).name}", epss=f"{base}/{Path(Sources().epss).name}")


def held_ecosystems(path: Path) -> set[str]:
    """Ecosystems, without release, that the database at `path` has a feed for; none when it is not usable.

    Raises:
        UsageError: it is no advisory database, or one of a newer version.
    """
    if not is_usable(path):
        return set()
    with AdvisoryDatabase(path) as database:
        return {ecosystem.partition(":")[0] for feed in database.feeds for ecosystem in feed.ecosystems}


def is_usable(path: Path) -> bool:
    """True for a database of this version, False where there is none or one of an older version, to be made anew.

    Raises:
        UsageError: it is something else, which is never overwritten.
    """
    if not path.exists():
        return False
    try:
        AdvisoryDatabase(path).close()
    except OlderVersion:
        return False
    return True
