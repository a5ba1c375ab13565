"""Python distributions: the metadata that installers leave beside the code.

Core metadata specifications (packaging.python.org), "Name" and "Version"; recorded as PEP 376 and PEP 491 say in
`*.dist-info/METADATA`, by older tools in `*.egg-info/PKG-INFO`, a file `*.egg-info`, or `EGG-INFO/PKG-INFO` of an egg,
which may be a folder or a zip archive (setuptools, "The Internal Structure of Python Eggs").
"""

from __future__ import annotations

import csv
import posixpath
import re

from basewise.model.limits import Limits
from basewise.scan.interface import FileContents, PackageFile
from basewise.scan.languages.found import Found
from basewise.scan.languages.zip_archive import BadArchive, beginning, entries

_METADATA = (".dist-info/METADATA", ".egg-info/PKG-INFO", "EGG-INFO/PKG-INFO")
_EGG_METADATA = b"EGG-INFO/PKG-INFO"
_FIELD = re.compile(rb"^(Name|Version):[ \t]*(.*?)[ \t]*$", re.IGNORECASE | re.MULTILINE)


class PythonMetadata(PackageFile):
    """One installed distribution, by the name it was written with."""

    type = "pypi"
    endings = (*_METADATA, ".egg-info")

    def wants(self, path: str) -> bool:
        return path.endswith(self.endings)

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        found = Found("pypi", path, limits)
        place = path if path.endswith(".egg-info") else path.rpartition("/")[0]
        _add(found, data[: limits.package_text_bytes], place)
        return found.contents()


class PythonFiles(PackageFile):
    """The files of one installed distribution (PyPA specifications, "Recording installed projects", RECORD).

    One that is a hard link tells none, and the library's files count as nobody's: what it lists is relative to where it
    lies, and a hard link is given the packages of what it leads to, no more. Installers write each RECORD anew.
    """

    type = "pypi"
    endings = (".dist-info/RECORD",)

    def wants(self, path: str) -> bool:
        return path.endswith(self.endings)

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        if len(data) > limits.package_text_bytes:
            return FileContents()
        folder = posixpath.dirname(posixpath.dirname(path))
        rows = csv.reader(data.decode("utf-8", "backslashreplace").splitlines())
        try:
            places = [posixpath.normpath(posixpath.join(folder, row[0])) for row in rows if row]
        except csv.Error:
            return FileContents()
        inside = [path, *(place for place in places if not place.startswith(("/", "..")))]
        return FileContents(files="\0".join(inside).encode("utf-8", "backslashreplace"))


class PythonEgg(PackageFile):
    """A distribution that was never unpacked."""

    type = "pypi"
    endings = (".egg",)

    def wants(self, path: str) -> bool:
        return path.endswith(self.endings)

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        found = Found("pypi", path, limits)
        try:
            for entry in entries(data, lambda name: name == _EGG_METADATA, limits.archive_entries):
                _add(found, beginning(data, entry, limits.archive_text_bytes), path)
        except BadArchive as error:
            found.note(path, str(error))
        return found.contents()


def _add(found: Found, data: bytes, path: str) -> None:
    header = data.replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")[0]  # what follows is the description
    fields: dict[bytes, str] = {}
    for field in _FIELD.finditer(header):
        fields.setdefault(field[1].lower(), field[2].decode("utf-8", "backslashreplace"))
    found.add(fields.get(b"name", ""), fields.get(b"version", ""), path)
