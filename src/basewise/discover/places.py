"""Paths that files write about other files of the same directory target."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from basewise.discover.source_file import SourceFile

DOCKERFILE = "Dockerfile"
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*:|git@|github\.com/")
"""Contexts that are fetched: URLs and the forms of Git (docker build reference, "Build context")."""


class Place(msgspec.Struct, frozen=True):
    """Where a build reads, by paths from the directory target; '' is the target itself."""

    dockerfile: str
    context: str


def below(folder: str, written: str) -> str | None:
    """A path as seen from a folder; None when it is not below the directory target, absolute, or no path at all."""
    if written.startswith("/") or "\0" in written or is_remote(written):
        return None
    path = posixpath.normpath(posixpath.join(folder, written))
    if path == ".." or path.startswith("../"):
        return None
    return "" if path == "." else path


def is_remote(context: str) -> bool:
    """True for a context that lies in a repository or on a server, not beside the file."""
    return bool(_REMOTE.match(context))


def in_context(folder: str, context: str, dockerfile: str) -> Place | None:
    """A build whose Dockerfile is named from its context, as Compose and Bake do it; None outside of the target."""
    directory = below(folder, context)
    path = None if directory is None else below(directory, dockerfile or DOCKERFILE)
    return None if directory is None or path is None else Place(path, directory)


def in_folder(folder: str, context: str, dockerfile: str) -> Place | None:
    """A build whose Dockerfile is named from the working directory, as commands do; else it lies in the context."""
    if not dockerfile:
        return in_context(folder, context, "")
    directory, path = below(folder, context), below(folder, dockerfile)
    return None if directory is None or path is None else Place(path, directory)


def neighbour(file: SourceFile, path: str) -> SourceFile | None:
    """Another file of the directory target, by its path from there; None when it is not there."""
    return file.beside(posixpath.relpath(path or ".", file.folder or "."))


def ancestors(folder: str) -> Iterator[str]:
    """A folder and those above it, up to the directory target itself."""
    yield folder
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def root_of(file: SourceFile, context: str, dockerfile: str) -> str:
    """The folder from which a command of this file finds its Dockerfile.

    Jobs of CI run at the root of the repository, wherever the file that describes them lies. That root is the nearest
    folder above the file which has the Dockerfile. When none has, it is the folder of the file, or the one that holds
    `.github` and its like.
    """
    parts = file.folder.split("/") if file.folder else []
    hidden = next((number for number, part in enumerate(parts) if part.startswith(".")), len(parts))
    start = "/".join(parts[:hidden])
    for folder in ancestors(start):
        place = in_folder(folder, context, dockerfile)
        if place and neighbour(file, place.dockerfile) is not None:
            return folder
    return start
