"""PHP: what Composer installed, as it writes it down in `vendor/composer/installed.json`.

Version 1 writes a list of packages, version 2 an object that holds it (Composer's UPGRADE-2.0, "For integrators and
composer plugin authors"), where `install-path` is relative to the file's folder.
"""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from basewise.archive.paths import clean
from basewise.model.limits import Limits
from basewise.scan.interface import FileContents, PackageFile
from basewise.scan.languages.found import Found
from basewise.scan.listing import Keyed, Listing

_INSTALLED = "composer/installed.json"
_Entry = TypeVar("_Entry")


class _Package(msgspec.Struct, rename={"install_path": "install-path"}):
    name: str = ""
    version: str = ""
    install_path: str | None = None


class _Installed(msgspec.Struct, Generic[_Entry]):
    packages: list[_Entry] = []


def _packages(document: list[_Entry] | _Installed[_Entry]) -> Keyed:
    return (("", package) for package in (document.packages if isinstance(document, _Installed) else document))


_PACKAGES = Listing(
    msgspec.json.Decoder(list[_Package] | _Installed[_Package]),
    msgspec.json.Decoder(list[msgspec.Raw] | _Installed[msgspec.Raw]),
    msgspec.json.Decoder(_Package),
    _packages,
)


class ComposerInstalled(PackageFile):
    """All packages below one vendor folder."""

    type = "composer"
    endings = ("/" + _INSTALLED,)

    def wants(self, path: str) -> bool:
        return path.endswith(self.endings)

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        found = Found("composer", path, limits)
        vendor = path.removesuffix(_INSTALLED)
        for _, package in found.listed(data, _PACKAGES) or []:
            folder = clean(f"{vendor}composer/{package.install_path}") if package.install_path else ""
            found.add(package.name, package.version, folder or vendor + package.name)
        return found.contents()
