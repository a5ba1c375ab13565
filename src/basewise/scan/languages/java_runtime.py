"""Java itself: the `release` file of a JDK or of a runtime that jlink made (JEP 220, "The new run-time image").

It is known by the version that advisories write: up to Java 8, Bitnami's say 8.0.302
(https://osv.dev/vulnerability/BIT-java-2024-55549 is fixed in 8.0.461) of what calls itself 1.8.0_302 and is named JDK
8u302 too (JEP 223, "Motivation"). Since Java 9 both write the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from basewise.model.limits import Limits
from basewise.scan.interface import FileContents, PackageFile
from basewise.scan.languages.found import Found

_SETTING = re.compile(r'^(JAVA_VERSION|JAVA_RUNTIME_VERSION|FULL_VERSION)="([^"\n]*)"', re.MULTILINE)
_STAGE = "(?:ea|internal|alpha|beta|rc)[0-9]*"
_OLD = re.compile(rf"1\.([1-9])\.([0-9]{{1,9}})(?:_([0-9]{{1,9}}))?(?:-({_STAGE})(?![0-9A-Za-z]).*|[-+].*)?")
"""Oracle, "J2SE SDK/JRE Version String Naming Convention": after a dash the stage of what is no general release, then
the build. Distributions put names of their own there, `1.8.0_212-8u212-b03-1~deb9u1-b03`."""
_NEW = re.compile(r"(?!1\.)([1-9][0-9]*(?:\.[0-9]+)*)(?:-([0-9A-Za-z]+)(?:-.*)?)?(?:\+.*)?")
"""java.lang.Runtime.Version, "Version strings", of Java 9 and later: number, `-` and pre-release, `+` and build."""


class JavaVersion(NamedTuple):
    """A version of Java, as it orders."""

    number: str
    """`8.0.302`, `17.0.9`."""
    stage: str
    """Identifier of a pre-release, `ea`; '' of a release."""


class JavaRuntime(PackageFile):
    """The runtime as `java`, a program, which no language's registry has."""

    type = "generic"
    endings = ("/release",)

    def wants(self, path: str) -> bool:
        return path.endswith(self.endings)

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        text = data[: limits.archive_text_bytes].decode("utf-8", "backslashreplace")
        settings = dict(_SETTING.findall(text))
        said = settings.get("JAVA_VERSION")
        if said is None:
            return FileContents()  # many things are called release
        found = Found("generic", path, limits)
        folder = path.rpartition("/")[0]
        version = java_version(said)
        if version is None:
            if found.add("java", said, folder):
                found.note(folder, f"'{said}' is no version of Java that could be compared with others")
            return found.contents()
        stage = version.stage or _stage_of(version, settings)
        if found.add("java", f"{version.number}-{stage}" if stage else version.number, folder) and stage:
            found.note(folder, f"java {version.number}-{stage} is a pre-release, and advisories speak of releases only")
        return found.contents()


def java_version(text: str) -> JavaVersion | None:
    """What a runtime says of itself, as advisories write it; None for what is no version of Java."""
    old = _OLD.fullmatch(text)
    if old:
        feature, interim, update, stage = old.groups(default="")
        return JavaVersion(f"{feature}.{int(interim)}.{int(update or 0)}", stage)
    new = _NEW.fullmatch(text)
    return JavaVersion(new[1], new[2] or "") if new else None


def _stage_of(version: JavaVersion, settings: Mapping[str, str]) -> str:
    """The stage by the settings that tell all: as version, builds of OpenJDK 8 and jlink write the number alone.

    https://github.com/openjdk/jdk8u-dev/blob/master/jdk/make/Images.gmk (create-info-file), jdk.jlink's
    ReleaseInfoPlugin.parseVersion.
    """
    for name in ("JAVA_RUNTIME_VERSION", "FULL_VERSION"):
        whole = java_version(settings.get(name, ""))
        if whole and whole.number == version.number:
            return whole.stage
    return ""
