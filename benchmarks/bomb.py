"""Makes an image whose single layer is 20 GB of zeros in 20 MB: `python -m benchmarks.bomb DIR`.

Compressing 20 GB takes minutes, so 100 MB are compressed once and the result is repeated: a deflate stream that was
fully flushed refers to nothing before it (RFC 1951, section 3.2.4, and zlib's Z_FULL_FLUSH). One gzip member, with the
right checksum, so that nothing but its size is wrong with it. Its descriptor says that the blob has a terabyte, as one
would that wants its ratio to look harmless.
"""

from __future__ import annotations

import struct
import sys
import tarfile
import zlib
from pathlib import Path

import msgspec
from isal import isal_zlib

from basewise.demo.layout import BuiltLayer, LayoutBuilder

NAME = "bomb"
DECLARED_BYTES = 10**12
_MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"


def gzip_of_zeros(piece_bytes: int, pieces: int) -> tuple[bytes, int]:
    """A gzip stream of a tar archive with one file of `piece_bytes * pieces` zeros, and its size when inflated."""
    size = piece_bytes * pieces
    member = tarfile.TarInfo("srv/zeros")
    member.size = size
    header = member.tobuf(tarfile.GNU_FORMAT)
    tail = bytes(-size % 512 + 1024)
    compressor = zlib.compressobj(9, wbits=-15)
    head = compressor.compress(header) + compressor.flush(zlib.Z_FULL_FLUSH)
    zeros = bytes(piece_bytes)
    piece = compressor.compress(zeros) + compressor.flush(zlib.Z_FULL_FLUSH)
    end = compressor.compress(tail) + compressor.flush(zlib.Z_FINISH)
    checksum = zlib.crc32(header)
    for _ in range(pieces):
        checksum = isal_zlib.crc32(zeros, checksum)
    checksum = zlib.crc32(tail, checksum)
    total = len(header) + size + len(tail)
    start = b"\x1f\x8b\x08" + bytes(5) + b"\x02\xff"
    return start + head + piece * pieces + end + struct.pack("<II", checksum, total & 0xFFFFFFFF), total


def main() -> None:
    """Writes the layout named on the command line."""
    builder = LayoutBuilder(Path(sys.argv[1]))
    blob, inflated = gzip_of_zeros(100_000_000, 200)
    descriptor = msgspec.structs.replace(builder.blob(blob, _MEDIA_TYPE), size=DECLARED_BYTES)
    layer = BuiltLayer(descriptor, "sha256:" + "0" * 64)
    builder.image(NAME, [layer])
    print(f"{len(blob)} bytes that inflate to {inflated}")


if __name__ == "__main__":
    main()
