"""Rust programs that say which crates they are made of: what `cargo auditable` adds to a program.

Format: https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md: section `.dep-v0`, JSON compressed
with zlib. Crates that only helped to build (`kind: build`) are not in the program and are left out.
"""

from __future__ import annotations

import zlib
from typing import Generic, TypeVar

import msgspec

from basewise.model.contents import PackageRecord
from basewise.model.evidence import OK, Status
from basewise.model.limits import Limits
from basewise.scan.executables.elf import BrokenElf, Elf
from basewise.scan.interface import Executable, FileContents
from basewise.scan.listing import Listing

_SECTION = b".dep-v0"
_SHOWN = 3
_Entry = TypeVar("_Entry")


class _Crate(msgspec.Struct, frozen=True):
    name: str
    version: str
    kind: str = "runtime"


class _Dependencies(msgspec.Struct, Generic[_Entry], frozen=True):
    packages: list[_Entry]


_CRATES = Listing(
    msgspec.json.Decoder(_Dependencies[_Crate]),
    msgspec.json.Decoder(_Dependencies[msgspec.Raw]),
    msgspec.json.Decoder(_Crate),
    lambda document: (("", crate) for crate in document.packages),
)


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
        odd: list[str] = []
        try:
            crates = _CRATES.read(_inflated(stored, limits.crate_list_bytes), odd.append, limits)
        except (ValueError, RecursionError, zlib.error) as error:
            return FileContents(status=Status("partial", f"{path}: its list of crates cannot be read: {error}"))
        return FileContents(
            records=[
                PackageRecord(type="cargo", database=path, name=name, version=version, path=path)
                for name, version in dict.fromkeys(
                    (crate.name, crate.version) for _, crate in crates if crate.kind != "build"
                )
            ],
            status=Status("partial", f"{path}: {_shown(odd)}") if odd else OK,
        )


def _shown(reasons: list[str]) -> str:
    more = len(reasons) - _SHOWN
    return ", ".join(reasons[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _inflated(stored: bytes, most: int) -> bytes:
    """Raises ValueError when there is more than `most` bytes, or an end is missing; zlib.error for what is no zlib."""
    inflater = zlib.decompressobj()
    text = inflater.decompress(stored, most)
    if inflater.unconsumed_tail:
        raise ValueError(f"more than {most} bytes (crate_list_bytes)")
    if not inflater.eof:
        raise ValueError("it ends too early")
    return text
