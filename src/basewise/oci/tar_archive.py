"""A tar archive of image files, read where it lies: its members are listed once, and then read by position.

Nothing is unpacked. What a member of an archive leads to is decided by text alone: a link that leaves the archive, or
leads in a circle, leads nowhere, and a path that the archive has twice is refused, because programs differ in which of
the two they take.
"""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import msgspec

from basewise.archive.blocks import FileBlocks
from basewise.archive.paths import clean
from basewise.archive.tar import walk
from basewise.archive.tar_header import BLOCK, DIRECTORY, FILE, HARD_LINK, SYMLINK, Member, read_header
from basewise.archive.unread import unread_compression
from basewise.model.errors import BasewiseError, ImageError, ImageNotFound, LimitExceeded, UnreadableLayer, WrongKind
from basewise.model.limits import Limits
from basewise.oci.quoting import quoted
from basewise.oci.stream import CHUNK_BYTES


class Extent(msgspec.Struct, frozen=True):
    """Where the content of a file lies."""

    offset: int
    """Bytes from the start of the archive."""
    size: int
    """Bytes."""


class TarArchive:
    """The files of one archive by their paths. Safe for use from several threads.

    Args:
        file: a regular file, inflated; closed with the archive, and at once when it is none.
        name: names it in sentences: `the archive shop.tar`.

    Raises:
        WrongKind: it does not begin as a tar archive does.
        ImageError: it is damaged, or cut short.
        LimitExceeded: too many members, or too long paths.
    """

    def __init__(self, file: BinaryIO, name: str, limits: Limits) -> None:
        self.name = name
        self._file = file
        self._limits = limits
        self._places: dict[str, Extent | str] = {}
        self._refused: dict[str, str] = {}
        self._has_end = False
        with self.closed_on_failure():
            self._open()

    def __contains__(self, path: str) -> bool:
        return path in self._places or path in self._refused

    def lacks(self, path: str, kind: str, remedy: str) -> BasewiseError:
        """Why an archive without `path` is not the `kind` it was named as: it is another, or it was cut before that."""
        if not self._has_end:
            return ImageError(f"{self.name} cannot be read: it is cut short, it has no {path}")
        return WrongKind(f"{self.name} is no {kind}: it has no {path}", remedy=remedy)

    def extent(self, path: str) -> Extent:
        """Where the file at `path` lies, links followed.

        Raises:
            ImageNotFound: there is no such file.
            ImageError: it cannot be said which bytes are meant.
        """
        at = path
        for _ in range(self._limits.archive_links + 1):
            if at in self._refused:
                raise ImageError(f"{quoted(at)} in {self.name} {self._refused[at]}")
            place = self._places.get(at)
            if place is None:
                raise ImageNotFound(f"{quoted(at)} is missing in {self.name}")
            if isinstance(place, Extent):
                return place
            at = place
        raise ImageError(
            f"{quoted(path)} in {self.name} leads through more than archive_links = {self._limits.archive_links} links"
        )

    def read(self, path: str, most: int) -> bytes:
        """Content of a small file.

        Raises:
            ImageError: as `extent`, or it is larger than `most` bytes.
        """
        extent = self.extent(path)
        if extent.size > most:
            raise LimitExceeded(f"{quoted(path)} in {self.name} has {extent.size} bytes, more than {most}")
        return b"".join(self.chunks(extent))

    def chunks(self, extent: Extent) -> Iterator[bytes]:
        """Content of a file in chunks; ends early where the archive was cut after it was opened."""
        at, end = extent.offset, extent.offset + extent.size
        while at < end:
            try:
                chunk = os.pread(self._file.fileno(), min(CHUNK_BYTES, end - at), at)
            except OSError as error:
                raise ImageError(f"{self.name} cannot be read: {error.strerror}") from error
            if not chunk:
                return
            yield chunk
            at += len(chunk)

    def close(self) -> None:
        """Closes the file; once more does no harm."""
        self._file.close()

    @contextmanager
    def closed_on_failure(self) -> Iterator[None]:
        """For whoever takes the archive over: closes it when the block raises."""
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        try:
            self._check_kind()
            self._index()
        except LimitExceeded as error:
            raise LimitExceeded(f"{self.name} has {error.message}") from error
        except UnreadableLayer as error:
            raise ImageError(f"{self.name} cannot be read: {error.message}") from error
        except OSError as error:
            raise ImageError(f"{self.name} cannot be read: {error.strerror}") from error

    def _check_kind(self) -> None:
        block = os.pread(self._file.fileno(), BLOCK, 0)
        if _begins_an_archive(block):
            return
        packed = unread_compression(block)
        if packed:
            why = f"it is compressed with {packed}, which is not read"
            raise WrongKind(f"{self.name} cannot be read: {why}", remedy="Decompress it first.")
        why = "it is no tar archive" if block else "it is empty"
        raise WrongKind(f"{self.name} cannot be read: {why}", remedy="A tar archive is wanted, plain, gzip or zstd.")

    def _index(self) -> None:
        handle = self._file.fileno()
        size = os.fstat(handle).st_size
        blocks = FileBlocks(handle, size)
        skipped: Counter[str] = Counter()
        path_bytes = 0
        members = walk(blocks, lambda _member: False, self._limits, skipped)
        for count, member in enumerate(members, start=1):
            path_bytes += len(member.path) + len(member.link)
            if count + skipped.total() > self._limits.archive_members:
                raise LimitExceeded(f"more than archive_members = {self._limits.archive_members} members")
            if path_bytes > self._limits.archive_path_bytes:
                raise LimitExceeded(f"paths of more than archive_path_bytes = {self._limits.archive_path_bytes}")
            if member.type != DIRECTORY:
                self._place(member, Extent(blocks.content, member.size))
        self._has_end = blocks.has_end

    def _place(self, member: Member, extent: Extent) -> None:
        path = member.path
        if path in self:
            self._refused[path] = "is there more than once"
        elif member.type == FILE:
            self._places[path] = extent
        elif member.type in {SYMLINK, HARD_LINK}:
            target = _target(member)
            if target:
                self._places[path] = target
            else:
                self._refused[path] = "is a link that leads out of the archive"
        else:
            self._refused[path] = "is no regular file"


def _begins_an_archive(block: bytes) -> bool:
    """True for a header, for one that is damaged but has ustar's magic, and for the zeros of an empty archive."""
    if len(block) < BLOCK:
        return False
    if block[257:262] == b"ustar" or not block.strip(b"\0"):
        return True
    try:
        read_header(block)
    except UnreadableLayer:
        return False
    return True


def _target(member: Member) -> str | None:
    """What a link leads to: a symbolic link from where it lies, a hard link from the root; None leads outside."""
    if member.type == HARD_LINK:
        return clean(member.link)
    if member.link.startswith("/"):
        return None
    return clean(posixpath.join(posixpath.dirname(member.path), member.link))
