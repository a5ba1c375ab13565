"""Walks a tar archive: a bare pass over its 512-byte headers that never holds a file's content unless asked.

Formats: ustar and pax (POSIX.1-2024, pax, "ustar Interchange Format"), GNU tar (long names, base-256 numbers, sparse
files) and the older V7. Where formats leave a choice, the walk does what Go's archive/tar does, because that is what
the container runtimes unpack with: pax *global* headers are passed over, two blocks of zeros end the archive even when
more follows, and a missing end is forgiven between members but not inside one. Nothing is ever written to disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from basewise.archive.blocks import Blocks, StreamBlocks
from basewise.archive.paths import clean
from basewise.archive.pax import Extension, long_name, read_records
from basewise.archive.tar_header import DIRECTORY, FILE, SPARSE, Member, read_header
from basewise.model.errors import LimitExceeded, UnreadableLayer
from basewise.model.limits import Limits

_REGULAR = frozenset({b"0", b"\0", b"7"})
_WITHOUT_DATA = frozenset({b"1", b"2", b"3", b"4", b"5", b"6"})
"""Links, devices, directories, FIFOs: a size in their header counts for nothing."""
_EXTENDED = frozenset({b"x", b"g", b"L", b"K"})


def members(
    chunks: Iterable[bytes], wants: Callable[[Member], bool], limits: Limits, skipped: Counter[str]
) -> Iterator[Member]:
    """Members of an archive that comes as a stream, see `walk`.

    Args:
        chunks: the inflated archive; always read to its end, also past the end-of-archive blocks.
    """
    return walk(StreamBlocks(chunks), wants, limits, skipped)


def walk(stream: Blocks, wants: Callable[[Member], bool], limits: Limits, skipped: Counter[str]) -> Iterator[Member]:
    """Members in archive order.

    Args:
        wants: asked of every regular file, before its content, whether that is to be given out.
        skipped: counts, by reason, members that are not given out.

    Raises:
        UnreadableLayer: not a tar archive, or cut in the middle of a member.
        LimitExceeded: more members, or longer extended headers, than allowed.
    """
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


def _extended(header: Member, stream: Blocks, before: Extension | None, limits: Limits) -> Extension | None:
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


def _settle(member: Member, extension: Extension | None, block: bytes, stream: Blocks) -> None:
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


def _pass_sparse_map(block: bytes, stream: Blocks) -> None:
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
