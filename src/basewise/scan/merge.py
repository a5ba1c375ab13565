"""Merges the layers of an image: what is left of databases, os-release, surface and files, and who brought it. Pure.

Follows the OCI Image Layer Filesystem Changeset ("Whiteouts", "Opaque Whiteout"). Paths are taken as archives write
them: a file that a layer writes through a link of a lower layer counts under the path it was written to.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from basewise.archive.paths import decode
from basewise.catalogue.distributions import catalogue_version, distribution_of, ecosystem_for, purl_of
from basewise.catalogue.libraries import ecosystem_of_library, purl_of_library
from basewise.model.contents import (
    Database,
    Distribution,
    ImageContents,
    LayerContents,
    OsRelease,
    OwnedFiles,
    Package,
    PackageRecord,
    Surface,
    SurfaceEntry,
    Unowned,
)
from basewise.model.digest import short
from basewise.model.evidence import Status, worst
from basewise.scan import os_release
from basewise.scan.databases import DATABASES, SYSTEM_TYPES
from basewise.scan.files import FileTree, Hidden
from basewise.scan.owners import owners
from basewise.scan.places import as_they_lie
from basewise.scan.unlisted import with_owners

_Identity = tuple[str, str, str, str, str]
_UNREAD_DATABASES = ("var/lib/pacman/local/ALPM_DB_VERSION", "usr/lib/opkg/status")
"""Records of packages in formats that are not read: those of Arch Linux and of OpenWrt before it took to apk."""

_FILES_SHOWN = 3


def merge(digest: str, layers: Sequence[LayerContents]) -> ImageContents:
    """What an image holds.

    Args:
        digest: of the image's manifest.
        layers: base layer first.
    """
    stack = _Stack()
    for layer in layers:
        stack.put(layer)
    release = stack.release()
    distribution = distribution_of(release) if release else None
    owners = stack.owners()
    packages = [_package(*found, distribution) for found in stack.packages(owners)]
    return ImageContents(
        digest=digest,
        catalogue=catalogue_version(),
        status=_status(layers, stack, distribution, owners),
        distribution=distribution,
        packages=with_owners(packages, stack.listed()),
        surface=stack.surface(),
        unowned=stack.unowned(),
        diff_ids=[layer.diff_id for layer in layers],
        newest_owned_mtime=max((layer.newest_owned_mtime for layer in layers), default=0),
        inflated_bytes=sum(layer.inflated_bytes for layer in layers),
    )


class _Stack:
    """Layers put on top of each other."""

    def __init__(self) -> None:
        self._files = FileTree()
        self._layers: list[str] = []
        self.databases: dict[str, Database] = {}
        self.removed: dict[str, str] = {}
        """Databases that a layer took away without giving another, with the digest of that layer.

        A file that records one package (dpkg's status.d) goes with its package and is none of them.
        """
        self._records: dict[str, list[PackageRecord]] = {}
        self._owned: dict[str, list[OwnedFiles]] = {}
        self._releases: dict[str, OsRelease] = {}
        self._entries: dict[tuple[str, str], SurfaceEntry] = {}
        self._brought: dict[_Identity, int] = {}
        """Number of the layer, from 0, since which a package has been there."""

    def put(self, layer: LayerContents) -> None:
        hidden = self._files.put(layer)
        self._layers.append(layer.blob)
        self._releases = {path: seen for path, seen in self._releases.items() if not hidden.hides(path)}
        self._releases.update((release.path, release) for release in layer.os_releases)
        self._entries = {key: entry for key, entry in self._entries.items() if not hidden.hides(entry.path)}
        self._entries.update(((entry.kind, entry.path), entry) for entry in layer.surface)
        if self._put_databases(layer, hidden):
            present = dict.fromkeys(_identity(record) for record in self._visible())
            number = len(self._layers) - 1
            self._brought = {key: self._brought.get(key, number) for key in present}

    def _put_databases(self, layer: LayerContents, hidden: Hidden) -> bool:
        """Puts the databases of a layer in place. Returns whether anything changed."""
        above = {database.path for database in layer.databases}
        gone = [path for path, old in self.databases.items() if hidden.hides(path) or _replaced(old, above)]
        for path in gone:
            old = self.databases.pop(path)
            records = self._records.pop(path, [])
            if not _replaced(old, above) and old.type in SYSTEM_TYPES and (len(records) > 1 or not old.status.is_ok):
                self.removed[path] = layer.blob
        alone = [path for path in self._records if path not in self.databases and hidden.hides(path)]
        for path in alone:
            del self._records[path]
        self._owned = {
            path: lists
            for path, lists in self._owned.items()
            if path not in gone and (path in self.databases or not hidden.hides(path))
        }
        for database in layer.databases:
            self.databases[database.path] = database
            self.removed.pop(database.path, None)
        for record in layer.records:
            self._records.setdefault(record.database, []).append(record)
        for listed in layer.owned:
            self._owned.setdefault(listed.database, []).append(listed)
        return bool(gone or alone or layer.databases or layer.records)

    def _visible(self) -> Iterable[PackageRecord]:
        return as_they_lie([record for records in self._records.values() for record in records])

    def packages(self, owners: Mapping[str, str]) -> list[tuple[PackageRecord, str, str]]:
        """Packages, each once, with the blob digest of the layer since which it is there, and who owns its file."""
        unique = {_identity(record): record for record in self._visible() if self._is_there(record)}
        return [
            (record, self._layers[self._brought[key]], owners.get(record.database, ""))
            for key, record in unique.items()
        ]

    def owners(self) -> dict[str, str]:
        """By path of each file that records packages by itself: the package of the system that it belongs to."""
        alone = {path for path, records in self._records.items() if any(record.path for record in records)}
        alone.update(path for path, database in self.databases.items() if database.type not in SYSTEM_TYPES)
        since: dict[str, int] = {}
        for (kind, name, *_), number in self._brought.items():
            if kind in SYSTEM_TYPES:
                since[name] = max(number, since.get(name, 0))
        listed = [listed for lists in self._owned.values() for listed in lists]
        return owners(alone & self._files.paths(), listed, self._files, since)

    def _is_there(self, record: PackageRecord) -> bool:
        """False for a package that a list of many still names although nothing is left at its place."""
        within = record.path.startswith(record.database) or record.database.startswith(record.path + "/")
        return not record.path or within or record.path in self._files or self._files.has_folder(record.path)

    def listed(self) -> set[str]:
        """Names of the packages of the system whose files are listed."""
        return {listed.package for lists in self._owned.values() for listed in lists}

    def unowned(self) -> Unowned:
        """Files that neither a package of the system nor a record of their own accounts for."""
        listed = b"\0".join(listed.paths for lists in self._owned.values() for listed in lists)
        return self._files.unowned({*decode(listed).split("\0"), *self._records, *self._owned, *self.databases})

    def release(self) -> OsRelease | None:
        """The os-release that counts: that of /etc when there is one with an ID, else that of /usr/lib."""
        found = [self._releases[path] for path in os_release.PATHS if path in self._releases]
        return next((release for release in found if release.id), found[0] if found else None)

    def surface(self) -> Surface:
        paths: dict[str, list[str]] = {}
        for entry in sorted(self._entries.values(), key=lambda entry: entry.path):
            paths.setdefault(entry.kind, []).append(entry.path)
        return Surface(
            shells=paths.get("shell", []),
            package_managers=paths.get("package_manager", []),
            compilers=paths.get("compiler", []),
            network_tools=paths.get("network_tool", []),
            setuid_files=paths.get("setuid", []),
            setgid_files=paths.get("setgid", []),
            files=len(self._files),
        )

    def has_packages(self) -> bool:
        return any(True for _ in self._visible())

    def has_files(self) -> bool:
        return len(self._files) > 0

    def unread_databases(self) -> list[str]:
        return [path for path in _UNREAD_DATABASES if path in self._files]


def _identity(record: PackageRecord) -> _Identity:
    return (record.type, record.name, record.version, record.architecture, record.path)


def _replaced(database: Database, above: set[str]) -> bool:
    kinds = (kind for kind in DATABASES.values() if kind.is_database(database.path)) if above else ()
    return any(kind.merged_away(database.path, above) for kind in kinds)


def _package(record: PackageRecord, layer: str, owner: str, distribution: Distribution | None) -> Package:
    purl = ecosystem = ""
    if record.type not in SYSTEM_TYPES:
        purl = purl_of_library(record.type, record.name, record.version)
        ecosystem = ecosystem_of_library(record.type, record.name)
    elif distribution is not None and distribution.id:
        purl = purl_of(record.type, record.name, record.version, record.architecture, distribution)
        ecosystem = ecosystem_for(distribution, record.type)
    return Package(
        type=record.type,
        name=record.name,
        version=record.version,
        source=record.source or record.name,
        source_version=record.source_version or record.version,
        architecture=record.architecture,
        purl=purl,
        ecosystem=ecosystem,
        database=record.database,
        path=record.path,
        module=record.module,
        rule=record.rule,
        owned_by=owner,
        layer=layer,
    )


def _status(
    layers: Sequence[LayerContents], stack: _Stack, distribution: Distribution | None, owners: Container[str]
) -> Status:
    """The worst of layers and databases; an image without packages says why it has none.

    What is wrong with a library that a package of the system owns changes nothing: that package is what counts.
    """
    statuses = [
        layer.status
        if layer.status.is_ok
        else Status(layer.status.status, f"layer {short(layer.blob)}: {layer.status.reason}")
        for layer in layers
    ]
    databases = [database for database in stack.databases.values() if database.type in SYSTEM_TYPES]
    single = [database for database in stack.databases.values() if database.type not in SYSTEM_TYPES]
    statuses += [database.status for database in databases]
    statuses += _files_status([database.status for database in single if database.path not in owners])
    unread = stack.unread_databases()
    statuses += [Status("partial", f"package database {path} is of a kind that is not read yet") for path in unread]
    statuses += [
        Status("partial", f"package database {path} was removed by layer {short(blob)}")
        for path, blob in stack.removed.items()
    ]
    if databases and distribution is None:
        statuses.append(Status("partial", "no os-release found, so the packages belong to no known distribution"))
    if distribution is not None and not (databases or unread or stack.removed):
        statuses.append(Status("partial", "no package database found"))
    status = worst(statuses)
    if status.is_ok and not stack.has_packages() and stack.has_files():
        return Status("not_assessed", "no package database found, and no library or program is recognised")
    return status


def _files_status(statuses: Sequence[Status]) -> list[Status]:
    """What is wrong with single files, of which there may be thousands, in a few words."""
    shown = [status for status in statuses if not status.is_ok]
    if len(shown) <= _FILES_SHOWN:
        return shown
    more = len(shown) - _FILES_SHOWN
    return [*shown[:_FILES_SHOWN], Status("partial", f"{more} more files that record packages were not read in full")]
