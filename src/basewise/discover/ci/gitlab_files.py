"""The files of one GitLab CI configuration, and what they define together.

Follows GitLab's documentation, "CI/CD YAML syntax reference", keyword `include`: what the including file says wins.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.places import ancestors, below, neighbour
from basewise.discover.reading import child, items, text
from basewise.discover.source_file import SourceFile

_ELSEWHERE = ("remote", "project", "template", "component")
_NO_JOBS = frozenset(
    {"cache", "default", "image", "include", "services", "spec", "stages", "types", "variables", "workflow"}
    | {"after_script", "before_script"}
)


class Missing(msgspec.Struct, frozen=True):
    """An include that is not read."""

    file: SourceFile
    line: int
    reason: str


class ConfigurationFile(msgspec.Struct, frozen=True):
    """One file with its own table; a header with `spec` before it gives inputs their defaults."""

    file: SourceFile
    root: Mapping

    @property
    def jobs(self) -> Iterator[tuple[str, Mapping]]:
        """Jobs and templates by name."""
        for name, job in self.root.entries.items():
            if name not in _NO_JOBS and isinstance(job, Mapping):
                yield name, job

    def default(self, key: str) -> Node | None:
        """What jobs have that do not say it themselves."""
        found = child(self.root, "default", key)
        return self.root.entries.get(key) if found is None else found

    def input_default(self, name: str) -> Node | None:
        """The default of an input of the file."""
        return child(self.file.mappings[0], "spec", "inputs", name, "default")


class Configuration:
    """A file with all that it includes, itself first."""

    def __init__(self, file: SourceFile) -> None:
        self.files: list[ConfigurationFile] = []
        self.missing: list[Missing] = []
        self._limit = file.limits.included_files
        self._seen = {file.path}
        pending = [file]
        while pending:
            found = self._open(pending.pop())
            pending += reversed(found)

    def _open(self, file: SourceFile) -> list[SourceFile]:
        """Takes a file, and gives those that it includes."""
        if not file.mappings:
            return []
        opened = ConfigurationFile(file, file.mappings[-1])
        self.files.append(opened)
        found: list[SourceFile] = []
        for path in self._included(opened):
            other = self._find(file, path)
            if other is None or other.path in self._seen:
                continue
            if len(self._seen) >= self._limit:
                self._miss(file, path.line, f"includes {path.value}, which is one file too many")
                continue
            self._seen.add(other.path)
            found.append(other)
        return found

    def _included(self, opened: ConfigurationFile) -> Iterator[Scalar]:
        """The local paths; what lies elsewhere is noted."""
        include = child(opened.root, "include")
        for item in [include] if isinstance(include, Scalar | Mapping) else items(include):
            if isinstance(item, Scalar):
                local: Node | None = item
            else:
                local = child(item, "local")
                kind = next((kind for kind in _ELSEWHERE if child(item, kind) is not None), "")
                if kind:
                    node = child(item, kind)
                    line = node.line if node else item.line
                    self._miss(opened.file, line, f"includes the {kind} {text(node)}, which lies elsewhere")
            for path in [local] if isinstance(local, Scalar) else items(local):
                if isinstance(path, Scalar) and path.value:
                    yield path

    def _find(self, file: SourceFile, path: Scalar) -> SourceFile | None:
        """A file by its path from the root of the repository, which is the folder of the file or one above it."""
        written = path.value
        if any(character in written for character in "$*"):
            self._miss(file, path.line, f"includes {written}, which names files by a variable or pattern")
            return None
        for folder in ancestors(file.folder):
            place = below(folder, written.lstrip("/"))
            found = neighbour(file, place) if place else None
            if found is not None:
                return found
        self._miss(file, path.line, f"includes {written}, which is not there")
        return None

    def _miss(self, file: SourceFile, line: int, reason: str) -> None:
        self.missing.append(Missing(file, line, reason))
