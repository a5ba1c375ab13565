"""The files that are left of a stack of layers: whiteouts, opaque directories, files in the place of directories."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, KeysView, Sequence
from collections.abc import Set as AbstractSet

from basewise.model.contents import LayerContents, Unowned

_SIZE_BITS = 48
_SIZE_MASK = (1 << _SIZE_BITS) - 1
_FEW = 32
"""Up to so many folders, asking each path for all of them is quicker than going up through its parents."""


class FileTree:
    """Everything that is no directory, as layers are put on top of each other, base layer first."""

    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        """By path: the number of the layer that wrote the file, from 0, above `_SIZE_BITS` bits of its size."""
        self._layers = 0
        self._folders: set[str] | None = None

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def paths(self) -> KeysView[str]:
        return self._files.keys()

    def layer_of(self, path: str) -> int:
        """Number of the layer, from 0, that wrote what is at `path` now.

        Raises:
            KeyError: nothing is there.
        """
        return self._files[path] >> _SIZE_BITS

    def has_folder(self, path: str) -> bool:
        """True when something lies in the directory at `path`, at any depth."""
        return path in self._all_folders()

    def unowned(self, owned: AbstractSet[str], folders: Iterable[str]) -> Unowned:
        """Files, and their bytes, that are neither among `owned` nor below one of `folders`.

        Since /bin is a link to /usr/bin, either path owns the other.
        """
        covered = Hidden(set(), set(folders), ())
        left = [
            self._files[path] & _SIZE_MASK
            for path in covered.left(self._files.keys() - owned)
            if not (path.startswith("usr/") and path[4:] in owned)
        ]
        return Unowned(files=len(left), bytes=sum(left))

    def put(self, layer: LayerContents) -> Hidden:
        """Puts the next layer on top. Returns what of the layers below it hides, its own files aside."""
        names = layer.files.decode().split("\0") if layer.files else []
        own, gone = set(names), set(layer.whiteouts)
        # A file in the place of a directory takes away all that was in it, as runtimes remove what is in their way.
        replaced = own & self._all_folders() if self._files else set()
        hidden = Hidden(own | gone, (gone & self._all_folders()) | replaced, layer.opaque)
        if self._files:
            for path in gone:
                self._files.pop(path, None)
            if hidden.folders:
                self._files = {path: self._files[path] for path in hidden.left(self._files)}
            if gone or hidden.folders:
                self._folders = None
        number = self._layers << _SIZE_BITS
        self._files.update(zip(names, map(number.__or__, _sizes(layer, len(names))), strict=True))
        self._layers += 1
        if self._folders is not None:
            self._folders |= _parents(names, self._folders)
        return hidden

    def _all_folders(self) -> set[str]:
        if self._folders is None:
            self._folders = _parents(self._files, set())
        return self._folders


class Hidden:
    """What one layer hides of those below it."""

    def __init__(self, paths: set[str], folders: set[str], opaque: Iterable[str]) -> None:
        self._paths = paths
        self.folders = {*folders, *opaque}
        """Everything below one of these is hidden; '' is the root."""
        self._prefixes = tuple(folder + "/" for folder in self.folders if folder)

    def hides(self, path: str) -> bool:
        """True when a file of that path in a lower layer is no longer to be seen, or is replaced."""
        return path in self._paths or self._below(path)

    def left(self, paths: Iterable[str]) -> Iterable[str]:
        """Those of `paths` that lie in none of the hidden folders."""
        if "" in self.folders:
            return []
        if len(self._prefixes) <= _FEW:
            return [path for path in paths if not path.startswith(self._prefixes)]
        return [path for path in paths if not self._below(path)]

    def _below(self, path: str) -> bool:
        if "" in self.folders or not self.folders:
            return bool(self.folders)
        folder = path.rpartition("/")[0]
        while folder:
            if folder in self.folders:
                return True
            folder = folder.rpartition("/")[0]
        return False


def _parents(paths: Iterable[str], known: AbstractSet[str]) -> set[str]:
    """Every folder above one of `paths` that is not known yet; those above a known one are known too."""
    found: set[str] = set()
    new = {path.rpartition("/")[0] for path in paths} - known
    while new:
        found |= new
        new = {path.rpartition("/")[0] for path in new} - found - known
    found.discard("")
    return found


def _sizes(layer: LayerContents, count: int) -> Sequence[int]:
    """Sizes of a layer's files; zeros when they were not recorded."""
    if len(layer.file_sizes) != 8 * count:
        return [0] * count
    sizes = array("Q", layer.file_sizes)
    if sys.byteorder == "big":
        sizes.byteswap()
    if count and max(sizes) > _SIZE_MASK:  # no archive that was read holds such a file
        return [min(size, _SIZE_MASK) for size in sizes]
    return sizes
