"""What a layer holds, and what an image holds once its layers are merged.

`LayerContents` are raw records: nothing in them depends on another layer, so they are kept by blob digest and serve
every image that shares the layer. `ImageContents` are what remains after merging, where ecosystem and purl are first
known.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from basewise.model.evidence import OK, Status

ANALYSER_VERSION = 4
"""Raised whenever contents of the same blobs would come out different; part of every cache key."""

PackageType = Literal[
    "deb", "apk", "rpm", "pypi", "npm", "golang", "maven", "gem", "cargo", "nuget", "composer", "conda", "generic"
]
"""As in package URLs; `generic` is a program that no package database records."""
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
    path: str = ""
    """Where the package itself is, for one that a file of its own records; of an archive in an archive, `a.jar!/b.jar`.
    Empty for packages of a database of the whole system."""
    module: str = ""
    """Modularity label of an rpm, `nodejs:18:8090020240101:abcdef12`."""
    build: str = ""
    """Build of a version of a conda package, `py312h06a4308_0`."""
    channel: str = ""
    """Where a conda package is from, `conda-forge`."""
    rule: str = ""
    """Where name and version are from when no record states them: `manifest`, `file name`, `folder`."""


class OwnedFiles(msgspec.Struct, frozen=True, omit_defaults=True):
    """Files that one package of the operating system owns."""

    database: str
    """File that lists them."""
    package: str
    paths: bytes
    """NUL-separated, without leading slash; directories may be among them."""


class Database(msgspec.Struct, frozen=True, omit_defaults=True):
    """A package database of a layer, readable or not; or a file that records packages by itself and is broken."""

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
    file_sizes: bytes = b""
    """Their sizes, 8 bytes each, little-endian; 0 for links."""
    databases: list[Database] = []
    records: list[PackageRecord] = []
    owned: list[OwnedFiles] = []
    installed: dict[str, bytes] = {}
    """By file with a list (RECORD of a Python distribution): the files that a library consists of, NUL-separated."""
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
    path: str = ""
    """Where it is, for a package that a file of its own records."""
    module: str = ""
    """rpm's MODULARITYLABEL; empty for packages of no module."""
    build: str = ""
    """Build of a version of a conda package."""
    channel: str = ""
    """Where a conda package is from."""
    rule: str = ""
    """Where name and version are from when no record states them."""
    owned_by: str = ""
    """The package of the operating system that this one's file belongs to: what is known of that one holds for this."""
    layer: str = ""
    """Blob digest of the layer that first brought this version of the package."""


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


class Unowned(msgspec.Struct, frozen=True, kw_only=True):
    """Files that neither a package of the system nor a library accounts for: what findings say nothing about."""

    files: int = 0
    bytes: int = 0


class ImageContents(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The merged content of one image."""

    digest: str
    """Manifest digest."""
    analyser: int = ANALYSER_VERSION
    catalogue: str = ""
    """Digest of the catalogue by which distribution, ecosystems and package URLs were told."""
    status: Status = OK
    distribution: Distribution | None = None
    packages: list[Package] = []
    surface: Surface = Surface()
    unowned: Unowned = Unowned()
    diff_ids: list[str] = []
    """Computed, base layer first; empty strings for layers that could not be read."""
    newest_owned_mtime: int = 0
    inflated_bytes: int = 0

    @property
    def counted(self) -> list[Package]:
        """Packages that are counted and judged: all but those that belong to a package of the operating system."""
        return [package for package in self.packages if not package.owned_by]
