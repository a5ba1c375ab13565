"""Go programs: the toolchain that built them and the modules they are made of.

Left out, because no advisory could speak of them: a main module without a real version, and modules replaced by a
folder, which are the program's own sources.
"""

from __future__ import annotations

from collections.abc import Iterator

from basewise.model.contents import PackageRecord
from basewise.model.evidence import Status
from basewise.model.limits import Limits
from basewise.scan.executables.build_info import (
    BuildInfo,
    has_version,
    main_path,
    modules,
    read_build_info,
    toolchain_version,
)
from basewise.scan.executables.elf import BrokenElf
from basewise.scan.executables.go_programs import GoRelease, release_of
from basewise.scan.interface import Executable, FileContents

STANDARD_LIBRARY = "stdlib"
TOOLCHAIN = "toolchain"
"""What Go's vulnerability database calls the standard library, and the programs of Go itself (`cmd/…`)."""


class GoPrograms(Executable):
    """Packages from the build information of Go programs."""

    type = "golang"

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        try:
            info = read_build_info(data, limits)
        except BrokenElf as error:
            return FileContents(status=Status("partial", f"{path}: Go build information cannot be read: {error}"))
        if info is None:
            return FileContents()
        release = release_of(info)
        records = [
            PackageRecord(type="golang", database=path, name=name, version=version, path=path)
            for name, version in dict.fromkeys(_packages(info, release))
        ]
        if release and release.name and release.version:
            records.append(
                PackageRecord(type="generic", database=path, name=release.name, version=release.version, path=path)
            )
        reason = _why_partial(info, release)
        return FileContents(records=records, status=Status("partial", f"{path}: {reason}") if reason else Status())


def _packages(info: BuildInfo, release: GoRelease | None) -> Iterator[tuple[str, str]]:
    version = toolchain_version(info.toolchain)
    if version:
        yield STANDARD_LIBRARY, version
        if main_path(info).startswith("cmd/"):
            yield TOOLCHAIN, version
    if release and release.module_version:
        yield release.module_path, release.module_version
    for module in modules(info):
        if module.path and has_version(module):
            yield module.path, module.version


def _why_partial(info: BuildInfo, release: GoRelease | None) -> str:
    if not toolchain_version(info.toolchain):
        return f"built by '{info.toolchain[:80]}', which is no release of Go"
    if release and not release.version:
        return f"its build information does not tell which release of {release.module_path} it is"
    if not main_path(info).startswith("cmd/") and not any(modules(info)):
        return "a Go program built without modules, which does not say what it is made of"
    return ""
