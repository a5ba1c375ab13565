"""Makes any file of an archive one that can be read by position.

A plain archive in a regular file is read where it lies. A compressed one, and one that comes through a pipe, is written
out once, inflated, into a temporary file that has no name: its index stands at the end, blobs are read by several
threads, and inflating again from the start for each of them would cost the square of its size.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, Final

from basewise.archive.inflate import inflate, sniff
from basewise.model.errors import ImageError, LimitExceeded, UnreadableLayer, UsageError
from basewise.model.limits import Limits
from basewise.oci.interface import Opening
from basewise.oci.stream import CHUNK_BYTES
from basewise.oci.tar_archive import TarArchive

STDIN: Final = "-"


def open_archive(location: str, opening: Opening) -> TarArchive:
    """The archive in a file, or on standard input for `-`.

    Raises:
        UsageError: there is no such file, or it is no archive.
        ImageError: it cannot be read.
    """
    if location == STDIN:
        return _standard_input(opening)
    path = Path(location)
    if path.is_dir():
        raise UsageError(f"{location} is a directory, no archive", remedy="A layout in a directory is oci:DIR:TAG.")
    try:
        file: BinaryIO = path.open("rb", buffering=0)
    except OSError as error:
        raise UsageError(f"the archive {location} cannot be opened: {error.strerror}") from error
    name = f"the archive {path.name}"
    if not _lies_plain(file.fileno()):
        with file:
            file = spool(chunks_of(file), name, opening)
    return TarArchive(file, name, opening.limits)


def spool(chunks: Iterable[bytes], name: str, opening: Opening) -> BinaryIO:
    """A temporary file without a name that holds what comes in `chunks`, inflated.

    Args:
        name: names it in sentences.

    Raises:
        ImageError: what `chunks` raises; a broken stream; no room.
        LimitExceeded: `spool_bytes` or `layer_ratio`.
    """
    try:
        opening.scratch.mkdir(parents=True, exist_ok=True)
        file: BinaryIO = tempfile.TemporaryFile(dir=opening.scratch, buffering=0)  # noqa: SIM115 -- for the caller
    except OSError as error:
        raise _no_room(name, opening.scratch, error) from error
    try:
        for piece in _bounded(chunks, name, opening.limits):
            _write(file, piece, name, opening.scratch)
    except BaseException:
        file.close()
        raise
    return file


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """A stream in chunks."""
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _write(file: BinaryIO, data: bytes, name: str, scratch: Path) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[file.write(view) :]
    except OSError as error:
        raise _no_room(name, scratch, error) from error


def _standard_input(opening: Opening) -> TarArchive:
    stdin, name = opening.stdin, "standard input"
    if stdin is None or stdin.isatty():
        raise UsageError("standard input is no archive", remedy="Pipe one in: docker save IMAGE | basewise …")
    return TarArchive(spool(chunks_of(stdin), name, opening), name, opening.limits)


def _lies_plain(handle: int) -> bool:
    """True for a regular file whose first bytes are not those of a compressed stream."""
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        return False
    return sniff(os.pread(handle, 512, 0), "none") == "none"


def _bounded(chunks: Iterable[bytes], name: str, limits: Limits) -> Iterator[bytes]:
    """The inflated bytes, stopped at the limits."""
    stored = written = 0

    def counted() -> Iterator[bytes]:
        nonlocal stored
        for chunk in chunks:
            stored += len(chunk)
            yield chunk

    try:
        for piece in inflate(counted(), "none", limits):
            written += len(piece)
            if written > limits.spool_bytes:
                raise LimitExceeded(f"{name} has more than spool_bytes = {limits.spool_bytes} bytes")
            if written > limits.layer_ratio_from and written > limits.layer_ratio * stored:
                raise LimitExceeded(f"{name} inflates to more than layer_ratio = {limits.layer_ratio} times its size")
            yield piece
    except UnreadableLayer as error:
        raise ImageError(f"{name} cannot be read: {error.message}") from error


def _no_room(name: str, scratch: Path, error: OSError) -> ImageError:
    return ImageError(
        f"{name} cannot be kept in {scratch}: {error.strerror}", remedy="--cache-dir names a directory with room."
    )
