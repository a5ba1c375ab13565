"""The manifest of Chisel, which cuts slices out of Ubuntu's packages: a file of JSON lines, compressed with zstd.

Follows Chisel's documentation, reference "Chisel Manifest" and explanation "jsonwall". Only the place that the slice
`base-files_chisel` gives it is known; a manifest may be generated elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from basewise.archive.inflate import inflate
from basewise.model.contents import Database, OwnedFiles, PackageRecord
from basewise.model.errors import UnreadableLayer
from basewise.model.evidence import Status, worst
from basewise.model.limits import Limits
from basewise.scan.databases.stanzas import Trouble, is_word
from basewise.scan.interface import DatabaseContents, PackageDatabase

MANIFEST = "var/lib/chisel/manifest.wall"
_SCHEMA = "1"
"""Major version of the schema that is known."""


class Chisel(PackageDatabase):
    """The manifest of a chiselled image."""

    type = "deb"
    folders = (MANIFEST,)

    def wants(self, path: str) -> bool:
        return path == MANIFEST

    def is_database(self, path: str) -> bool:
        return path == MANIFEST

    def read(self, files: Mapping[str, bytes], limits: Limits) -> DatabaseContents:
        databases: list[Database] = []
        records: list[PackageRecord] = []
        owned: list[OwnedFiles] = []
        for path, data in files.items():
            manifest = _Manifest(path)
            manifest.read(data, limits)
            records += manifest.records
            owned += [OwnedFiles(path, name, "\0".join(paths).encode()) for name, paths in manifest.paths.items()]
            databases.append(Database(path, "deb", manifest.status()))
        return DatabaseContents(databases=databases, records=records, owned=owned)

    def merged_away(self, database: str, above: Iterable[str]) -> bool:
        return database in above


class _Line(msgspec.Struct, frozen=True):
    """The fields of all kinds of lines that are looked at; the first line has no kind."""

    jsonwall: str = ""
    schema: str = ""
    count: int = 0
    kind: str = ""
    name: str = ""
    version: str = ""
    arch: str = ""
    slice: str = ""
    path: str = ""


_DECODER = msgspec.json.Decoder(_Line)


class _Manifest:
    """What was read of one manifest so far."""

    def __init__(self, path: str) -> None:
        self.records: list[PackageRecord] = []
        self.paths: dict[str, list[str]] = {}
        """By package: the paths of all its slices."""
        self._path = path
        self._trouble = Trouble(path)

    def read(self, data: bytes, limits: Limits) -> None:
        lines = self._lines(data, limits.kept_file_bytes)
        head = self._decoded(1, next(lines, b""))
        if head is None or not head.jsonwall:
            self._trouble.say("is no jsonwall")
            return
        if head.schema.partition(".")[0] != _SCHEMA:
            self._trouble.say(f"is of schema {head.schema}; {_SCHEMA} is known")
            return
        count = 1
        for count, line in enumerate(lines, start=2):
            if count > limits.layer_entries:
                self._trouble.say("has more lines than layer_entries allows")
                break
            entry = self._decoded(count, line)
            if entry is not None:
                self._take(count, entry, limits.layer_packages)
        if count != head.count:
            self._trouble.say(f"has {count} lines of {head.count}")

    def status(self) -> Status:
        """How far the manifest was read, and that it does not say all that matching asks for."""
        status = self._trouble.status(len(self.records))
        if not self.records:
            return status
        return worst(
            [status, Status("partial", f"{self._path} names no source packages, and advisories are by source package")]
        )

    def _lines(self, data: bytes, most: int) -> Iterator[bytes]:
        """Lines of the inflated file, as far as it can be inflated."""
        rest = b""
        total = 0
        try:
            for piece in inflate([data], "zstd"):
                total += len(piece)
                if total > most:
                    self._trouble.say(f"inflates to more than {most} bytes (kept_file_bytes)")
                    return
                *whole, rest = (rest + piece).split(b"\n")
                yield from whole
        except UnreadableLayer as error:
            self._trouble.say(error.message)
        if rest:
            yield rest

    def _decoded(self, number: int, line: bytes) -> _Line | None:
        try:
            return _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._trouble.say(f"line {number} is no entry")
            return None

    def _take(self, number: int, entry: _Line, most: int) -> None:
        if entry.kind == "content":
            path, package = entry.path.strip("/"), entry.slice.partition("_")[0]
            if path and package and "\0" not in path:
                self.paths.setdefault(package, []).append(path)
        elif entry.kind == "package":
            if not (is_word(entry.name) and is_word(entry.version)):
                self._trouble.say(f"line {number} has no valid name and version")
            elif len(self.records) >= most:
                self._trouble.say("has more packages than layer_packages allows")
            else:
                self.records.append(
                    PackageRecord(
                        type="deb", database=self._path, name=entry.name, version=entry.version, architecture=entry.arch
                    )
                )
