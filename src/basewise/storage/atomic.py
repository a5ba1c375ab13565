"""Putting a file in its place in one step: a reader sees the old bytes or the new, and a full disk leaves the old.

Two promises, for two kinds of files:
- `beside` holds against crashes of the program, other writers and full disks. What can be had again (the cache) needs
  no more, and waiting for the disk once per layer would cost more than reading some of them anew.
- `replace`, or `flush` at the end of a `beside`, holds against loss of power too: the bytes are on the disk before
  they take the place of the old ones. What cannot be had again (documents, reports) or not soon (the advisory
  database) is written so.

A writer that is killed leaves its temporary file, `.<name>.<12 hex digits>.part`, which nobody takes for content.
`leftovers` finds such files for whoever knows that no other writer is at work; elsewhere they stay, as one of them
cannot be told from the file of a writer that is slow, and cost space only.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A new, empty file beside `path`, which takes its place when the block ends, and is removed when that fails.

    An existing file's mode is kept, a new file has that of the umask.

    Raises:
        OSError: it could not be made or moved; what was there is unchanged.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        temporary.open("xb").close()
        if path.exists():
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        yield temporary
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def replace(path: Path, data: bytes) -> None:
    """Gives `path` the content `data`, which a loss of power does not take back to something half-written.

    Raises:
        OSError: it could not be written; what was there is unchanged.
    """
    with beside(path) as temporary:
        temporary.write_bytes(data)
        flush(temporary)


def flush(path: Path) -> None:
    """Returns when the bytes of a file, or the names in a directory, are on the disk.

    Raises:
        OSError: they are not.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def leftovers(path: Path) -> list[Path]:
    """Temporary files of writers of `path` that were killed, or are at work."""
    name = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{12}}\.part")
    return [file for file in path.parent.iterdir() if name.fullmatch(file.name)]
