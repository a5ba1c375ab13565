"""Builds of one package side by side: module streams, and several builds with the same fix.

A module stream (nodejs:18 beside nodejs:20, and beside the package of no module) is a line of builds of its own: an
advisory for one says nothing of the others, although all have the same package name. Which stream an advisory is of
stands in its summary only, `nodejs:18 security update`, as AlmaLinux, Rocky Linux and Red Hat write it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from basewise.advisories.ranges import Ranges, bound_key
from basewise.advisories.schema import Statement
from basewise.advisories.versions import scheme_for
from basewise.model.advisory import PackageVersion

Key = tuple[str, str]
"""Ecosystem and package name."""
_STREAM = re.compile(r"(?<![\w:])[A-Za-z0-9][\w.+-]*:[\w.+-]+")
_EVERY_BUILD = "AlmaLinux"
"""Its records list each build that has the fix: of several minor releases, `.alma` beside `.alma.plus`."""


def modules(ranges: Ranges, summary: str | None) -> list[str]:
    """The module streams that a statement is of; none when its bounds are no builds of modules or nobody says."""
    if not summary or ":" not in summary or not any(map(_is_modular, _versions(ranges))):
        return []
    return _STREAM.findall(summary)


def concerns(statement: Statement, package: PackageVersion) -> bool:
    """True unless the statement is of another module stream than the package.

    Where the stream of either is not known, only builds of modules are told from others: too much said is better than
    a vulnerability passed over.
    """
    versions = _versions(statement.ranges)
    if versions and not any(_is_modular(version) == _is_modular(package.version) for version in versions):
        return False
    return not package.module or not statement.modules or package.module in statement.modules


def earliest_fixes(found: Sequence[tuple[Key, Statement]]) -> list[tuple[Key, Statement]]:
    """AlmaLinux's statements of one record, with the earliest of several builds that have the same fix.

    Read as statements of their own, the latest of them would decide, and the build that a minor release shipped with
    the fix would count as vulnerable.
    """
    scheme = scheme_for(_EVERY_BUILD)
    if scheme is None or not any(key[0].startswith(_EVERY_BUILD) for key, _ in found):
        return list(found)
    kept: dict[tuple[Key, bool], Statement] = {}
    rest = []
    for key, statement in found:
        fix = _only_fix(statement.ranges) if key[0].startswith(_EVERY_BUILD) else ""
        if not fix:
            rest.append((key, statement))
            continue
        same = (key, _is_modular(fix))
        if same not in kept or bound_key(fix, scheme) < bound_key(_only_fix(kept[same].ranges), scheme):
            kept[same] = statement
    return [*rest, *((key, statement) for (key, _), statement in kept.items())]


def _only_fix(ranges: Ranges) -> str:
    """The fix of a statement that says nothing but: fixed in this version; else nothing."""
    if len(ranges.ranges) != 1 or ranges.versions:
        return ""
    events = [(bound.kind, bound.version) for bound in ranges.ranges[0]]
    return events[1][1] if len(events) == 2 and events[0] == ("introduced", "0") and events[1][0] == "fixed" else ""


def _versions(ranges: Ranges) -> list[str]:
    return [bound.version for bounds in ranges.ranges for bound in bounds if bound.version != "0"]


def _is_modular(version: str) -> bool:
    """True for a release as module builds have it: `1.module_el8.3.0+…`, `1.module+el8.7.0+…`."""
    return ".module" in version
