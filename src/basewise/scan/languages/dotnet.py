""".NET: the `*.deps.json` of applications and of the runtime's frameworks.

dotnet/cli, "Runtime Configuration Files" (runtime-configuration-file.md), section "libraries": each is `NAME/VERSION`
with a type. `package` comes from NuGet; `runtimepack` is the runtime that a self-contained application carries along;
`project` and `reference` are the application itself.
"""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from basewise.model.limits import Limits
from basewise.scan.interface import FileContents, PackageFile
from basewise.scan.languages.found import Found
from basewise.scan.listing import Listing

_RUNTIME_PACK = "runtimepack."
_Entry = TypeVar("_Entry")


class _Library(msgspec.Struct):
    type: str = ""


class _Dependencies(msgspec.Struct, Generic[_Entry]):
    libraries: dict[str, _Entry] = {}


_LIBRARIES = Listing(
    msgspec.json.Decoder(_Dependencies[_Library]),
    msgspec.json.Decoder(_Dependencies[msgspec.Raw]),
    msgspec.json.Decoder(_Library),
    lambda document: document.libraries.items(),
)


class DotnetDependencies(PackageFile):
    """NuGet packages of one application or framework."""

    type = "nuget"
    endings = (".deps.json",)

    def wants(self, path: str) -> bool:
        return path.endswith(self.endings)

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        found = Found("nuget", path, limits)
        folder = path.rpartition("/")[0] or path
        libraries = found.listed(data, _LIBRARIES)
        if libraries is None:
            return found.contents()
        for key, library in libraries:
            name, _, version = key.rpartition("/")
            if library.type == "package":
                found.add(name, version, folder)
            elif library.type == "runtimepack":
                found.add(name.removeprefix(_RUNTIME_PACK), version, folder)
        framework, version = _framework(path)
        if framework and not any(key.startswith(framework) for key, _ in libraries):
            found.add(framework, version, folder, rule="folder")
        return found.contents()


def _framework(path: str) -> tuple[str, str]:
    """Name and version of the framework that a file describes, `shared/NAME/VERSION/NAME.deps.json`; '' for none."""
    parts = path.split("/")[-4:]
    if len(parts) == 4 and parts[0] == "shared" and parts[3] == f"{parts[1]}.deps.json":
        return parts[1], parts[2]
    return "", ""
