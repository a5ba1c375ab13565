"""The files that are left of a stack of layers: whiteouts, opaque directories, files in the place of directories."""

from __future__ import annotations

from collections.abc import Iterable

from basewise.model.contents import LayerContents

_FEW = 32
"""Up to so many folders, asking each path for all of them is quicker than going up through its parents."""


class FileTree:
    """Paths of everything that is no directory, as layers are put on top of each other, base layer first."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self._folders: set[str] | None = None

    def put(self, layer: LayerContents) -> Hidden:
        """Puts the next layer on top. Returns what of the layers below it hides, its own files aside."""
        own = set(layer.files.decode().split("\0")) if layer.files else set()
        gone = set(layer.whiteouts)
        # A file in the place of a directory takes away all that was in it, as runtimes remove what is in their way.
        replaced = own & self._all_folders() if self.paths else set()
        hidden = Hidden(own | gone, (gone & self._all_folders()) | replaced, layer.opaque)
        if self.paths:
            self.paths -= gone
            if hidden.folders:
                self.paths = set(hidden.left(self.paths))
        self.paths |= own
        self._folders = None
        return hidden

    def _all_folders(self) -> set[str]:
        if self._folders is None:
            found: set[str] = set()
            new = {path.rpartition("/")[0] for path in self.paths}
            while new:
                found |= new
                new = {path.rpartition("/")[0] for path in new} - found
            found.discard("")
            self._folders = found
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
