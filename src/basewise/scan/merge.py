"""Merges the layers of an image: what is left of databases, os-release, surface and files, and who brought it. Pure.

Follows the OCI Image Layer Filesystem Changeset ("Whiteouts", "Opaque Whiteout"). Paths are taken as archives write
them: a file that a layer writes through a link of a lower layer counts under the path it was written to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from basewise.catalogue.distributions import distribution_of, ecosystem_for, purl_of
from basewise.model.contents import (
    Database,
    Distribution,
    ImageContents,
    LayerContents,
    OsRelease,
    Package,
    PackageRecord,
    Surface,
    SurfaceEntry,
)
from basewise.model.digest import short
from basewise.model.evidence import Status, worst
from basewise.scan import os_release
from basewise.scan.databases import DATABASES
from basewise.scan.files import FileTree, Hidden

_PRIVILEGES = ("setuid", "setgid")
_UNREAD_DATABASES = (
    "var/lib/rpm/rpmdb.sqlite",
    "var/lib/rpm/Packages",
    "var/lib/rpm/Packages.db",
    "usr/lib/sysimage/rpm/rpmdb.sqlite",
    "usr/lib/sysimage/rpm/Packages.db",
    "usr/share/rpm/rpmdb.sqlite",
    "var/lib/rpmmanifest/container-manifest-2",
    "var/lib/chisel/manifest.wall",
)
"""Records of packages in formats that are not read yet: rpm's, Azure Linux's for images without rpm, and chisel's."""


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
    packages = [_package(record, brought, distribution) for record, brought in stack.packages()]
    return ImageContents(
        digest=digest,
        status=_status(layers, stack, distribution),
        distribution=distribution,
        packages=packages,
        surface=stack.surface(),
        diff_ids=[layer.diff_id for layer in layers],
        newest_owned_mtime=max((layer.newest_owned_mtime for layer in layers), default=0),
        inflated_bytes=sum(layer.inflated_bytes for layer in layers),
    )


class _Stack:
    """Layers put on top of each other."""

    def __init__(self) -> None:
        self._files = FileTree()
        self.databases: dict[str, Database] = {}
        self.removed: dict[str, str] = {}
        """Databases that a layer took away without giving another, with the digest of that layer.

        A file that records one package (dpkg's status.d) goes with its package and is none of them.
        """
        self._records: dict[str, list[PackageRecord]] = {}
        self._releases: dict[str, OsRelease] = {}
        self._entries: dict[tuple[str, str], SurfaceEntry] = {}
        self._brought: dict[tuple[str, str, str, str], str] = {}

    def put(self, layer: LayerContents) -> None:
        hidden = self._files.put(layer)
        self._releases = {path: seen for path, seen in self._releases.items() if not hidden.hides(path)}
        self._releases.update((release.path, release) for release in layer.os_releases)
        self._entries = {key: entry for key, entry in self._entries.items() if not hidden.hides(entry.path)}
        self._entries.update(((entry.kind, entry.path), entry) for entry in layer.surface)
        if self._put_databases(layer, hidden):
            present = dict.fromkeys(_identity(record) for record in self._visible())
            self._brought = {key: self._brought.get(key, layer.blob) for key in present}

    def _put_databases(self, layer: LayerContents, hidden: Hidden) -> bool:
        """Puts the databases of a layer in place. Returns whether anything changed."""
        above = {database.path for database in layer.databases}
        gone = [path for path, old in self.databases.items() if hidden.hides(path) or _replaced(old, above)]
        for path in gone:
            old = self.databases.pop(path)
            records = self._records.pop(path, [])
            if not _replaced(old, above) and (len(records) > 1 or not old.status.is_ok):
                self.removed[path] = layer.blob
        for database in layer.databases:
            self.databases[database.path] = database
            self.removed.pop(database.path, None)
        for record in layer.records:
            self._records.setdefault(record.database, []).append(record)
        return bool(gone or layer.databases)

    def _visible(self) -> Iterable[PackageRecord]:
        return (record for records in self._records.values() for record in records)

    def packages(self) -> list[tuple[PackageRecord, str]]:
        """Packages, each once, with the blob digest of the layer since which it has been there."""
        unique = {_identity(record): record for record in self._visible()}
        return [(record, self._brought[key]) for key, record in unique.items()]

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
            files=len(self._files.paths),
        )

    def has_files(self) -> bool:
        return bool(self._files.paths)

    def unread_databases(self) -> list[str]:
        return [path for path in _UNREAD_DATABASES if path in self._files.paths]


def _identity(record: PackageRecord) -> tuple[str, str, str, str]:
    return (record.type, record.name, record.version, record.architecture)


def _replaced(database: Database, above: set[str]) -> bool:
    return bool(above) and DATABASES[database.type].merged_away(database.path, above)


def _package(record: PackageRecord, layer: str, distribution: Distribution | None) -> Package:
    purl = ecosystem = ""
    if distribution is not None and distribution.id:
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
        layer=layer,
        module=record.module,
    )


def _status(layers: Sequence[LayerContents], stack: _Stack, distribution: Distribution | None) -> Status:
    """The worst of layers and databases; an image without packages says why it has none."""
    statuses = [
        layer.status
        if layer.status.is_ok
        else Status(layer.status.status, f"layer {short(layer.blob)}: {layer.status.reason}")
        for layer in layers
    ]
    statuses += [database.status for database in stack.databases.values()]
    unread = stack.unread_databases()
    statuses += [Status("partial", f"package database {path} is of a kind that is not read yet") for path in unread]
    statuses += [
        Status("partial", f"package database {path} was removed by layer {short(blob)}")
        for path, blob in stack.removed.items()
    ]
    if stack.databases and distribution is None:
        statuses.append(Status("partial", "no os-release found, so the packages belong to no known distribution"))
    if distribution is not None and not (stack.databases or unread or stack.removed):
        statuses.append(Status("partial", "no package database found"))
    status = worst(statuses)
    if status.is_ok and not stack.databases and stack.has_files():
        return Status("not_assessed", "no package database found, and programs without one are not recognised yet")
    return status
