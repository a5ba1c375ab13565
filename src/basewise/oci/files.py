"""Images in files: layouts and archives, by the transports that name them."""

from __future__ import annotations

from pathlib import Path

from basewise.model.redaction import without_login
from basewise.oci.docker_archive import MANIFEST, DockerArchiveSource
from basewise.oci.interface import Opening
from basewise.oci.layout import MARKER, LayoutSource
from basewise.oci.oci_archive import OciArchiveSource
from basewise.oci.spool import open_archive
from basewise.oci.stored import StoredSource, Transport


class _Path(Transport):
    """A path and what is selected there, with a colon between, as containers-transports(5) has it."""

    def split(self, text: str) -> tuple[str, str]:
        location, _, selected = text.partition(":")
        return location, selected

    def join(self, location: str, selected: str) -> str:
        return f"{location}:{selected}"

    def shown(self, text: str) -> str:
        location, selected = self.split(text)
        return self.join(location, without_login(selected)) if selected else text


class OciLayout(_Path):
    """A layout in a directory."""

    syntax = "oci:DIR[:TAG]"

    def open(self, location: str, opening: Opening) -> StoredSource:
        return LayoutSource(Path(location), opening.limits)


class OciArchive(_Path):
    """A layout in an archive."""

    syntax = "oci-archive:FILE[:TAG]"

    def open(self, location: str, opening: Opening) -> StoredSource:
        return OciArchiveSource(open_archive(location, opening), opening.limits)


class DockerArchive(_Path):
    """What `docker save` wrote."""

    syntax = "docker-archive:FILE[:REF|@N]"

    def open(self, location: str, opening: Opening) -> StoredSource:
        return DockerArchiveSource(open_archive(location, opening), opening.limits)


def open_images(path: Path, opening: Opening) -> StoredSource:
    """The images at a path, whatever kind of layout or archive it is.

    An archive that is both a layout and a docker-archive is taken as a layout, which tells more digests.

    Raises:
        WrongKind: it is none.
        UsageError: it cannot be opened.
        ImageError: it cannot be read.
    """
    if path.is_dir() or not path.exists():
        return LayoutSource(path, opening.limits)
    archive = open_archive(str(path), opening)
    if MARKER in archive or MANIFEST not in archive:
        return OciArchiveSource(archive, opening.limits)
    return DockerArchiveSource(archive, opening.limits)
