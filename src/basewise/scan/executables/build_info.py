"""Go's build information: where it lies in a program, and what it says.

Format: Go's debug/buildinfo, "BuildInfo" and its reader: a 32-byte header with a magic, then (since Go 1.18) the
toolchain's version and the module information as strings with a varint length, before that as addresses of Go strings.
The text of the module information: runtime/debug, `BuildInfo.String`.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

import msgspec

from basewise.model.limits import Limits
from basewise.scan.executables.elf import BrokenElf, Elf

_SECTION = b".go.buildinfo"
_MAGIC = b"\xff Go buildinf:"
_ALIGNED = 16
_HEADER = 32
_INLINE = 2
_BIG_ENDIAN = 1
_FRAME = 16
"""Bytes of a marker before and behind the module information."""
_TOOLCHAIN = re.compile(r"go(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?:(rc|beta)(\d{1,6}))?(?![\w.])")


class BuildInfo(msgspec.Struct, frozen=True):
    """What a Go program says of its build."""

    toolchain: str
    """As the toolchain calls itself, `go1.22.1` or `go1.22.1 X:boringcrypto`."""
    modules: str = ""
    """Lines `path`, `mod`, `dep`, `=>`, `build`, their fields separated by tabs; '' for a build without modules."""


class Module(msgspec.Struct, frozen=True):
    """One module of a program; a replacement stands in place of what it replaces."""

    kind: str
    """`mod` for the main module, else `dep`."""
    path: str
    version: str


def read_build_info(data: bytes, limits: Limits) -> BuildInfo | None:
    """The build information of an ELF file; None when it is no Go program.

    Raises:
        BrokenElf: there should be build information, but it is not in its section, points outside the file or is longer
            than `build_info_bytes`.
    """
    try:
        elf = Elf(data)
        area = elf.section(_SECTION) if elf.has_sections else _writable(elf, data)
    except BrokenElf:
        if _MAGIC not in data:
            return None
        raise
    if not area:
        return None
    at = area.find(_MAGIC)
    while at % _ALIGNED and at >= 0:
        at = area.find(_MAGIC, at + 1)
    if at < 0:
        if elf.has_sections:
            raise BrokenElf("its section holds none")
        return None
    area = area[at:]
    if len(area) < _HEADER:
        raise BrokenElf("its header is cut")
    if area[15] & _INLINE:
        version, end = _inline(area, _HEADER, limits)
        modules, _ = _inline(area, end, limits)
    else:
        version, modules = _by_address(elf, area, limits)
    return BuildInfo(version.decode("utf-8", "replace"), _unframed(modules).decode("utf-8", "replace"))


def modules(info: BuildInfo) -> Iterator[Module]:
    """Main module and dependencies, with what replaces them."""
    last: Module | None = None
    for line in info.modules.split("\n"):
        kind, *fields = line.split("\t")
        if kind == "=>" and last is not None and fields:
            last = Module(last.kind, fields[0], fields[1] if len(fields) > 1 else "")
            continue
        if last is not None:
            yield last
        last = Module(kind, fields[0], fields[1]) if kind in {"mod", "dep"} and len(fields) > 1 else None
    if last is not None:
        yield last


def toolchain_version(text: str) -> str:
    """Semantic version of a Go release: `go1.22.1` is 1.22.1, `go1.21` is 1.21.0, `go1.22rc1` is 1.22.0-rc.1.

    Go's vulnerability database writes them so (https://go.dev/doc/security/vuln/database, "Schema").

    Returns:
        '' for a development version, which is no release.
    """
    found = None if "devel" in text else _TOOLCHAIN.match(text)
    if found is None:
        return ""
    major, minor, patch, stage, number = found.groups()
    return f"{major}.{minor}.{patch or 0}" + (f"-{stage}.{number}" if stage else "")


def main_path(info: BuildInfo) -> str:
    """Import path of the main package; '' when the program does not say it."""
    first = info.modules.partition("\n")[0]
    return first.removeprefix("path\t") if first.startswith("path\t") else ""


def has_version(module: Module) -> bool:
    """False for `(devel)` and, of a main module, for the v0.0.0 that Go gives to a checkout without tags."""
    if module.version in {"", "(devel)"}:
        return False
    return module.kind == "dep" or not module.version.startswith("v0.0.0-")


def _writable(elf: Elf, data: bytes) -> bytes | None:
    """The first segment of data, where the linker puts build information."""
    for segment in elf.segments():
        if segment.writable:
            return data[segment.offset : segment.offset + segment.size]
    return None


def _inline(area: bytes, at: int, limits: Limits) -> tuple[bytes, int]:
    """The string whose varint length (encoding/binary, "Uvarint") stands at `at`, and where it ends."""
    size = shift = 0
    for position in range(at, min(at + 10, len(area))):
        byte = area[position]
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            start = position + 1
            if size > limits.build_info_bytes:
                raise BrokenElf(f"{size} bytes; build_info_bytes is {limits.build_info_bytes}")
            if start + size > len(area):
                raise BrokenElf("it ends outside its section")
            return area[start : start + size], start + size
    raise BrokenElf("the length of a string is cut")


def _by_address(elf: Elf, area: bytes, limits: Limits) -> tuple[bytes, bytes]:
    """Version and modules of a program before Go 1.18: addresses of two Go strings, an address and a length each."""
    width = area[14]
    if width not in {4, 8}:
        raise BrokenElf(f"addresses of {width} bytes")
    pair = struct.Struct((">" if area[15] & _BIG_ENDIAN else "<") + ("QQ" if width == 8 else "II"))

    def text(address: int) -> bytes:
        if not address:
            return b""
        start, size = pair.unpack(elf.at_address(address, pair.size))
        if size > limits.build_info_bytes:
            raise BrokenElf(f"{size} bytes; build_info_bytes is {limits.build_info_bytes}")
        return elf.at_address(start, size)

    version, modules_at = pair.unpack_from(area, 16)
    return text(version), text(modules_at)


def _unframed(raw: bytes) -> bytes:
    """The module information without the markers around it; b'' when it is not framed as the linker does."""
    framed = len(raw) > 2 * _FRAME and raw[-_FRAME - 1 : -_FRAME] == b"\n"
    return raw[_FRAME:-_FRAME] if framed else b""
