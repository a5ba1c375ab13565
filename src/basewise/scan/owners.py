"""Which package of the operating system a file belongs to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from basewise.archive.paths import decode
from basewise.model.contents import OwnedFiles
from basewise.scan.files import FileTree


def owners(
    paths: Iterable[str], lists: Iterable[OwnedFiles], files: FileTree, since: Mapping[str, int]
) -> dict[str, str]:
    """By path, the name of the package that owns the file; those that none owns are left out.

    A file that a layer above its package wrote anew belongs to it no longer: a library that pip upgraded over that of a
    distribution is not the distribution's.

    Args:
        paths: of files that are in `files`.
        lists: what packages own; since /bin is a link to /usr/bin, either path means the other.
        since: by package, the number of the newest layer in which it was installed.
    """
    listed_as = {other: path for path in paths for other in (path.removeprefix("usr/"), path)}
    found: dict[str, str] = {}
    if not listed_as:
        return found
    for listed in lists:
        newest = since.get(listed.package, -1)
        for other in listed_as.keys() & decode(listed.paths).split("\0"):
            path = listed_as[other]
            if files.layer_of(path) <= newest:
                found[path] = listed.package
    return found
