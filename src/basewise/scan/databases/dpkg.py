"""Package databases of dpkg: `status`, and the one-package files of `status.d` that Distroless began.

Stanzas follow deb-control(5) and the status fields of dpkg(1), section "Package states"; `status.d` files have no
Status field, being there is their status.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from basewise.model.contents import Database, OwnedFiles, PackageRecord
from basewise.model.evidence import OK, Status
from basewise.model.limits import Limits
from basewise.scan.databases.stanzas import Trouble, field, is_word, lines, stanzas, text
from basewise.scan.interface import DatabaseContents, PackageDatabase

STATUS = "var/lib/dpkg/status"
STATUS_D = "var/lib/dpkg/status.d/"
_INFO = "var/lib/dpkg/info/"
_SUMS = ".md5sums"
_LIST = ".list"
_ABSENT = frozenset({b"not-installed", b"config-files"})
"""States in which no file of the package but its configuration is there; every other state counts as present."""
_SOURCE = re.compile(r"([!-'*-~]+)(?: +\(([!-'*-~]+)\))?")
"""`name` or `name (version)`, deb-control(5), field Source."""
_KEYS = (b"Package", b"Version", b"Status", b"Source", b"Architecture", b"Maintainer")
_FIELD_KEYS = tuple(b"\n" + key + b":" for key in _KEYS)


class Dpkg(PackageDatabase):
    """dpkg's databases, of Debian and all that derives from it."""

    type = "deb"
    folders = ("var/lib/dpkg/",)

    def wants(self, path: str) -> bool:
        lists = (path.startswith(_INFO) and path.endswith(_LIST)) or (
            path.startswith(STATUS_D) and path.endswith(_SUMS)
        )
        return lists or self.is_database(path)

    def is_database(self, path: str) -> bool:
        if path == STATUS:
            return True
        name = path.removeprefix(STATUS_D)
        return name != path and "/" not in name and not name.endswith(_SUMS) and not name.startswith(".")

    def read(self, files: Mapping[str, bytes], limits: Limits) -> DatabaseContents:
        databases: list[Database] = []
        records: list[PackageRecord] = []
        for path, data in files.items():
            if not self.is_database(path):
                continue
            found, status = _read_status(path, data, limits.layer_packages - len(records))
            records.extend(found)
            databases.append(Database(path, "deb", status))
        return DatabaseContents(databases=databases, records=records, owned=list(_owned(files)))

    def merged_away(self, database: str, above: Iterable[str]) -> bool:
        return database in above


def _read_status(path: str, data: bytes, room: int) -> tuple[list[PackageRecord], Status]:
    records: list[PackageRecord] = []
    trouble = Trouble(path)
    absent = 0
    for number, stanza in enumerate(stanzas(data), start=1):
        if number > room:
            return records, Status("partial", f"{path}: more packages than layer_packages allows")
        name, version, state, source, architecture, maintainer = (field(stanza, key) for key in _FIELD_KEYS)
        if not (name and version and state):
            name, version, state, source, architecture, maintainer = _odd_fields(stanza)
        if not state and path == STATUS:
            trouble.add(number, "has no Status")
            continue
        if state and (state.split() or [b""])[-1] in _ABSENT:
            absent += 1
            continue
        problem = _problem(text(name), text(version))
        if problem:
            trouble.add(number, problem)
            continue
        if source and not _SOURCE.fullmatch(text(source)):
            trouble.add(number, f"({text(name)}) has no valid Source, so it stands for itself")
            source = b""
        records.append(_record(path, name.decode(), version.decode(), source, (architecture, maintainer)))
    if absent and not records and trouble.status(1).is_ok:
        return records, OK  # every package was removed, and the database says so
    return records, trouble.status(len(records))


def _problem(name: str, version: str) -> str:
    if not is_word(name):
        return "has no valid Package"
    if not is_word(version):
        return f"({name}) has no valid Version"
    return ""


def _record(path: str, name: str, version: str, source: bytes, about: tuple[bytes, bytes]) -> PackageRecord:
    match = _SOURCE.fullmatch(text(source))
    source_name, source_version = (match[1], match[2] or version) if match else (name, version)
    return PackageRecord(
        type="deb",
        database=path,
        name=name,
        version=version,
        source="" if source_name == name else source_name,
        source_version="" if source_version == version else source_version,
        architecture=text(about[0]),
        maintainer=text(about[1]),
    )


def _odd_fields(stanza: bytes) -> list[bytes]:
    """The same fields, for stanzas whose writer took the liberty of other letter case (deb-control(5) ignores it)."""
    found: dict[bytes, bytes] = {}
    for line in stanza.split(b"\n"):
        name, colon, value = line.partition(b":")
        if colon and not line.startswith((b" ", b"\t")):
            found.setdefault(name.strip().lower(), value.strip())
    return [found.get(key.lower(), b"") for key in _KEYS]


def _owned(files: Mapping[str, bytes]) -> Iterator[OwnedFiles]:
    """The `.list` files of dpkg, and the `.md5sums` (`digest  path` lines) beside `status.d` files."""
    for path, data in files.items():
        name = path.rpartition("/")[2]
        if path.endswith(_LIST):
            package = name.removesuffix(_LIST).partition(":")[0]
            yield OwnedFiles(path, package, data.strip().removeprefix(b"/").replace(b"\n/", b"\0"))
        elif path.endswith(_SUMS):
            listed = (line.partition("  ")[2].removeprefix("./").removeprefix("/") for line in lines(data))
            package = name.removesuffix(_SUMS)
            yield OwnedFiles(path, package, "\0".join(filter(None, listed)).encode())
