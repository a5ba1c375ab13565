"""Where a walk over a tar archive gets its blocks: from a stream, or from a file by position."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from typing import Protocol

from basewise.archive.tar_header import BLOCK
from basewise.model.errors import UnreadableLayer

_ZEROS = bytes(BLOCK)


class Blocks(Protocol):
    """An archive as blocks, content, and content that is passed over without reading it."""

    def block(self) -> bytes:
        """The next header block; empty at the end of the archive."""

    def skip(self, size: int) -> None:
        """Passes over `size` bytes of content and their padding."""

    def take(self, size: int) -> bytes:
        """Content of `size` bytes; its padding is passed over."""


class FileBlocks:
    """An archive in a regular file, of which only the headers are read.

    Args:
        handle: a file descriptor; its own position is neither used nor moved.
        size: bytes of the file.
    """

    def __init__(self, handle: int, size: int) -> None:
        self._handle = handle
        self._size = size
        self._at = 0
        self.content = 0
        """Where the content lies that was passed over or taken last, in bytes from the start of the file."""
        self.has_end = False
        """Whether the zeros were met that end an archive; one without them may have been cut between two members."""

    def block(self) -> bytes:
        """The next header block; empty at the end of the archive."""
        block = self._read(BLOCK)
        if len(block) < BLOCK:
            if block.strip(b"\0"):
                raise UnreadableLayer("the archive ends in the middle of a member header")
            return b""
        if block != _ZEROS:
            return block
        if self._read(BLOCK).strip(b"\0"):
            raise UnreadableLayer("a block of zeros stands between members of the archive")
        self.has_end = True
        return b""

    def skip(self, size: int) -> None:
        """Passes over `size` bytes of content and their padding; only padding may be missing at the very end."""
        if size > self._size - self._at:
            raise UnreadableLayer("the archive ends in the middle of a member")
        self.content = self._at
        self._at += size + -size % BLOCK

    def take(self, size: int) -> bytes:
        """Content of `size` bytes; its padding is passed over."""
        start = self._at
        self.skip(size)
        return os.pread(self._handle, size, start)

    def _read(self, size: int) -> bytes:
        data = os.pread(self._handle, size, self._at)
        self._at += len(data)
        return data


class StreamBlocks:
    """An archive that comes in chunks; what stands behind its end is read too."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._chunk = b""
        self._at = 0

    def block(self) -> bytes:
        """The next header block; empty at the end of the archive, after everything behind it was read."""
        at = self._at
        block = self._chunk[at : at + BLOCK]
        self._at = at + BLOCK
        if len(block) < BLOCK:
            block = self._joined(block, BLOCK)
            if len(block) < BLOCK:
                if block.strip(b"\0"):
                    raise UnreadableLayer("the archive ends in the middle of a member header")
                return b""
        if block != _ZEROS:
            return block
        second = self._joined(b"", BLOCK)
        if second.strip(b"\0"):
            raise UnreadableLayer("a block of zeros stands between members of the archive")
        for _ in self._chunks:
            pass  # whoever feeds the chunks counts and hashes them to the end
        return b""

    def skip(self, size: int) -> None:
        """Passes over `size` bytes of content and their padding."""
        self._at += size + -size % BLOCK
        if self._at > len(self._chunk):
            self._advance(-size % BLOCK)

    def take(self, size: int) -> bytes:
        """Content of `size` bytes; its padding is passed over."""
        at = self._at
        data = self._chunk[at : at + size]
        self._at = at + len(data)
        if len(data) < size:
            data = self._joined(data, size)
            if len(data) < size:
                raise UnreadableLayer("the archive ends in the middle of a member")
        self._at += -size % BLOCK
        if self._at > len(self._chunk):
            self._advance(-size % BLOCK)
        return data

    def _advance(self, padding: int) -> None:
        """Goes on to the chunk in which the position lies; only padding may be missing at the very end."""
        beyond = self._at - len(self._chunk)
        for chunk in self._chunks:
            if beyond <= len(chunk):
                self._chunk, self._at = chunk, beyond
                return
            beyond -= len(chunk)
        if beyond > padding:
            raise UnreadableLayer("the archive ends in the middle of a member")
        self._chunk, self._at = b"", 0

    def _joined(self, start: bytes, size: int) -> bytes:
        """`start` and what follows it in the next chunks, `size` bytes together or fewer at the end of everything."""
        joined = io.BytesIO()  # gives out what was written without a copy, and each chunk is free once it is in
        joined.write(start)
        missing = size - len(start)
        while missing:
            if self._at >= len(self._chunk):
                self._chunk, self._at = next(self._chunks, b""), 0
                if not self._chunk:
                    break
            part = memoryview(self._chunk)[self._at : self._at + missing]
            joined.write(part)
            missing -= len(part)
            self._at += len(part)
        return joined.getvalue()
