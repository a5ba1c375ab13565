"""Which package of the operating system a file belongs to, as layers are put on top of each other. Pure.

A package owns the files that its list names, as long as they say what they said when it was installed. Writing a file
anew without changing what it says (`chmod -R`, `touch`, the same package installed again) takes nothing away; nor does
removing the lists while the package stays installed. A library that pip upgraded in its place is its own.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

import msgspec

from basewise.archive.paths import decode
from basewise.model.contents import LayerContents, OwnedFiles
from basewise.scan.files import other_path

Installed = Mapping[str, int]
"""By name of a package of the system: the number of the newest layer, from 0, in which it was installed."""


class Owner(msgspec.Struct, frozen=True):
    """A package that lists a file."""

    package: str
    since: int
    """Number of the newest layer, from 0, in which the package was installed."""
    until: int = -1
    """Number of the layer that took its list away, with the package; -1 while it is there."""


class FileLists:
    """The lists of files of all packages."""

    def __init__(self) -> None:
        self._lists: dict[str, list[OwnedFiles]] = {}
        """By path of the file that holds them."""
        self._lost: list[tuple[OwnedFiles, Owner]] = []
        self._layers = 0

    def put(self, layer: LayerContents, gone: Container[str], before: Installed, after: Installed) -> None:
        """Puts the lists of the next layer in place.

        Args:
            gone: paths of databases that are hidden or replaced, with their lists. A file that is nothing but a list
                may be hidden: what it said still holds.
            before, after: what is installed below the layer and with it.
        """
        number = self._layers
        self._layers += 1
        if not layer.owned and before is after:
            return
        new: dict[str, list[OwnedFiles]] = {}
        for listed in layer.owned:
            new.setdefault(listed.database, []).append(listed)
        said = {listed.paths for listed in layer.owned if listed.package in after}
        for path, lists in list(self._lists.items()):
            stays = path not in gone and path not in new
            self._lists[path] = [listed for listed in lists if stays and listed.package in after]
            self._lost += [
                (listed, Owner(listed.package, before.get(listed.package, -1), number))
                for listed in lists
                if not (stays and listed.package in after) and listed.paths not in said
            ]
        self._lists.update(new)

    def packages(self) -> set[str]:
        """Names of the packages whose files are listed."""
        return {listed.package for lists in self._lists.values() for listed in lists}

    def files(self) -> set[str]:
        """Paths of the files that hold lists."""
        return set(self._lists)

    def owned(self) -> list[str]:
        """Every path that a list names."""
        return decode(b"\0".join(listed.paths for lists in self._lists.values() for listed in lists)).split("\0")

    def owners(self, paths: Iterable[str], since: Installed) -> dict[str, list[Owner]]:
        """By path, the packages that list the file; since /bin is a link to /usr/bin, either path means the other."""
        present = (listed for lists in self._lists.values() for listed in lists)
        return _by_path(paths, ((listed, Owner(listed.package, since.get(listed.package, -1))) for listed in present))

    def former_owners(self, paths: Iterable[str]) -> dict[str, list[Owner]]:
        """By path, the packages that listed the file until their list was taken away with them."""
        return _by_path(paths, self._lost)


def _by_path(paths: Iterable[str], lists: Iterable[tuple[OwnedFiles, Owner]]) -> dict[str, list[Owner]]:
    paths = list(paths)
    listed_as = {other_path(path): path for path in paths}
    listed_as.update((path, path) for path in paths)
    found: dict[str, list[Owner]] = {}
    if not listed_as:
        return found
    for listed, owner in lists:
        for other in listed_as.keys() & decode(listed.paths).split("\0"):
            found.setdefault(listed_as[other], []).append(owner)
    return found
