"""What one file says about packages: the records it gives, and what had to be left out of them, with the reason."""

from __future__ import annotations

import re

from basewise.model.contents import PackageRecord, PackageType
from basewise.model.evidence import Outcome, Status
from basewise.model.limits import DEFAULT_LIMITS
from basewise.scan.interface import FileContents

_SHOWN = 3
_NAME = re.compile(r"[^\s\x00-\x1f\x7f]{1,512}")
_TEMPLATE = re.compile(r"[\s${}@%<>\x00-\x1f\x7f]")
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

    def __init__(self, kind: PackageType, database: str) -> None:
        self._kind = kind
        self._database = database
        self._records: dict[PackageRecord, None] = {}
        self._problems: dict[str, None] = {}

    def add(self, name: str, version: str, path: str, *, architecture: str = "", rule: str = "") -> bool:
        """Records a package that lies at `path`. False when it was left out, which is then said."""
        problem = _problem(name, version)
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
            rule=rule,
        )
        self._records[record] = None
        return True

    def note(self, where: str, reason: str) -> None:
        """Says what is missing from the records, or in doubt."""
        self._problems[f"{where}: {reason}"] = None

    def contents(self) -> FileContents:
        """Everything found; with a note it is `partial`, and `not_assessed` when there is no record beside it."""
        if not self._problems:
            return FileContents(records=list(self._records))
        shown = [*self._problems][:_SHOWN]
        more = len(self._problems) - len(shown)
        reason = ", ".join(shown) + (f" and {more} more" if more else "")
        outcome: Outcome = "partial" if self._records else "not_assessed"
        return FileContents(records=list(self._records), status=Status(outcome, reason))


def _problem(name: str, version: str) -> str:
    if not name:
        return "no package name"
    if not _NAME.fullmatch(name):
        return f"'{name[:80]}' is no package name"
    if not version:
        return f"{name} has no version"
    if len(version) > DEFAULT_LIMITS.version_characters or _TEMPLATE.search(version):
        return f"'{version[:80]}' is no version of {name}"
    if version.lower() in _STANDS_FOR_NONE:
        return f"the version of {name} is {version}, which stands for none"
    return ""
