"""Why a package that we find may be missing from Trivy's SBOM: named rules, each checked on the image itself.

What a rule rests on is read here without our own code: dpkg's lists of files and the records of libraries by tarfile,
packages of the system from Trivy's SBOM.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import BinaryIO

import msgspec
from isal import igzip
from tests.integration.scan.scanned import Scanned

from basewise.model.contents import Package

_KEPT = re.compile(
    r"var/lib/dpkg/(?:info/[^/]+\.list|status\.d/[^/]+\.md5sums)"
    r"|.*/(?:package\.json|PKG-INFO|METADATA|[^/]+\.egg-info|[^/]+\.deps\.json)"
)
_LISTS = ("info/{}.list", "info/{}:amd64.list", "info/{}:arm64.list", "status.d/{}.md5sums")
_RUNTIME_PACK = re.compile(r"Microsoft\.(?:NETCore|AspNetCore)\.App\.Runtime\.[a-z0-9-]+")


class Evidence(msgspec.Struct, frozen=True):
    """What rules look at."""

    files: dict[str, bytes]
    """Lists of files, and records of libraries, of the image."""
    system: dict[str, str]
    """Names of the packages of Debian in Trivy's SBOM, with their versions."""

    @property
    def has_lists(self) -> bool:
        """False for images of the kind of Distroless, whose status.d names packages and not their files."""
        return any(path.startswith("var/lib/dpkg/") for path in self.files)

    def owns(self, owner: str, path: str) -> bool:
        """True when dpkg's own list says that the package has this file."""
        place = next((place for name in _LISTS if (place := f"var/lib/dpkg/{name.format(owner)}") in self.files), None)
        if place is None:
            return False
        lines = self.files[place].decode().splitlines()
        listed = {(line.split("  ", 1)[-1]).lstrip("/") for line in lines}
        return not listed.isdisjoint({path, path.removeprefix("usr/")})  # packages may name what /bin has, or /usr/bin


def evidence(layout: Path, scanned: Scanned, system: dict[str, str]) -> Evidence:
    """Reads every layer of the image, once for all images that share it."""
    files: dict[str, bytes] = {}
    for layer in scanned.image.layers:
        files |= _files(layout / "blobs" / layer.digest.replace(":", "/"))
    return Evidence(files, system)


class _Endless:
    """A layer with zeros behind it: those that `umoci insert` writes lack the blocks that end an archive."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        return self._file.read(size) or bytes(size)


@cache
def _files(blob: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with igzip.open(blob) as layer, tarfile.open(fileobj=_Endless(layer), mode="r|") as archive:
        for member in archive:
            path = member.name.removeprefix("./")
            if member.isreg() and _KEPT.fullmatch(path) and (file := archive.extractfile(member)):
                found[path] = file.read()
    return found


def is_program_of_the_system(package: Package, seen: Evidence) -> bool:
    """Trivy tells no program by its file: https://trivy.dev/docs/latest/coverage/language has no such thing."""
    return package.type == "generic" and _is_of_the_system(package.path, package, seen)


def is_program_of_a_system_without_lists(package: Package, seen: Evidence) -> bool:
    """As above, where nothing lists files: its version is the upstream version of the package, by deb-version(7)."""
    if package.type != "generic" or seen.has_lists or package.owned_by not in seen.system:
        return False
    version = re.sub(r"^[0-9]+:", "", seen.system[package.owned_by])
    return package.version == re.split(r"[-+]", version)[0]


def is_library_of_the_system(package: Package, seen: Evidence) -> bool:
    """Trivy leaves out records that a package of the system installed: https://github.com/aquasecurity/trivy/pull/8842.

    So it must list the same record where nothing says that dpkg installed it: `records_alone`.
    """
    return package.type in {"npm", "pypi", "gem"} and _is_of_the_system(package.database, package, seen)


def _is_of_the_system(path: str, package: Package, seen: Evidence) -> bool:
    return package.owned_by in seen.system and seen.owns(package.owned_by, path)


def is_runtime_of_dotnet(package: Package, seen: Evidence) -> bool:
    """Trivy reads the libraries of deps.json whose type is `package`; the runtime carried along is a `runtimepack`."""
    if package.type != "nuget" or not _RUNTIME_PACK.fullmatch(package.name):
        return False
    libraries = json.loads(seen.files[package.database])["libraries"]
    return bool(libraries[f"runtimepack.{package.name}/{package.version}"]["type"] == "runtimepack")


RULES: tuple[Callable[[Package, Evidence], bool], ...] = (
    is_program_of_the_system,
    is_program_of_a_system_without_lists,
    is_library_of_the_system,
    is_runtime_of_dotnet,
)


def reasons(package: Package, seen: Evidence) -> list[str]:
    """The rules that explain the package."""
    return [rule.__name__ for rule in RULES if rule(package, seen)]
