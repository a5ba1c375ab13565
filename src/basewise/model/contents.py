"""What a layer holds, and what an image holds once its layers are merged.

`LayerContents` are raw records: nothing in them depends on another layer, so they are kept by blob digest and serve
every image that shares the layer. `ImageContents` are what remains after merging, where ecosystem and purl are first
known.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from basewise.model.evidence import OK, Status

ANALYSER_VERSION = 1
"""Raised whenever `LayerContents` of the same blob would come out different; part of every cache key."""

PackageType = Literal["deb", "apk"]
SurfaceKind = Literal["shell", "package_manager", "compiler", "network_tool", "setuid", "setgid"]


class PackageRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One installed package as its database writes it."""

    type: PackageType
    database: str
    """Path of the database file in the image, without leading slash."""
    name: str
    version: str
    source: str = ""
    """Source package (dpkg `Source`, apk `o:`); empty where it is the same as `name`."""
    source_version: str = ""
    """Version of the source package; empty where it is the same as `version`."""
    architecture: str = ""
    maintainer: str = ""
    module: str = ""
    """rpm's MODULARITYLABEL, `nodejs:18:8080020230718:63b34585`; empty for packages of no module."""


class Database(msgspec.Struct, frozen=True, omit_defaults=True):
    """A package database file found in a layer, readable or not."""

    path: str
    type: PackageType
    status: Status = OK


class SurfaceEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that widens the attack surface."""

    kind: SurfaceKind
    path: str


class OsRelease(msgspec.Struct, frozen=True, omit_defaults=True):
    """The fields of os-release(5) that identify a distribution, raw."""

    id: str = ""
    version_id: str = ""
    version_codename: str = ""
    pretty_name: str = ""
    id_like: str = ""
    name: str = ""
    variant_id: str = ""
    path: str = ""
    """Which file said it: `etc/os-release` or `usr/lib/os-release`."""


class LayerContents(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything Basewise keeps of one layer."""

    blob: str
    """Digest of the blob."""
    diff_id: str
    """Digest of the inflated archive, computed by us; empty when it could not be read to its end."""
    analyser: int = ANALYSER_VERSION
    status: Status = OK
    blob_bytes: int = 0
    inflated_bytes: int = 0
    files: bytes = b""
    """Paths of everything that is no directory, NUL-separated, in archive order, without leading slash."""
    databases: list[Database] = []
    records: list[PackageRecord] = []
    os_releases: list[OsRelease] = []
    whiteouts: list[str] = []
    """Paths that this layer removes from those below (OCI Layer specification, "Whiteouts")."""
    opaque: list[str] = []
    """Directories whose content below this layer is hidden; '' is the root."""
    surface: list[SurfaceEntry] = []
    newest_owned_mtime: int = 0
    """Newest modification time, seconds since 1970, of a file that a package of this layer owns; 0 when none is."""


class Package(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One package of an image, with the layer that brought it."""

    type: PackageType
    name: str
    version: str
    source: str
    """Source package name, the name itself where the database tells no other."""
    source_version: str
    architecture: str = ""
    purl: str = ""
    ecosystem: str = ""
    """OSV ecosystem with release, `Debian:11`; empty when the distribution is not known to OSV."""
    database: str = ""
    layer: str = ""
    """Blob digest of the layer that first brought this version of the package."""
    module: str = ""
    """rpm's MODULARITYLABEL; empty for packages of no module."""


class Distribution(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The operating system of an image."""

    id: str = ""
    version: str = ""
    """VERSION_ID; for Debian testing and the like, the code name."""
    pretty_name: str = ""
    ecosystem: str = ""
    """OSV ecosystem, `Debian:11`, `Alpine:v3.20`; empty when OSV has none for it."""
    reason: str = ""
    """Why there is no ecosystem; empty when there is one."""


class Surface(msgspec.Struct, frozen=True, kw_only=True):
    """The attack surface left after merging: paths by kind, and how many files there are."""

    shells: list[str] = []
    package_managers: list[str] = []
    compilers: list[str] = []
    network_tools: list[str] = []
    setuid_files: list[str] = []
    setgid_files: list[str] = []
    files: int = 0


class ImageContents(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The merged content of one image."""

    digest: str
    """Manifest digest."""
    analyser: int = ANALYSER_VERSION
    status: Status = OK
    distribution: Distribution | None = None
    packages: list[Package] = []
    surface: Surface = Surface()
    diff_ids: list[str] = []
    """Computed, base layer first; empty strings for layers that could not be read."""
    newest_owned_mtime: int = 0
    inflated_bytes: int = 0
