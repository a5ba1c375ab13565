"""The files that are left of a stack of layers: whiteouts, opaque directories, files in the place of directories.

What lies below a folder is a range of the sorted paths, so that neither time nor memory grows with the depth of paths.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, KeysView, Sequence
from collections.abc import Set as AbstractSet

from basewise.model.contents import LayerContents, Unowned

_SIZE_BITS = 48
_SIZE_MASK = (1 << _SIZE_BITS) - 1
_AFTER_SLASH = "0"  # the character that follows `/` in order


class FileTree:
    """Everything that is no directory, as layers are put on top of each other, base layer first."""

    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        """By path: the number of the layer that wrote the file, from 0, above `_SIZE_BITS` bits of its size."""
        self._layers = 0
        self._sorted: list[str] | None = None

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
        paths, below = self._in_order(), path + "/"
        at = bisect_left(paths, below)
        return at < len(paths) and paths[at].startswith(below)

    def unowned(self, owned: AbstractSet[str], folders: Iterable[str]) -> Unowned:
        """Files, and their bytes, that are neither among `owned` nor below one of `folders`.

        Since /bin is a link to /usr/bin, either path owns the other.
        """
        left = self._files.keys() - owned
        for folder in folders:
            left.difference_update(self._below(folder))
        sizes = [self._files[path] & _SIZE_MASK for path in left if other_path(path) not in owned]
        return Unowned(files=len(sizes), bytes=sum(sizes))

    def put(self, layer: LayerContents) -> Hidden:
        """Puts the next layer on top. Returns what of the layers below it hides, its own files aside."""
        names = layer.files.decode().split("\0") if layer.files else []
        own, gone = set(names), set(layer.whiteouts)
        # A file in the place of a directory takes away all that was in it, as runtimes remove what is in their way.
        replaced = self._folders_among(own) if self._files else set()
        hidden = Hidden(own | gone, self._folders_among(gone) | replaced, layer.opaque)
        if self._files:
            for path in gone:
                self._files.pop(path, None)
            for folder in _outermost(hidden.folders):
                for path in self._below(folder):
                    self._files.pop(path, None)
        number = self._layers << _SIZE_BITS
        self._files.update(zip(names, map(number.__or__, _sizes(layer, len(names))), strict=True))
        self._layers += 1
        self._sorted = None
        return hidden

    def _folders_among(self, names: Iterable[str]) -> set[str]:
        """Those that `has_folder` is true of."""
        paths, end = self._in_order(), len(self._files)
        starts = ((name, f"{name}/") for name in names)
        return {
            name for name, below in starts if (at := bisect_left(paths, below)) < end and paths[at].startswith(below)
        }

    def _below(self, folder: str) -> list[str]:
        """Paths in a folder, at any depth, as of the last layer; '' is the root."""
        paths = self._in_order()
        if not folder:
            return paths
        return paths[bisect_left(paths, folder + "/") : bisect_left(paths, folder + _AFTER_SLASH)]

    def _in_order(self) -> list[str]:
        if self._sorted is None:
            self._sorted = sorted(self._files)
        return self._sorted


def other_path(path: str) -> str:
    """What else a path of a system may be called: /bin, /lib and the like are links into /usr, or were once."""
    return path[4:] if path.startswith("usr/") else f"usr/{path}"


class Hidden:
    """What one layer hides of those below it."""

    def __init__(self, paths: set[str], folders: set[str], opaque: Iterable[str]) -> None:
        self._paths = paths
        self.folders = {*folders, *opaque}
        """Everything below one of these is hidden; '' is the root."""

    def hides(self, path: str) -> bool:
        """True when a file of that path in a lower layer is no longer to be seen, or is replaced."""
        return path in self._paths or self._below(path)

    def _below(self, path: str) -> bool:
        if "" in self.folders or not self.folders:
            return bool(self.folders)
        end = path.rfind("/")
        while end > 0:
            if path[:end] in self.folders:
                return True
            end = path.rfind("/", 0, end)
        return False


def _outermost(folders: Iterable[str]) -> list[str]:
    """Those that lie in no other one; what nests a thousand deep is looked through once."""
    found: list[str] = []
    for folder in sorted(folders, key=lambda folder: folder + "/" if folder else ""):
        if not (found and (not found[-1] or folder.startswith(found[-1] + "/"))):
            found.append(folder)
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
