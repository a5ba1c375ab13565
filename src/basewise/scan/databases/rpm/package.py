"""What a header, or a line of a container manifest, says of a package: its record and the files it owns."""

from __future__ import annotations

import msgspec

from basewise.model.contents import PackageRecord
from basewise.scan.databases.rpm import header as tags
from basewise.scan.databases.rpm.header import BrokenHeader, Header
from basewise.scan.databases.stanzas import is_word, text

KEY = "gpg-pubkey"
"""Keys that rpm trusts are stored as if they were packages (rpm-keyring(8)); they are none."""


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a package, raw; empty where nothing is."""

    name: str
    version: str
    release: str
    epoch: str = ""
    architecture: str = ""
    vendor: str = ""
    source_rpm: str = ""
    """File name of the source package, `bash-5.1.8-9.el9.src.rpm`."""
    module: str = ""


def fields_of(header: Header) -> Fields:
    """The fields of a header.

    Raises:
        BrokenHeader: a value is outside the header, or of a wrong type.
    """
    epoch = header.numbers(tags.EPOCH)
    return Fields(
        name=text(header.text(tags.NAME)),
        version=text(header.text(tags.VERSION)),
        release=text(header.text(tags.RELEASE)),
        epoch=str(epoch[0]) if epoch else "",
        architecture=text(header.text(tags.ARCH)),
        vendor=text(header.text(tags.VENDOR)),
        source_rpm=text(header.text(tags.SOURCE_RPM)),
        module=text(header.text(tags.MODULARITY_LABEL)),
    )


def problem_of(fields: Fields) -> str:
    """Why the fields describe no package; '' when they do."""
    if not is_word(fields.name):
        return "has no valid name"
    if not (is_word(fields.version) and is_word(fields.release)):
        return f"({fields.name}) has no valid version and release"
    return ""


def record_of(path: str, fields: Fields) -> PackageRecord:
    """The record of a package, whose version is `[epoch:]version-release` (rpm-version(7))."""
    evr = f"{fields.version}-{fields.release}"
    source, source_version = _source(fields.source_rpm)
    return PackageRecord(
        type="rpm",
        database=path,
        name=fields.name,
        version=f"{fields.epoch}:{evr}" if fields.epoch else evr,
        source="" if source == fields.name else source,
        source_version="" if source_version == evr else source_version,
        architecture=fields.architecture,
        maintainer=fields.vendor,
        module=fields.module,
    )


def owned_paths(header: Header, room: int) -> bytes:
    """Paths of the package's files, NUL-separated, without leading slash; they are stored as folder and base name.

    Args:
        room: bytes that they may be together; a hostile header can name one long folder a million times.

    Raises:
        BrokenHeader: the lists do not fit together, or the paths are too long.
    """
    names, folders, indexes = (
        header.texts(tags.BASE_NAMES),
        header.texts(tags.DIR_NAMES),
        header.numbers(tags.DIR_INDEXES),
    )
    if len(names) != len(indexes) or (indexes and max(indexes) >= len(folders)):
        raise BrokenHeader("has lists of files that do not fit together")
    lengths = [len(folder) for folder in folders]
    if sum(map(len, names)) + sum(lengths[index] for index in indexes) + len(names) > room:
        raise BrokenHeader("has paths beyond layer_path_bytes")
    return b"\0".join((folders[index] + name).lstrip(b"/") for index, name in zip(indexes, names, strict=True))


def _source(source_rpm: str) -> tuple[str, str]:
    """Name and version-release of `name-version-release.src.rpm` or `.nosrc.rpm`; empty for anything else."""
    stem, dot, kind = source_rpm.removesuffix(".rpm").rpartition(".")
    parts = stem.rsplit("-", 2)
    if not dot or kind not in {"src", "nosrc"} or len(parts) != 3 or not all(map(is_word, parts)):
        return "", ""
    return parts[0], f"{parts[1]}-{parts[2]}"
