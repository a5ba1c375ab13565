"""Rust programs that say which crates they are made of: what `cargo auditable` adds to a program.

Format: https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md: section `.dep-v0`, JSON compressed
with zlib. Crates that only helped to build (`kind: build`) are not in the program and are left out.
"""

from __future__ import annotations

import zlib

import msgspec

from basewise.model.contents import PackageRecord
from basewise.model.evidence import Status
from basewise.model.limits import Limits
from basewise.scan.executables.elf import BrokenElf, Elf
from basewise.scan.interface import Executable, FileContents

_SECTION = b".dep-v0"


class _Crate(msgspec.Struct, frozen=True):
    name: str
    version: str
    kind: str = "runtime"


class _Dependencies(msgspec.Struct, frozen=True):
    packages: list[_Crate]


_DECODER = msgspec.json.Decoder(_Dependencies)


class RustPrograms(Executable):
    """Packages from the `.dep-v0` section of Rust programs."""

    type = "cargo"

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        try:
            stored = Elf(data).section(_SECTION)
        except BrokenElf:
            return FileContents()  # CutPrograms says it
        if stored is None:
            return FileContents()
        try:
            found = _DECODER.decode(_inflated(stored, limits.crate_list_bytes))
        except (ValueError, zlib.error) as error:
            return FileContents(status=Status("partial", f"{path}: its list of crates cannot be read: {error}"))
        return FileContents(
            records=[
                PackageRecord(type="cargo", database=path, name=name, version=version, path=path)
                for name, version in dict.fromkeys(
                    (crate.name, crate.version) for crate in found.packages if crate.kind != "build"
                )
            ]
        )


def _inflated(stored: bytes, most: int) -> bytes:
    """Raises ValueError when there is more than `most` bytes, or an end is missing; zlib.error for what is no zlib."""
    inflater = zlib.decompressobj()
    text = inflater.decompress(stored, most)
    if inflater.unconsumed_tail:
        raise ValueError(f"more than {most} bytes (crate_list_bytes)")
    if not inflater.eof:
        raise ValueError("it ends too early")
    return text
