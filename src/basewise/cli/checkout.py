"""The checkout that a command works in: where its root is, and what paths are called from there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from basewise.model.errors import UsageError

_REPOSITORY = ".git"
"""A directory, or the file that a worktree or submodule has in its place."""


class Checkout(msgspec.Struct, frozen=True):
    """A repository, or a part of the file system that is looked at like one."""

    root: Path
    """Absolute, without symbolic links."""
    start: Path
    """The deepest directory that holds every target; configuration is looked for from here up to the root."""

    def path(self, text: str) -> str:
        """What a file is called from the root, with forward slashes; '' for the root itself, absolute outside of it."""
        location = os.path.realpath(text)
        root = str(self.root)
        if location == root:
            return ""
        inside = location.startswith(root.rstrip("/") + "/")
        return os.path.relpath(location, root).replace(os.sep, "/") if inside else location.replace(os.sep, "/")

    def upwards(self) -> Iterable[Path]:
        """The directories from the start up to the root."""
        for folder in (self.start, *self.start.parents):
            yield folder
            if folder == self.root:
                return


def checkout_of(targets: Sequence[Path], working: Path) -> Checkout:
    """The checkout that all targets lie in.

    Its root is the nearest directory above them that is a git repository. Outside of one it is the working directory,
    or, for targets that lie elsewhere, the deepest directory that holds them all: what lies above may be anybody's.

    Args:
        targets: files and directories that are there; without any, it is the working directory's.

    Raises:
        UsageError: they have no directory in common.
    """
    here = Path(os.path.realpath(working))
    folders = [_folder(Path(os.path.realpath(target))) for target in targets] or [here]
    try:
        start = Path(os.path.commonpath(folders))
    except ValueError as error:
        raise UsageError("the targets have no directory in common", remedy="Check them one by one.") from error
    for folder in (start, *start.parents):
        if (folder / _REPOSITORY).exists():
            return Checkout(folder, start)
    return Checkout(here if start.is_relative_to(here) else start, start)


def _folder(location: Path) -> Path:
    return location if location.is_dir() else location.parent
