"""The list of packages that Azure Linux leaves in images from which it takes rpm and its database away.

`container-manifest-2` has ten fields a line, separated by tabs, in the order of the query format with which Marinara,
which builds these images, writes it (https://github.com/microsoft/marinara): name, version-release, times of
installation and build, vendor, epoch, size, architecture, epoch as a number, source package. `(none)` is rpm's word.
"""

from __future__ import annotations

from collections.abc import Iterator

from basewise.scan.databases.rpm.package import Fields
from basewise.scan.databases.stanzas import lines

PATH = "var/lib/rpmmanifest/container-manifest-2"
_FIELDS = 10


def read_manifest(data: bytes) -> Iterator[Fields | str]:
    """What each line says of a package, or why it says nothing."""
    for number, line in enumerate(lines(data), start=1):
        if not line:
            continue
        fields = ["" if field == "(none)" else field for field in line.split("\t")]
        if len(fields) < _FIELDS:
            yield f"line {number} has {len(fields)} fields of {_FIELDS}"
            continue
        name, evr, _, _, vendor, epoch, _, architecture, _, source_rpm = fields[:_FIELDS]
        version, _, release = evr.rpartition("-")
        yield Fields(
            name=name,
            version=version,
            release=release,
            epoch=epoch if epoch.isdecimal() else "",
            architecture=architecture,
            vendor=vendor,
            source_rpm=source_rpm,
        )
