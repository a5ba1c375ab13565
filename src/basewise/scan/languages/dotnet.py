""".NET: the `*.deps.json` of applications and of the runtime's frameworks.

dotnet/cli, "Runtime Configuration Files" (runtime-configuration-file.md), section "libraries": each is `NAME/VERSION`
with a type. `package` comes from NuGet; `runtimepack` is the runtime that a self-contained application carries along;
`project` and `reference` are the application itself.
"""

from __future__ import annotations

import msgspec

from basewise.model.limits import Limits
from basewise.scan.interface import FileContents, PackageFile
from basewise.scan.languages.found import Found

_RUNTIME_PACK = "runtimepack."


class _Library(msgspec.Struct):
    type: str = ""


class _Dependencies(msgspec.Struct):
    libraries: dict[str, _Library] = {}


_DECODER = msgspec.json.Decoder(_Dependencies)


class DotnetDependencies(PackageFile):
    """NuGet packages of one application or framework."""

    type = "nuget"
    endings = (".deps.json",)

    def wants(self, path: str) -> bool:
        return path.endswith(self.endings)

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        found = Found("nuget", path, limits)
        folder = path.rpartition("/")[0] or path
        document = found.json(data, _DECODER)
        if document is None:
            return found.contents()
        for key, library in document.libraries.items():
            name, _, version = key.rpartition("/")
            if library.type == "package":
                found.add(name, version, folder)
            elif library.type == "runtimepack":
                found.add(name.removeprefix(_RUNTIME_PACK), version, folder)
        framework, version = _framework(path)
        if framework and not any(key.startswith(framework) for key in document.libraries):
            found.add(framework, version, folder, rule="folder")
        return found.contents()


def _framework(path: str) -> tuple[str, str]:
    """Name and version of the framework that a file describes, `shared/NAME/VERSION/NAME.deps.json`; '' for none."""
    parts = path.split("/")[-4:]
    if len(parts) == 4 and parts[0] == "shared" and parts[3] == f"{parts[1]}.deps.json":
        return parts[1], parts[2]
    return "", ""
