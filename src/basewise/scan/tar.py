"""Walks a tar archive as a stream: a bare pass over its 512-byte headers that never holds a file's content.

Formats: ustar and pax (POSIX.1-2024, pax, "ustar Interchange Format"), GNU tar (long names, base-256 numbers, sparse
files) and the older V7. Where formats leave a choice, the walk does what Go's archive/tar does, because that is what
the container runtimes unpack with: pax *global* headers are passed over, two blocks of zeros end the archive even when
more follows, and a missing end is forgiven between members but not inside one. Nothing is ever written to disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from basewise.model.errors import LimitExceeded, UnreadableLayer
from basewise.model.limits import Limits
from basewise.scan.paths import clean
from basewise.scan.pax import Extension, long_name, read_records
from basewise.scan.tar_header import BLOCK, DIRECTORY, FILE, SPARSE, Member, read_header

_ZEROS = bytes(BLOCK)
_REGULAR = frozenset({b"0", b"\0", b"7"})
_WITHOUT_DATA = frozenset({b"1", b"2", b"3", b"4", b"5", b"6"})
"""Links, devices, directories, FIFOs: a size in their header counts for nothing."""
_EXTENDED = frozenset({b"x", b"g", b"L", b"K"})


def members(
    chunks: Iterable[bytes], wants: Callable[[Member], bool], limits: Limits, skipped: Counter[str]
) -> Iterator[Member]:
    """Members in archive order.

    Args:
        chunks: the inflated archive; always read to its end, also past the end-of-archive blocks.
        wants: asked of every regular file, before its content, whether that is to be given out.
        skipped: counts, by reason, members that are not given out.

    Raises:
        UnreadableLayer: not a tar archive, or cut in the middle of a member.
        LimitExceeded: more members, or longer extended headers, than allowed.
    """
    stream = _Stream(chunks)
    extension: Extension | None = None
    entries = 0
    while block := stream.block():
        entries += 1
        if entries > limits.layer_entries:
            raise LimitExceeded(f"more than {limits.layer_entries} archive members (layer_entries)")
        member = read_header(block)
        if member.type in _EXTENDED:
            extension = _extended(member, stream, extension, limits)
            continue
        if extension is not None or member.type != FILE:
            _settle(member, extension, block, stream)
            extension = None
        if not _is_placed(member, limits, skipped):
            stream.skip(member.size)
            continue
        if member.type == FILE and wants(member):
            member.data = stream.take(member.size)
        elif member.size:
            stream.skip(member.size)
        yield member
    if extension is not None:
        raise UnreadableLayer("the archive ends between an extended header and its member")


def _extended(header: Member, stream: _Stream, before: Extension | None, limits: Limits) -> Extension | None:
    """What the extended header says, together with those right before it."""
    if header.size > limits.extended_header_bytes:
        raise LimitExceeded(
            f"an extended header of {header.size} bytes; extended_header_bytes is {limits.extended_header_bytes}"
        )
    body = stream.take(header.size)
    if header.type == b"g":
        return before
    known = before or Extension()
    if header.type == b"x":
        records = read_records(body)
        records.long_name, records.long_link = known.long_name, known.long_link
        return records
    if header.type == b"L":
        known.long_name = long_name(body)
    else:
        known.long_link = long_name(body)
    return known


def _settle(member: Member, extension: Extension | None, block: bytes, stream: _Stream) -> None:
    """Applies extended headers, brings the spellings of one type together and drops sizes that count for nothing."""
    if member.type == SPARSE:
        _pass_sparse_map(block, stream)
    if extension is not None:
        _extend(member, extension)
    if member.type == b"\0" and member.path.endswith("/"):
        member.type = DIRECTORY  # V7 had no type for directories
    if member.type in _WITHOUT_DATA:
        member.size = 0
    elif member.type in _REGULAR:
        member.type = SPARSE if extension is not None and extension.sparse else FILE


def _extend(member: Member, extension: Extension) -> None:
    member.path = extension.long_name or extension.path or member.path
    member.link = extension.long_link or extension.link or member.link
    if extension.size is not None:
        member.size = extension.size
    if extension.mtime is not None:
        member.mtime = extension.mtime


def _pass_sparse_map(block: bytes, stream: _Stream) -> None:
    """Passes over the blocks in which old GNU tar continues the map of a sparse file (manual, "Old GNU Format")."""
    more = block[482]
    while more:
        block = stream.block()
        if not block:
            raise UnreadableLayer("the archive ends inside the map of a sparse file")
        more = block[504]


def _is_placed(member: Member, limits: Limits, skipped: Counter[str]) -> bool:
    """Settles the member's path; False for one that is passed over, which is counted unless it is the root itself."""
    path = clean(member.path)
    if path and len(path) <= limits.path_bytes and "\0" not in path:
        member.path = path
        return True
    if path is None:
        skipped["path leads out of the image"] += 1
    elif path:
        skipped["NUL in the path" if "\0" in path else f"path is longer than {limits.path_bytes} (path_bytes)"] += 1
    elif member.type != DIRECTORY:
        skipped["no path"] += 1
    return False


class _Stream:
    """The inflated archive as blocks, content, and content that is passed over without copying."""

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
        parts, have = [start], len(start)
        while have < size:
            if self._at >= len(self._chunk):
                self._chunk, self._at = next(self._chunks, b""), 0
                if not self._chunk:
                    break
            part = self._chunk[self._at : self._at + size - have]
            parts.append(part)
            have += len(part)
            self._at += len(part)
        return b"".join(parts)
