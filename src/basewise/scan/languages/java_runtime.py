"""Java itself: the `release` file of a JDK or of a runtime that jlink made (JEP 220, "The new run-time image")."""

from __future__ import annotations

import re

from basewise.model.limits import Limits
from basewise.scan.interface import FileContents, PackageFile
from basewise.scan.languages.found import Found

_VERSION = re.compile(r'^JAVA_VERSION="([^"\n]*)"', re.MULTILINE)


class JavaRuntime(PackageFile):
    """The runtime as `java`, by the version that it says of itself; a program, which no language's registry has."""

    type = "generic"
    endings = ("/release",)

    def wants(self, path: str) -> bool:
        return path.endswith(self.endings)

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        version = _VERSION.search(data[: limits.archive_text_bytes].decode("utf-8", "backslashreplace"))
        if not version:
            return FileContents()  # many things are called release
        found = Found("generic", path, limits)
        found.add("java", version[1], path.rpartition("/")[0])
        return found.contents()
