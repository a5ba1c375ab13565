"""Well-known Go programs, recognised by their main module, with the version of their release.

The rules are in `catalogue/programs.yaml`.
"""

from __future__ import annotations

import re

import msgspec

from basewise.catalogue.programs import go_rules
from basewise.scan.executables.build_info import BuildInfo, has_version, modules

_MAJOR = re.compile(r"/v[0-9]+$")


class GoRelease(msgspec.Struct, frozen=True):
    """What release a well-known program is."""

    name: str
    """Name of the program; '' when advisories speak of its module only."""
    version: str
    """Without leading v; '' when the program does not tell it."""
    module_path: str
    module_version: str = ""
    """Version of the main module, where the program tells it by the release only."""


def release_of(info: BuildInfo) -> GoRelease | None:
    """The release of a program that the catalogue has; None for any other."""
    main = next((module for module in modules(info) if module.kind == "mod"), None)
    rule = go_rules().get(_MAJOR.sub("", main.path)) if main else None
    if main is None or rule is None:
        return None
    flag = next(filter(None, (linked(info, variable) for variable in rule.flags)), "").removeprefix("v")
    if has_version(main):
        own = main.version.removeprefix("v").partition("+")[0] if rule.tagged else ""
        return GoRelease(rule.name, flag or own, main.path)
    return GoRelease(rule.name, flag, main.path, f"v{flag}" if flag and rule.tagged else "")


def linked(info: BuildInfo, variable: str) -> str:
    """The value that the linker gave to a variable (`-ldflags "-X variable=value"`); '' when it is not told."""
    flags = next((line for line in info.modules.split("\n") if line.startswith("build\t-ldflags=")), "")
    found = re.search(rf"""-X[ =]\\?['"]?{re.escape(variable)}=([^\s'"\\]+)""", flags)
    return found[1] if found else ""
