"""Programs that no package records, recognised by dated rules: file name, then the version in the content.

The rules are in `catalogue/programs.yaml`. A file that carries the name of a program and tells no version is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from basewise.catalogue.programs import WINDOW, ProgramRule, file_names, program_rules
from basewise.model.contents import PackageRecord
from basewise.model.evidence import Status
from basewise.model.limits import Limits
from basewise.scan.executables.elf import BrokenElf, Elf
from basewise.scan.interface import Executable, FileContents

_GROUP = re.compile(r"\{([a-z]+)\}")
"""Not `{1,2}`, which counts repetitions."""


class TooManyCandidates(Exception):
    """A file has more places that may hold its version than are looked at."""


class Programs(Executable):
    """Packages from the version strings of well-known programs and their shared libraries."""

    type = "generic"

    def wants(self, path: str) -> bool:
        return file_names().fullmatch(path.rpartition("/")[2]) is not None

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        file = path.rpartition("/")[2]
        if file_names().fullmatch(file) is None:
            return FileContents()
        rules = [(rule, named) for rule in program_rules() if (named := re.fullmatch(rule.files, file))]
        data = _constants(data)
        found: dict[tuple[str, str], PackageRecord] = {}
        reason = ""
        for rule, named in rules:
            try:
                versions = sorted(versions_by(rule, named, data, limits))
            except TooManyCandidates as error:
                reason = str(error)
                continue
            if len(versions) == 1:
                record = PackageRecord(type="generic", database=path, name=rule.name, version=versions[0], path=path)
                found[record.name, record.version] = record
            elif versions:
                reason = f"{rule.id} {' or '.join(versions[:3])}: its version cannot be told"
        if found:
            return FileContents(records=list(found.values()))
        if not reason and not any(rule.partner for rule, _ in rules):
            reason = f"named as {' or '.join(rule.id for rule, _ in rules)} is, but tells no version of it"
        return FileContents(status=Status("partial", f"{path}: {reason}") if reason else Status())


def _constants(data: bytes) -> bytes:
    """The part of a program where its texts are: half of the large ones is code, in which nothing is to be found."""
    try:
        return Elf(data).constants()
    except BrokenElf:
        return data


def versions_by(rule: ProgramRule, named: re.Match[str], data: bytes, limits: Limits) -> set[str]:
    """Every version that a rule finds in a file, less those that only begin another one.

    Args:
        named: the match of the rule's `files` with the name of the file.

    Raises:
        TooManyCandidates: there are more than `version_candidates` of them, or `version_places` to look at.
    """
    versions: set[str] = set()
    for names in _names(rule, named, data, limits):
        near = _GROUP.sub(lambda group: names[group[1]], rule.near).encode("latin-1")  # noqa: B023 - called at once
        for match in _matches(_compiled(_filled(rule.pattern, names)), near, data, limits.version_places):
            groups = {name: (text or b"").decode("latin-1") for name, text in match.groupdict().items()}
            versions.add(rule.version.format_map(groups))
            if len(versions) > limits.version_candidates:
                raise _too_many_versions(rule, limits)
    if rule.again and versions:
        versions = _standing_again(versions, rule.again, data)
    return {version for version in versions if not _begins_another(version, versions)}


def _names(rule: ProgramRule, named: re.Match[str], data: bytes, limits: Limits) -> Iterable[Mapping[str, str]]:
    """What fills the groups of a rule: the name of the file, or each thing that the content says where it does not."""
    names = {name: text or "" for name, text in named.groupdict().items()}
    if not rule.told_by or all(names.values()):
        return [names]
    told: dict[tuple[tuple[str, str], ...], None] = {}
    for match in _compiled(rule.told_by).finditer(data):
        told[tuple((name, text.decode("latin-1")) for name, text in match.groupdict(b"").items())] = None
        if len(told) > limits.version_candidates:
            raise _too_many_versions(rule, limits)
    return [dict(groups) for groups in told]


def _too_many_versions(rule: ProgramRule, limits: Limits) -> TooManyCandidates:
    return TooManyCandidates(f"{rule.id}: more versions than version_candidates = {limits.version_candidates}")


def _matches(pattern: re.Pattern[bytes], near: bytes, data: bytes, most: int) -> Iterator[re.Match[bytes]]:
    if not near:
        yield from pattern.finditer(data)
        return
    at = data.find(near)
    places = 0
    while at >= 0:
        places += 1
        if places > most:
            raise TooManyCandidates(f"more places that may hold its version than version_places = {most}")
        end = at + len(near)
        around = pattern.finditer(data, max(at - WINDOW, 0), end + WINDOW)
        yield from (match for match in around if match.start() <= at and end <= match.end())
        at = data.find(near, at + 1)


def _standing_again(versions: Iterable[str], behind: str, data: bytes) -> set[str]:
    """Those versions that `behind` follows somewhere."""
    longest_first = sorted(versions, key=len, reverse=True)
    pattern = f"({'|'.join(map(re.escape, longest_first))}){behind}".encode("latin-1")
    return {match[1].decode("latin-1") for match in re.finditer(pattern, data)}


def _begins_another(version: str, versions: Iterable[str]) -> bool:
    return any(other != version and other.startswith(version) for other in versions)


def _filled(template: str, groups: Mapping[str, str]) -> str:
    """`template` with each `{group}` replaced by what the group matched, to be matched literally."""
    return _GROUP.sub(lambda found: re.escape(groups[found[1]]), template)


@lru_cache(maxsize=1024)  # rules times the release lines that a fleet has
def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode("latin-1"), re.DOTALL)
