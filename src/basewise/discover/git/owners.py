"""Who owns a file, by CODEOWNERS.

GitHub (docs.github.com, "About code owners"): the first of .github/, the root and docs/ that has the file; patterns are
those of .gitignore without negation and classes; the last line that matches counts, also when it names nobody; a line
that is not valid is passed over.

GitLab (docs.gitlab.com, "Code Owners syntax and error handling"): the first of the root, docs/ and .gitlab/; a pattern
without a slash at its beginning matches at any depth; sections, with default owners, each of which has its own last
match; `!` takes a file out of a section.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from basewise.discover.path_patterns import ANY_DEPTH, path_matches
from basewise.discover.source_file import SourceFile
from basewise.model.limits import Limits

_GITHUB = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_GITLAB = ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_SECTION = re.compile(r"\^?\[([^\]]{1,200})\](?:\[\d{1,5}\])?(.*)")
_WORD = re.compile(r"(?:[^\s\\]|\\.)+")
_OWNER = re.compile(r"@[\w.@-][\w./@-]*|[^\s@]+@[^\s@]+")
_SPACES = re.compile(r"\\([ #\t])")

Open = Callable[[str], SourceFile | None]
"""A file of the clone by its path; None when there is none."""


class Owners(msgspec.Struct, frozen=True):
    """The owners of one file."""

    names: list[str] = []
    rule: str = ""
    """`CODEOWNERS:12`; empty when no line matches."""


class _Rule(msgspec.Struct, frozen=True):
    line: int
    patterns: list[list[str]]
    """Any of which may match."""
    literal: str
    """A part that a path must have; '' when there is none."""
    owners: list[str]
    excludes: bool = False


class CodeOwners:
    """The rules of one clone."""

    def __init__(self, open_file: Open, limits: Limits, late: Callable[[], bool], *, gitlab: bool) -> None:
        """Reads the file that the forge reads.

        Args:
            late: True when there is no time left for this clone.
            gitlab: GitLab's rules, and its places for the file.
        """
        self._limits = limits
        self._late = late
        self.path = ""
        """Empty when there is no such file."""
        self.problems: list[str] = []
        self._sections: list[list[_Rule]] = []
        for path in _GITLAB if gitlab else _GITHUB:
            file = open_file(path)
            if file is not None:
                self.path = path
                self._read(file, gitlab=gitlab)
                return

    def of(self, path: str) -> Owners:
        """The owners of a file, of all sections together."""
        names: dict[str, None] = {}
        rule = ""
        parts = path.split("/")
        for section in self._sections:
            matching = self._matching(section, parts)
            if matching is not None:
                names.update(dict.fromkeys(matching.owners))
                rule = f"{self.path}:{matching.line}"
        return Owners(list(names), rule)

    def _matching(self, section: list[_Rule], parts: list[str]) -> _Rule | None:
        """The last rule of a section that matches; of those that exclude, the file's last is the section's word."""
        found = None
        for rule in reversed(section):
            if found is not None and not rule.excludes:
                continue
            if rule.literal and rule.literal not in parts:
                continue
            if self._late():
                self._tell(f"{self.path} was not compared with all files in git_seconds = {self._limits.git_seconds:g}")
                return None
            if any(path_matches(pattern, parts) for pattern in rule.patterns):
                if rule.excludes:
                    return rule
                found = rule
        return found

    def _tell(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

    def _read(self, file: SourceFile, *, gitlab: bool) -> None:
        if file.text is None or len(file.data) > self._limits.yaml_bytes:
            self._tell(f"{self.path} is no text in UTF-8, or too large")
            return
        sections: dict[str, list[_Rule]] = {"": []}
        name, defaults = "", list[str]()
        for number, line in enumerate(file.text.splitlines(), start=1):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            if number > self._limits.owner_rules:
                self._tell(f"{self.path} was read up to owner_rules = {self._limits.owner_rules} lines")
                break
            if len(text) > self._limits.owner_rule_characters:
                self._tell(f"{self.path}:{number}: longer than owner_rule_characters")
                continue
            header = _SECTION.fullmatch(text) if gitlab else None
            if header:
                name, defaults = header[1].strip().lower(), _OWNER.findall(header[2])
                sections.setdefault(name, [])
                continue
            rule = _gitlab_rule(number, text, defaults) if gitlab else _github_rule(number, text)
            if rule is not None:
                sections[name].append(rule)
        self._sections = list(sections.values())


def _words(text: str) -> Iterator[str]:
    """Words of a line up to a comment at its end; a backslash keeps a blank in a word."""
    for word in _WORD.findall(text):
        if word.startswith("#"):
            return
        yield word


def _github_rule(line: int, text: str) -> _Rule | None:
    pattern, *owners = list(_words(text)) or [""]
    if not pattern or pattern.startswith("!") or "[" in pattern or any(not _OWNER.fullmatch(one) for one in owners):
        return None
    parts = _parts(pattern)
    anchored = len(parts) > 1 or pattern.startswith("/")
    if not anchored:
        parts = [ANY_DEPTH, *parts]
    inside = [*parts, ANY_DEPTH, "*"]
    if pattern.endswith("/"):
        return _Rule(line, [inside], _literal(parts), owners)
    # docs/* is what lies in docs and not deeper; docs/api is a file or all that is below a directory.
    only = anchored and parts[-1] == "*"
    return _Rule(line, [parts] if only else [parts, inside], _literal(parts), owners)


def _gitlab_rule(line: int, text: str, defaults: list[str]) -> _Rule | None:
    pattern, *words = list(_words(text)) or [""]
    excludes = pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    if not pattern:
        return None
    parts = _parts(pattern)
    if not pattern.startswith("/"):
        parts = [ANY_DEPTH, *parts]
    if pattern.endswith("/"):
        parts = [*parts, ANY_DEPTH, "*"]
    owners = [word for word in words if _OWNER.fullmatch(word)]
    return _Rule(line, [parts], _literal(parts), [] if excludes else owners or defaults, excludes)


def _parts(pattern: str) -> list[str]:
    return _SPACES.sub(r"\1", pattern.strip("/")).split("/")


def _literal(parts: list[str]) -> str:
    """The longest part that stands for itself."""
    plain = [part for part in parts if not set(part) & set("*?\\")]
    return max(plain, key=len, default="")
