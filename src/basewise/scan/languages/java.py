"""Java archives: libraries, applications, plugins, and the archives inside them; and those that were unpacked.

All are archives as of the JAR File Specification: `.war`, `.ear`, `.rar` and `.par` of Java EE, `.hpi` and `.jpi` of
Jenkins (its wiki, "Plugin Structure"), `.nar` of NiFi (its Developer's Guide, "NiFi Archives").
"""

from __future__ import annotations

import re

from basewise.model.limits import Limits
from basewise.scan.interface import FileContents, PackageFile
from basewise.scan.languages.found import Found
from basewise.scan.languages.java_names import (
    Artifact,
    guess,
    is_application,
    is_of_java,
    itself,
    read_manifest,
    read_properties,
)
from basewise.scan.languages.zip_archive import BadArchive, Entry, beginning, content, entries

_OF_JAVA = (".jar", ".war", ".ear", ".hpi", ".jpi")
_SHARED = (".rar", ".nar", ".par")
"""What other formats are called too: an archive of RAR, of Nix, of PAR2."""
_EITHER_CASE = tuple(ending for lower in (*_OF_JAVA, *_SHARED) for ending in (lower, lower.upper()))
_ZIP = b"PK"
_MANIFEST = "META-INF/MANIFEST.MF"
_PROPERTIES = re.compile(r"META-INF/maven/[^/]+/[^/]+/pom\.properties")
_UNPACKED = re.compile(rf"(?:.*/)?{_PROPERTIES.pattern}")
_WANTED = tuple(ending.encode() for ending in (*_EITHER_CASE, "/pom.properties", _MANIFEST))


class JavaArchive(PackageFile):
    """One archive with everything in it."""

    type = "maven"
    endings = _EITHER_CASE

    def wants(self, path: str) -> bool:
        return path.endswith(self.endings)

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        if _is_something_else(path, data):
            return FileContents()
        reading = _Reading(path, limits)
        reading.archive(path, data, 0)
        return reading.found.contents()


class UnpackedJavaArchive(PackageFile):
    """Maven's record of an archive that was unpacked; without one, classes in a folder do not say what they are."""

    type = "maven"
    endings = ("/pom.properties",)

    def wants(self, path: str) -> bool:
        return _UNPACKED.fullmatch(path) is not None

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        found = Found("maven", path, limits)
        record = read_properties(data[: limits.archive_text_bytes].decode("utf-8", "backslashreplace"))
        found.add(record.name if record.group else "", record.version, path.rpartition("/")[0])
        return found.contents()


class _Reading:
    """One pass over an archive and those inside it, with what is left of the limits."""

    def __init__(self, path: str, limits: Limits) -> None:
        self.found = Found("maven", path, limits)
        self._outermost = path
        self._limits = limits
        self._entries = limits.archive_entries
        self._archives = limits.archive_count
        self._bytes = limits.archive_inflated_bytes

    def archive(self, path: str, data: bytes, depth: int) -> None:
        """Reads one archive; `path` is `outer.jar!/inner.jar` for one inside another."""
        members = self._members(path, data)
        nested = [member for member in members if member.name.endswith(_EITHER_CASE)]
        manifest: dict[str, str] = {}
        records: dict[str, Artifact] = {}
        for member in members:
            if member.name == _MANIFEST:
                manifest = read_manifest(self._text(path, data, member))
            elif _PROPERTIES.fullmatch(member.name):
                records[member.name] = read_properties(self._text(path, data, member))
        self._name(path, records, manifest, carries=bool(nested))
        for member in nested:
            within = f"{path}!/{member.name}"
            problem = self._too_much(within, member, depth + 1)
            if problem:
                self.found.note(self._outermost, problem)
            else:
                self._nested(within, data, member, depth + 1)

    def _members(self, path: str, data: bytes) -> list[Entry]:
        found: list[Entry] = []
        try:
            for entry in entries(data, self._is_wanted, self._entries):
                found.append(entry)  # noqa: PERF402 - what stands before the damage is kept
        except BadArchive as error:
            self.found.note(path, str(error))
        return found

    def _is_wanted(self, name: bytes) -> bool:
        self._entries -= 1
        return name.endswith(_WANTED)

    def _text(self, path: str, data: bytes, member: Entry) -> str:
        if self._bytes < self._limits.archive_text_bytes:
            self.found.note(self._outermost, self._too_many_bytes())
            return ""
        try:
            text = beginning(data, member, self._limits.archive_text_bytes)
        except BadArchive as error:
            self.found.note(path, str(error))
            return ""
        self._bytes -= len(text)
        return text.decode("utf-8", "backslashreplace")

    def _name(self, path: str, records: dict[str, Artifact], manifest: dict[str, str], *, carries: bool) -> None:
        """Records the archive and what was merged into it; says so when nothing tells what it is."""
        stem = path.rpartition("/")[2].rpartition(".")[0]
        own = itself(stem, list(records.values()))
        for member, record in records.items():
            within = path if record is own else f"{path}!/{member.removesuffix('/pom.properties')}"
            self.found.add(record.name if record.group else "", record.version, within)
        if own is not None or is_of_java(manifest):
            return
        guessed = guess(stem, manifest)
        if guessed is not None and self.found.add(guessed.name, guessed.version, path, rule=guessed.rule):
            if not carries:  # what carries others is somebody's own application
                # A manifest is free text, so what it is called in Maven's repository may be another name.
                self.found.note(path, f"named by its {guessed.rule} alone, so advisories may be missed")
        elif not (carries or records or is_application(manifest)):
            self.found.note(path, "neither Maven's record nor manifest nor file name says what it is")

    def _nested(self, path: str, data: bytes, member: Entry, depth: int) -> None:
        self._archives -= 1
        self._bytes -= member.bytes
        try:
            inner = content(data, member)
        except BadArchive as error:
            self.found.note(path, str(error))
            return
        if not _is_something_else(path, inner):
            self.archive(path, inner, depth)

    def _too_much(self, path: str, member: Entry, depth: int) -> str:
        limits = self._limits
        if len(path) > limits.path_bytes:
            return f"a path longer than {limits.path_bytes} bytes (path_bytes)"
        if depth > limits.archive_depth:
            return f"archives more than {limits.archive_depth} deep (archive_depth)"
        if self._archives <= 0:
            return f"more than {limits.archive_count} archives inside (archive_count)"
        if member.bytes > self._bytes:
            return self._too_many_bytes()
        return ""

    def _too_many_bytes(self) -> str:
        return f"more than {self._limits.archive_inflated_bytes} bytes inside (archive_inflated_bytes)"


def _is_something_else(path: str, data: bytes) -> bool:
    """True for a file of another format that has an ending of Java's."""
    return path.lower().endswith(_SHARED) and not data.startswith(_ZIP)
