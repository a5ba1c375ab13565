"""What one file says about packages: the records it gives, and what had to be left out of them, with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from basewise.model.contents import PackageRecord, PackageType
from basewise.model.evidence import Outcome, Status
from basewise.model.limits import Limits
from basewise.scan.interface import FileContents
from basewise.scan.listing import UNREADABLE, Entry, Listing

_Document = TypeVar("_Document")
_SHOWN = 3
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NO_NAME = re.compile(r"[\s\x00-\x1f\x7f]")
_NO_VERSION = re.compile(r"[\s${}@%<>\x00-\x1f\x7f]")
"""No ecosystem allows these in a version: they are left over from a template that nobody filled in."""
_STANDS_FOR_NONE = frozenset(
    {
        *("0.0.0", "0.0.0-development", "0.0.0-semantically-released", "0+unknown", "1.0.0+no-version-set"),
        *("null", "none", "nil", "undefined", "unspecified", "unknown"),
    }
)
"""What tools write when nobody told them a version: setuptools and npm templates `0.0.0`, semantic-release
`0.0.0-development`, versioneer `0+unknown`, Gradle `unspecified`, Composer `1.0.0+no-version-set`."""


class Found:
    """Records of one file."""

    def __init__(self, kind: PackageType, database: str, limits: Limits) -> None:
        self._kind = kind
        self._database = database
        self._limits = limits
        self._records: dict[PackageRecord, None] = {}
        self._notes: list[str] = []
        self._more_notes = 0

    def add(
        self,
        name: str,
        version: str,
        path: str,
        *,
        architecture: str = "",
        build: str = "",
        channel: str = "",
        rule: str = "",
    ) -> bool:
        """Records a package that lies at `path`. False when it was left out, which is then said."""
        problem = self._problem(name, version)
        if problem:
            self.note(path, problem)
            return False
        record = PackageRecord(
            type=self._kind,
            database=self._database,
            name=name,
            version=version,
            architecture=architecture,
            path=path,
            build=build,
            channel=channel,
            rule=rule,
        )
        self._records[record] = None
        return True

    def note(self, where: str, reason: str) -> None:
        """Says what is missing from the records, or in doubt."""
        said = f"{where}: {reason}"
        if said in self._notes:
            return
        if len(self._notes) < _SHOWN:
            self._notes.append(said)
        else:
            self._more_notes += 1

    def json(self, data: bytes, decoder: msgspec.json.Decoder[_Document]) -> _Document | None:
        """The whole file as a document; None, which is then said, when it is none."""
        return self._decoded(data, decoder.decode)

    def listed(self, data: bytes, listing: Listing[Entry]) -> list[tuple[str, Entry]] | None:
        """The entries of the whole file, by key, but for those that cannot be read; None when it is no document.

        Either is said.
        """

        def note(reason: str) -> None:
            self.note(self._database, reason)

        return self._decoded(data, lambda text: listing.read(text, note, self._limits))

    def _decoded(self, data: bytes, decode: Callable[[bytes], _Document]) -> _Document | None:
        most = self._limits.package_text_bytes
        if len(data) > most:
            self.note(self._database, f"{len(data)} bytes; package_text_bytes is {most}")
            return None
        try:
            return decode(data.removeprefix(_BYTE_ORDER_MARK))
        except UNREADABLE as error:
            self.note(self._database, f"cannot be read ({error})")
            return None

    def contents(self) -> FileContents:
        """Everything found; with a note it is `partial`, and `not_assessed` when there is no record beside it."""
        if not self._notes:
            return FileContents(records=list(self._records))
        reason = ", ".join(self._notes) + (f" and {self._more_notes} more" if self._more_notes else "")
        outcome: Outcome = "partial" if self._records else "not_assessed"
        return FileContents(records=list(self._records), status=Status(outcome, reason))

    def _problem(self, name: str, version: str) -> str:
        if len(self._records) >= self._limits.layer_packages:
            return f"more packages than layer_packages = {self._limits.layer_packages}"
        if not name:
            return "no package name"
        if len(name) > self._limits.package_name_characters or _NO_NAME.search(name):
            return f"'{name[:80]}' is no package name"
        if not version:
            return f"{name} has no version"
        if len(version) > self._limits.version_characters or _NO_VERSION.search(version):
            return f"'{version[:80]}' is no version of {name}"
        if version.lower() in _STANDS_FOR_NONE:
            return f"the version of {name} is {version}, which stands for none"
        return ""
