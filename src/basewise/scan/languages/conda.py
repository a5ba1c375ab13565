"""Conda: what is installed in one environment, a file for each package below `conda-meta`.

conda's documentation, "conda install" (Developer guide, "Deep dive: conda install") and conda/models/records.py,
`PrefixRecord`; written by conda, mamba, micromamba and pixi alike.

A package of conda owns nothing here. A library of Python in one is recorded by its own metadata too, and it is that
which PyPI's advisories are asked about: nobody publishes advisories by the names of conda's packages.
"""

from __future__ import annotations

import msgspec

from basewise.archive.paths import clean
from basewise.model.limits import Limits
from basewise.scan.interface import FileContents, PackageFile
from basewise.scan.languages.found import Found

_FOLDER = "conda-meta"
_NO_FILES = msgspec.Raw(b"[]")


class _Package(msgspec.Struct):
    name: str = ""
    version: str = ""
    build: str | None = None
    channel: str | None = None
    """Its name, or the address of one of its folders, `https://conda.anaconda.org/conda-forge/linux-64`."""
    subdir: str | None = None
    """Platform that it was built for, `linux-64` or `noarch`."""
    files: msgspec.Raw = _NO_FILES
    """Paths below the environment."""


_PACKAGE = msgspec.json.Decoder(_Package)
_FILES = msgspec.json.Decoder(list[str])


class CondaPackage(PackageFile):
    """One package of an environment, with the files that it put there."""

    type = "conda"
    endings = (".json",)

    def wants(self, path: str) -> bool:
        return path.rpartition("/")[0].rpartition("/")[2] == _FOLDER

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        found = Found("conda", path, limits)
        package = found.json(data, _PACKAGE)
        most = limits.package_name_characters
        if package is None or not found.add(
            package.name,
            package.version,
            path,
            architecture=(package.subdir or "")[:most],
            build=(package.build or "")[:most],
            channel=channel_name(package.channel or "", package.subdir or "")[:most],
        ):
            return found.contents()
        try:
            files = _FILES.decode(package.files)
        except msgspec.MsgspecError as error:
            found.note(path, f"its list of files cannot be read ({error})")
            files = []
        environment = path.rpartition("/")[0].removesuffix(_FOLDER)
        places = (clean(environment + file) for file in files)
        inside = [place for place in places if place and place.startswith(environment)]
        contents = found.contents()
        return msgspec.structs.replace(contents, files="\0".join(inside).encode("utf-8", "backslashreplace"))


def channel_name(channel: str, subdir: str) -> str:
    """The name of a channel: `conda-forge` of `https://conda.anaconda.org/conda-forge/linux-64`, `main` of `pkgs/main`.

    '' where an address ends in something else: it may hold a login, before its host or as `/t/TOKEN`.
    """
    _, is_address, place = channel.rstrip("/").removesuffix(f"/{subdir}").rpartition("://")
    parts = place.split("/")
    secret = is_address and (len(parts) == 1 or parts[-2] == "t")
    return "" if secret else parts[-1]
