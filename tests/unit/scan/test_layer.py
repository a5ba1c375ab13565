import gzip
import hashlib
import random
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from basewise.archive.inflate import PIECE_BYTES
from basewise.demo.layout import Entry, archive, compress, opaque, whiteout
from basewise.model.contents import LayerContents
from basewise.model.digest import sha256_of
from basewise.model.errors import DigestMismatch, ImageError
from basewise.model.evidence import Status
from basewise.model.image import LAYER_TYPES, Compression, Descriptor
from basewise.model.limits import DEFAULT_LIMITS, MIB, Limits
from basewise.scan.layer import read_layer

STATUS = b"Package: bash\nStatus: install ok installed\nVersion: 5\nArchitecture: amd64\n"
ENTRIES = [
    Entry(path="usr", directory=True),
    Entry(path="./usr/lib/os-release", data=b"ID=debian\nVERSION_ID=11\n"),
    Entry(path="etc/os-release", link="../usr/lib/os-release"),
    Entry(path="var/lib/dpkg/status", data=STATUS),
    Entry(path="usr/bin/bash", data=b"x" * 100_000, mode=0o755),
    Entry(path="usr/bin/su", mode=0o4755),
    whiteout("etc/motd"),
    opaque("srv"),
]
TYPES = {compression: media_type for media_type, compression in reversed(LAYER_TYPES.items())}


def read(
    blob: bytes,
    compression: Compression = "gzip",
    limits: Limits = DEFAULT_LIMITS,
    chunk: int = 65_536,
    failure: ImageError | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> LayerContents:
    def source() -> Iterator[bytes]:
        for start in range(0, len(blob), chunk):
            yield blob[start : start + chunk]
        if failure:
            raise failure

    return read_layer(source(), Descriptor(TYPES[compression], sha256_of(blob), len(blob)), limits, monotonic)


def holds_nothing(contents: LayerContents) -> bool:
    nothing = not (contents.files or contents.records or contents.whiteouts or contents.surface or contents.os_releases)
    return nothing and contents.diff_id == "" and contents.status.status == "not_assessed"


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
@pytest.mark.parametrize("chunk", [100, 1_000_000])
def test_a_layer_is_read_in_one_pass(compression: Compression, chunk: int) -> None:
    data = archive(ENTRIES)
    blob = compress(data, compression)
    found = read(blob, compression, chunk=chunk)
    assert found.status.is_ok
    assert (found.blob, found.diff_id) == (sha256_of(blob), sha256_of(data))
    assert (found.blob_bytes, found.inflated_bytes) == (len(blob), len(data))
    assert [record.name for record in found.records] == ["bash"]
    assert [release.path for release in found.os_releases] == ["usr/lib/os-release"]
    assert (found.whiteouts, found.opaque) == (["etc/motd"], ["srv"])
    assert found.files.split(b"\0")[0] == b"usr/lib/os-release"
    assert [(entry.kind, entry.path) for entry in found.surface] == [
        ("shell", "usr/bin/bash"),
        ("setuid", "usr/bin/su"),
    ]


def test_the_diff_id_covers_what_stands_behind_the_end_of_the_archive() -> None:
    data = archive(ENTRIES) + b"trailing bytes" * 1000
    assert read(gzip.compress(data)).diff_id == sha256_of(data)


def test_an_archive_without_end_blocks_is_whole() -> None:
    data = archive(ENTRIES, end_blocks=False)
    found = read(gzip.compress(data))
    assert (found.status.is_ok, found.diff_id) == (True, sha256_of(data))


def test_an_unknown_media_type_is_not_assessed() -> None:
    descriptor = Descriptor("application/vnd.example.layer+encrypted", "sha256:" + "0" * 64, 5)
    found = read_layer(iter([b"bytes"]), descriptor, DEFAULT_LIMITS, time.monotonic)
    assert holds_nothing(found)
    assert found.status.reason == "unknown media type 'application/vnd.example.layer+encrypted'"


def test_a_wrong_digest_leaves_nothing_of_the_layer() -> None:
    found = read(gzip.compress(archive(ENTRIES)), failure=DigestMismatch("the digest differs"))
    assert holds_nothing(found)
    assert found.status.reason == "the digest differs"


def test_a_wrong_digest_is_the_reason_also_for_bytes_that_cannot_be_read() -> None:
    blob = gzip.compress(archive(ENTRIES))
    for damaged in (blob[:100], blob[:50] + b"damage" + blob[56:], b"nothing of the kind" * 50):
        assert read(damaged, failure=DigestMismatch("the digest differs")).status.reason == "the digest differs"


def test_a_broken_transfer_is_not_assessed() -> None:
    blob = gzip.compress(archive(ENTRIES))
    assert read(blob[:300], failure=ImageError("the server closed the connection")).status.reason.startswith(
        "the server"
    )


def test_an_archive_cut_after_its_database_is_partial_with_what_was_read() -> None:
    data = archive(ENTRIES)
    found = read(gzip.compress(data[: data.index(b"x" * 100) + 500]))
    assert found.status.status == "partial"
    assert found.status.reason == "the archive ends in the middle of a member"
    assert [record.name for record in found.records] == ["bash"]
    assert found.diff_id == ""


def test_an_archive_cut_before_its_database_is_not_assessed() -> None:
    data = archive(ENTRIES)
    found = read(gzip.compress(data[: data.index(b"Package: bash")]))
    assert holds_nothing(found)
    assert found.status.reason == "the archive ends in the middle of a member"


def test_an_archive_cut_after_a_library_is_partial_with_what_was_read() -> None:
    library = Entry(path="app/node_modules/a/package.json", data=b'{"name": "a", "version": "1.0.0"}')
    data = archive([library, Entry(path="big", data=b"x" * 5000)])
    found = read(gzip.compress(data[:3000]))
    assert found.status == Status("partial", "the archive ends in the middle of a member")
    assert [record.name for record in found.records] == ["a"]


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_compressed_stream_cut_short_is_never_ok(compression: Compression) -> None:
    blob = compress(archive(ENTRIES), compression)
    for length in range(0, len(blob), 37):
        found = read(blob[:length], compression)
        assert not found.status.is_ok
        assert found.diff_id == ""


def test_members_that_lead_out_of_the_image_make_the_layer_partial() -> None:
    data = archive([*ENTRIES, Entry(path="../../etc/passwd"), Entry(path="a/../../b")])
    found = read(gzip.compress(data))
    assert found.status.status == "partial"
    assert found.status.reason == "members of the archive passed over: 2, path leads out of the image"
    assert found.diff_id == sha256_of(data)


def test_links_in_a_circle_are_only_names() -> None:
    loops = [
        Entry(path="a", hard_link="b"),
        Entry(path="b", hard_link="a"),
        Entry(path="c", link="c"),
        Entry(path="lib/apk/db/installed", hard_link="usr/lib/apk/db/installed"),
        Entry(path="usr/lib/apk/db/installed", hard_link="lib/apk/db/installed"),
    ]
    found = read(gzip.compress(archive(loops)))
    assert found.files.split(b"\0")[:3] == [b"a", b"b", b"c"]
    assert [database.status.status for database in found.databases] == ["not_assessed", "not_assessed"]


def test_paths_in_broken_encodings_can_be_kept() -> None:
    raw = bytearray(archive([Entry(path="xxxx")], end_blocks=False))
    raw[0:2] = b"\xc3\x28"
    raw[148:156] = b"%06o\0 " % (sum(raw[:148]) + 8 * 32 + sum(raw[156:512]))
    assert read(gzip.compress(bytes(raw))).files.decode() == "\\xc3(xx"


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (Limits(layer_bytes=50_000), "layer_bytes"),
        (Limits(layer_ratio=2, layer_ratio_from=1000), "layer_ratio"),
        (Limits(layer_entries=3), "layer_entries"),
        (Limits(layer_path_bytes=10), "layer_path_bytes"),
        (Limits(layer_seconds=-1.0), "layer_seconds"),
        (Limits(extended_header_bytes=0), "extended_header_bytes"),
    ],
)
def test_a_layer_beyond_a_limit_is_not_assessed_and_says_which(limits: Limits, name: str) -> None:
    found = read(gzip.compress(archive([*ENTRIES, Entry(path="long" * 50)])), limits=limits)
    assert holds_nothing(found)
    assert name in found.status.reason


def test_a_bomb_is_inflated_no_further_than_its_limit_with_little_memory() -> None:
    bomb = gzip.compress(archive([Entry(path="a")])) + gzip.compress(bytes(64 * MIB)) * 20
    chunk = 65_536
    clock = count()  # asked for every chunk that is read and every piece that comes out
    tracemalloc.start()
    found = read(bomb, chunk=chunk, limits=Limits(layer_seconds=1e9), monotonic=lambda: float(next(clock)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert holds_nothing(found)
    assert "layer_ratio" in found.status.reason
    allowed = DEFAULT_LIMITS.layer_ratio * len(bomb) // PIECE_BYTES
    assert allowed * PIECE_BYTES < 20 * 64 * MIB / 2
    assert next(clock) < allowed * 1.1 + len(bomb) / chunk + 10
    assert peak < 32 * MIB


def test_memory_stays_flat_over_a_large_file() -> None:
    block = random.Random(3).randbytes(MIB)
    blob = gzip.compress(archive([Entry(path="large", data=block * 48)]), compresslevel=1)
    tracemalloc.start()
    found = read(blob)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.status.is_ok
    assert peak < 8 * MIB


def test_the_blob_is_always_read_to_its_end() -> None:
    blob = gzip.compress(archive(ENTRIES))
    hashed = hashlib.sha256()

    def source() -> Iterator[bytes]:
        for start in range(0, len(blob), 100):
            hashed.update(blob[start : start + 100])
            yield blob[start : start + 100]

    read_layer(source(), Descriptor(TYPES["gzip"], sha256_of(blob), len(blob)), DEFAULT_LIMITS, time.monotonic)
    assert "sha256:" + hashed.hexdigest() == sha256_of(blob)
