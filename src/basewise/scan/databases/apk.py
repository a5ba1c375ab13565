"""Package database of apk-tools: `installed`, in its older and its newer place.

The format is that of the index (Alpine wiki, "Apk spec", section "APKINDEX Format") with the list of installed files
added: `F:` names a folder, `R:` a file in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from basewise.model.contents import Database, OwnedFiles, PackageRecord
from basewise.model.evidence import Status
from basewise.model.limits import Limits
from basewise.scan.databases.stanzas import Trouble, field, is_word, lines, stanzas, text
from basewise.scan.interface import DatabaseContents, PackageDatabase

INSTALLED = ("lib/apk/db/installed", "usr/lib/apk/db/installed")


class Apk(PackageDatabase):
    """The database of apk, of Alpine, Wolfi, Chainguard, Alpaquita and MinimOS."""

    type = "apk"
    folders = ("lib/apk/db/", "usr/lib/apk/db/")

    def wants(self, path: str) -> bool:
        return path in INSTALLED

    def is_database(self, path: str) -> bool:
        return path in INSTALLED

    def read(self, files: Mapping[str, bytes], limits: Limits) -> DatabaseContents:
        databases: list[Database] = []
        records: list[PackageRecord] = []
        owned: list[OwnedFiles] = []
        for path, data in files.items():
            if not self.is_database(path):
                continue
            found, status = _read_installed(path, data, limits.layer_packages - len(records))
            records.extend(found)
            databases.append(Database(path, "apk", status))
            owned.extend(_owned(path, data))
        return DatabaseContents(databases=databases, records=records, owned=owned)

    def merged_away(self, database: str, above: Iterable[str]) -> bool:
        """There is one database: since /lib became a link to /usr/lib, either path may name it."""
        return database in INSTALLED and any(path in INSTALLED for path in above)


def _read_installed(path: str, data: bytes, room: int) -> tuple[list[PackageRecord], Status]:
    records: list[PackageRecord] = []
    trouble = Trouble(path)
    for number, stanza in enumerate(stanzas(data), start=1):
        if number > room:
            return records, Status("partial", f"{path}: more packages than layer_packages allows")
        name, version = text(field(stanza, b"\nP:")), text(field(stanza, b"\nV:"))
        if not is_word(name):
            trouble.add(number, "has no valid package name (P)")
            continue
        if not is_word(version):
            trouble.add(number, f"({name}) has no valid version (V)")
            continue
        origin = text(field(stanza, b"\no:"))
        records.append(
            PackageRecord(
                type="apk",
                database=path,
                name=name,
                version=version,
                source="" if origin == name or not is_word(origin) else origin,
                architecture=text(field(stanza, b"\nA:")),
                maintainer=text(field(stanza, b"\nm:")),
            )
        )
    return records, trouble.status(len(records))


def _owned(path: str, data: bytes) -> Iterator[OwnedFiles]:
    for stanza in stanzas(data):
        name = text(field(stanza, b"\nP:"))
        listed = "\0".join(_files(stanza))
        if name and listed:
            yield OwnedFiles(path, name, listed.encode())


def _files(stanza: bytes) -> Iterator[str]:
    folder = ""
    for line in lines(stanza):
        if line.startswith("R:"):
            yield f"{folder}/{line[2:]}" if folder else line[2:]
        elif line.startswith("F:"):
            folder = line[2:].strip("/")
