"""Reads OSV's bulk archives: one JSON file per record, never unpacked to disk, every size bounded."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from basewise.model.limits import Limits

_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, struct.error, ValueError)
"""What zipfile raises for damage, for methods it lacks and for encryption."""


class BrokenFeed(Exception):
    """A feed as a whole is not usable; the message says why. The other feeds of the run are not affected."""


class RecordArchive:
    """An open archive.

    Iterating gives the bytes of each record, or the reason why one could not be read.
    """

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self._members = [member for member in archive.infolist() if member.filename.endswith(".json")]
        if len(self._members) > limits.feed_records:
            raise BrokenFeed(f"more than {limits.feed_records} records")

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[bytes | str]:
        inflated = 0
        for member in self._members:
            inflated += member.file_size
            if inflated > self._limits.feed_inflated_bytes:
                raise BrokenFeed(f"inflates to more than {self._limits.feed_inflated_bytes} bytes")
            yield self._read(member)

    def _read(self, member: zipfile.ZipInfo) -> bytes | str:
        if member.file_size > self._limits.feed_record_bytes:
            return f"larger than {self._limits.feed_record_bytes} bytes"
        try:
            with self._archive.open(member) as stream:
                # Asking for a number of bytes bounds what is inflated; the declared size is the archive's word only.
                return stream.read(member.file_size + 1)
        except _BROKEN:
            return "damaged in the archive"


@contextmanager
def open_archive(path: Path, limits: Limits) -> Iterator[RecordArchive]:
    """Opens an archive of records.

    Raises:
        BrokenFeed: it is no zip archive, or too large.
    """
    try:
        if path.stat().st_size > limits.feed_bytes:
            raise BrokenFeed(f"larger than {limits.feed_bytes} bytes")
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise BrokenFeed(f"cannot be read: {error.strerror or error}") from error
    except _BROKEN as error:
        raise BrokenFeed("is no zip archive, or a damaged one") from error
    with archive:
        yield RecordArchive(archive, limits)
