"""Packages of npm, Yarn and pnpm as they are installed: the `package.json` of each, and npm's own list of the tree.

npm documentation, "folders" (a package lies in `node_modules/NAME` or `node_modules/@SCOPE/NAME`), "package.json" and
"package-lock.json", section "Hidden Lockfiles". A `package.json` elsewhere is a project or a helper of the module
system, not something that was installed; Debian installs into `usr/share/nodejs`, and the official image of Node.js
Yarn into `opt/yarn-v…`.
"""

from __future__ import annotations

import re
from typing import Generic, TypeVar

import msgspec

from basewise.model.limits import Limits
from basewise.scan.interface import FileContents, PackageFile
from basewise.scan.languages.found import Found
from basewise.scan.listing import Listing

_PLACE = re.compile(r"(?:(?:.*/)?node_modules|usr/(?:share|lib)/nodejs)/(?:@[^/]+/)?[^/@.][^/]*/package\.json")
_YARN = re.compile(r"opt/yarn-v[^/]+/package\.json")
_LOCK = "node_modules/.package-lock.json"
_PLUG_AND_PLAY = (".pnp.cjs", ".pnp.js")
_Entry = TypeVar("_Entry")


class _Manifest(msgspec.Struct):
    name: str = ""
    version: str = ""


class _Installed(msgspec.Struct):
    name: str = ""
    """Only where it is another than that of the folder."""
    version: str = ""
    link: bool = False


class _Lock(msgspec.Struct, Generic[_Entry]):
    packages: dict[str, _Entry] = {}


_MANIFEST = msgspec.json.Decoder(_Manifest)
_TREE = Listing(
    msgspec.json.Decoder(_Lock[_Installed]),
    msgspec.json.Decoder(_Lock[msgspec.Raw]),
    msgspec.json.Decoder(_Installed),
    lambda lock: lock.packages.items(),
)


class NpmPackage(PackageFile):
    """The `package.json` of one installed package."""

    type = "npm"
    endings = ("/package.json",)

    def wants(self, path: str) -> bool:
        return bool(_PLACE.fullmatch(path) or _YARN.fullmatch(path))

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        found = Found("npm", path, limits)
        manifest = found.json(data, _MANIFEST)
        # Without a version it only tells Node.js how to load what is beside it.
        if manifest is not None and manifest.name and manifest.version:
            found.add(manifest.name, manifest.version, path.rpartition("/")[0])
        return found.contents()


class NpmTree(PackageFile):
    """What npm wrote down of the tree that it installed."""

    type = "npm"
    endings = ("/.package-lock.json",)

    def wants(self, path: str) -> bool:
        return path == _LOCK or path.endswith("/" + _LOCK)

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        found = Found("npm", path, limits)
        root = path.removesuffix(_LOCK)
        for place, package in found.listed(data, _TREE) or []:
            _, inside, folder = place.rpartition("node_modules/")
            if inside and not package.link and package.version:
                found.add(package.name or folder, package.version, root + place)
        return found.contents()


class YarnPlugAndPlay(PackageFile):
    """Yarn's way without `node_modules`: packages stay in zip archives of a cache, which are not read."""

    type = "npm"
    endings = _PLUG_AND_PLAY

    def wants(self, path: str) -> bool:
        return path.rpartition("/")[2] in _PLUG_AND_PLAY and "node_modules/" not in path

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:  # noqa: ARG002 - the file is a program
        found = Found("npm", path, limits)
        found.note(path, "packages installed by Yarn's Plug'n'Play are not read")
        return found.contents()
