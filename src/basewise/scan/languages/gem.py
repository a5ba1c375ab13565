"""Ruby gems: the specification of each installed one.

A `.gemspec` is a Ruby program. RubyGems writes those it installs in one form (`Gem::Specification#to_ruby`), with a
comment in front, `# stub: NAME VERSION PLATFORM PATHS`, so that it need not run them itself
(`Gem::StubSpecification`). What has no such comment is read for plain strings, and never run.
"""

from __future__ import annotations

import re

from basewise.model.limits import Limits
from basewise.scan.interface import FileContents, PackageFile
from basewise.scan.languages.found import Found

_STUB = re.compile(r"^# stub: (\S+) (\S+) (\S+)", re.MULTILINE)
_ASSIGNED = r"""^[ \t]*\w+\.%s[ \t]*=[ \t]*(?:Gem::Version\.new[ \t(]*)?(?:"([^"#\\\n]+)"|'([^'\\\n]+)')"""
_FIELDS = {name: re.compile(_ASSIGNED % name, re.MULTILINE) for name in ("name", "version", "platform")}
_ANY_PLATFORM = "ruby"


class Gemspec(PackageFile):
    """One gem, default gems of Ruby itself included."""

    type = "gem"
    endings = (".gemspec",)

    def wants(self, path: str) -> bool:
        return "specifications/" in path

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        found = Found("gem", path, limits)
        text = data[: limits.package_text_bytes].decode("utf-8", "backslashreplace")
        stub = _STUB.search(text)
        name, version, platform = stub.groups() if stub else (_assigned(field, text) for field in _FIELDS)
        found.add(name, version, path, architecture="" if platform == _ANY_PLATFORM else platform)
        return found.contents()


def _assigned(field: str, text: str) -> str:
    match = _FIELDS[field].search(text)
    return (match[1] or match[2]) if match else ""
