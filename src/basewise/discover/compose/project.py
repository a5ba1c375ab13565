"""The files of a Compose project, each with its folder and its variables, found from the one that is read."""

from __future__ import annotations

import posixpath

import msgspec

from basewise.discover.compose.env_file import read_env_file
from basewise.discover.dollars import interpolation
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.places import below, neighbour
from basewise.discover.reading import child, text
from basewise.discover.resolved import Interpolate, Lookup, Resolved, Variables
from basewise.discover.source_file import SourceFile

_ENV_FILE = ".env"


class ComposeFile(msgspec.Struct, frozen=True):
    """One file of a project."""

    file: SourceFile
    folder: str
    """The project's directory, from which its paths start."""
    lookup: Lookup
    interpolate: Interpolate
    root: Mapping | None
    """The table of the file; of several documents, which Compose merges, the first."""

    def service(self, name: str) -> Mapping | None:
        """A service by its name."""
        found = child(self.root, "services", name)
        return found if isinstance(found, Mapping) else None

    def read(self, node: Node | None) -> Resolved:
        """The text of a value with its variables replaced; empty for what is no value."""
        return self.resolve(text(node)) if isinstance(node, Scalar) else Resolved("")

    def resolve(self, written: str) -> Resolved:
        """A text with its variables replaced."""
        return self.interpolate(written, self.lookup)


class Project:
    """Opens files, each once and no more than `included_files`."""

    def __init__(self, file: SourceFile) -> None:
        self._first = file
        self._opened: dict[tuple[str, str], ComposeFile | None] = {}
        self.file = self._compose_file(file, file.folder, "")

    def open(self, path: str, folder: str | None = None, env_file: str = "") -> ComposeFile | None:
        """Another file of the directory target; None when it is not there, or too many were opened.

        Args:
            path: from the directory target.
            folder: the project's directory; the folder of the file by itself.
            env_file: from the directory target; `.env` of the project's directory by itself.
        """
        folder = path.rpartition("/")[0] if folder is None else folder
        key = (path, folder)
        if key not in self._opened:
            if len(self._opened) >= self._first.limits.included_files:
                return None
            other = neighbour(self._first, path)
            self._opened[key] = None if other is None else self._compose_file(other, folder, env_file)
        return self._opened[key]

    def _compose_file(self, file: SourceFile, folder: str, env_file: str) -> ComposeFile:
        interpolate = interpolation(file.limits)
        path = env_file or below(folder, _ENV_FILE) or _ENV_FILE
        found = neighbour(file, path) if "$" in (file.text or "") else None
        written = read_env_file(found.text or "") if found else {}
        root = next(iter(file.mappings), None)
        return ComposeFile(file, folder, Variables(written, interpolate).get, interpolate, root)

    def overridden(self) -> ComposeFile | None:
        """The file that this one overrides by its name (`compose.override.yaml`), if it does."""
        stem, override, ending = self._first.name.partition(".override.")
        if not override:
            return None
        for other in dict.fromkeys((ending, "yaml", "yml")):
            found = self.open(posixpath.join(self._first.folder, f"{stem}.{other}"))
            if found:
                return found
        return None
