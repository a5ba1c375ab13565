"""How an archive of Java classes is called: by Maven's record in it, else by its manifest, else by its file name.

Maven Archiver writes `META-INF/maven/GROUP/ARTIFACT/pom.properties` (its documentation, "Archive"). A shaded archive
has those of all that was merged into it: the one that fits the file name is the archive, the others are in it. The
manifest is that of the JAR File Specification, "Main Attributes", and of OSGi Core, "Bundle Manifest Headers".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

_VERSIONED = re.compile(r"(.+?)-v?(\d[\w.+-]*)")
_LONGEST_STEM = 255
"""NAME_MAX on Linux; the pattern above takes time by the square."""
_IDENTIFIER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_GROUP = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
_JAVA_ITSELF = "Java Platform API Specification"
_APPLICATION = ("Main-Class", "Start-Class")


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact of Maven."""

    group: str
    """'' when nothing says it."""
    artifact: str
    version: str
    rule: str = ""
    """`manifest` or `file name` where Maven left no record."""

    @property
    def name(self) -> str:
        return f"{self.group}:{self.artifact}" if self.group else self.artifact


def read_properties(text: str) -> Artifact:
    """A `pom.properties` (`java.util.Properties`, without the escapes that identifiers never need)."""
    values: dict[str, str] = {}
    for line in text.splitlines():
        key, separator, value = line.partition("=")
        if separator and not line.startswith(("#", "!")):
            values[key.strip()] = value.strip()
    return Artifact(
        group=values.get("groupId", ""), artifact=values.get("artifactId", ""), version=values.get("version", "")
    )


def read_manifest(text: str) -> dict[str, str]:
    """Main attributes of a manifest; a line that begins with a space continues the one before."""
    main = text.replace("\r\n", "\n").replace("\r", "\n").partition("\n\n")[0].replace("\n ", "")
    attributes: dict[str, str] = {}
    for line in main.split("\n"):
        key, separator, value = line.partition(":")
        if separator:
            attributes[key] = value.strip()
    return attributes


def itself(stem: str, records: list[Artifact]) -> Artifact | None:
    """Which of Maven's records in an archive is the archive: the only one, or the one its file is named after."""
    if len(records) == 1:
        return records[0]
    for record in records:
        if stem == f"{record.artifact}-{record.version}":
            return record
    fitting = [record for record in records if stem == record.artifact or stem.startswith(record.artifact + "-")]
    return max(fitting, key=lambda record: len(record.artifact), default=None)


def guess(stem: str, manifest: Mapping[str, str]) -> Artifact | None:
    """An archive without Maven's record; None when neither manifest nor file name says a version."""
    named = _VERSIONED.fullmatch(stem) if len(stem) <= _LONGEST_STEM else None
    stated = manifest.get("Implementation-Version", "")
    bundle = manifest.get("Bundle-Version", "")
    version = stated if _is_version(stated) else named[2] if named else bundle
    if not _is_version(version):
        return None
    artifact = named[1] if named else _titled(manifest) or stem
    group = _group(manifest, artifact)
    rule = "file name" if named and version == named[2] and version not in {stated, bundle} else "manifest"
    return Artifact(group=group, artifact=artifact, version=version, rule=rule)


def is_of_java(manifest: Mapping[str, str]) -> bool:
    """True for an archive that is a part of the Java runtime, which is recorded as a whole."""
    return manifest.get("Specification-Title") == _JAVA_ITSELF


def is_application(manifest: Mapping[str, str]) -> bool:
    """True for a program that is started by itself: somebody's own, not a library of any registry."""
    return any(key in manifest for key in _APPLICATION)


def _is_version(text: str) -> bool:
    return bool(_IDENTIFIER.fullmatch(text.replace("+", "."))) and any(character.isdigit() for character in text)


def _titled(manifest: Mapping[str, str]) -> str:
    titles = (manifest.get("Implementation-Title", ""), manifest.get("Automatic-Module-Name", ""))
    return next((title for title in titles if _IDENTIFIER.fullmatch(title)), "")


def _group(manifest: Mapping[str, str], artifact: str) -> str:
    """The group as the manifest states it, or as the bundle's name holds it; people write either as they like.

    Apache Felix' Maven Bundle Plugin, "Default Behavior": an artifact that begins with the last section of its group
    is called by the group and the rest, `org.apache.commons` and `commons-lang3` make `org.apache.commons.lang3`. Its
    other rules cannot be turned around.
    """
    vendor = manifest.get("Implementation-Vendor-Id", "")
    if _GROUP.fullmatch(vendor):
        return vendor
    bundle = manifest.get("Bundle-SymbolicName", "").partition(";")[0].strip()
    first, hyphen, rest = artifact.partition("-")
    group = bundle.removesuffix("." + rest.replace("-", "."))
    return group if hyphen and group != bundle and group.endswith("." + first) else ""
