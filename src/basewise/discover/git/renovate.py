"""Whether Renovate moves the digests that a file names, as far as its configuration in the clone tells.

Follows "Configuration Options" of docs.renovatebot.com. Presets that come with Renovate are known by the catalogue;
those that lie elsewhere cannot be read without network, and what hangs on them is unknown. Regular expressions of the
configuration are never run, for they may not end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from basewise.catalogue.update_bots import Manager, Preset, update_bots
from basewise.discover.git.owners import Open
from basewise.discover.json5 import read_json5
from basewise.discover.nodes import Mapping, Node
from basewise.discover.path_patterns import glob_matches
from basewise.discover.reading import child, items, text, texts
from basewise.model.evidence import Answer, State
from basewise.model.limits import Limits
from basewise.model.workload import UsageKind

T = TypeVar("T")

_CONFIGURATIONS = (
    *("renovate.json", "renovate.json5", ".github/renovate.json", ".github/renovate.json5"),
    *(".gitlab/renovate.json", ".gitlab/renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5"),
    "package.json",
)
"""In the order in which Renovate looks for them; the first counts."""
_UNDERSTOOD = {"matchManagers", "matchDatasources", "matchFileNames", "matchUpdateTypes", "matchCategories"}
_DIGESTS = {"digest", "pinDigest", "pin"}
_DEEPEST = 10  # presets inside presets


class Named(msgspec.Struct, frozen=True):
    """A file that names images."""

    path: str
    """In the clone."""
    kind: UsageKind
    pinned: bool
    """True when it names at least one digest."""


class Renovate:
    """The configuration of one clone."""

    def __init__(self, open_file: Open, limits: Limits, late: Callable[[], bool]) -> None:
        self._late = late
        self.path = ""
        """Empty when there is none."""
        self._root: Mapping | None = None
        most = limits.bot_configuration_bytes
        for path in _CONFIGURATIONS:
            file = open_file(path)
            if file is None:
                continue
            if path == "package.json" and b'"renovate"' not in file.data:
                continue
            root = read_json5(file) if path == "package.json" or len(file.data) <= most else None
            if path == "package.json":
                section = child(root, "renovate")
                if not isinstance(section, Mapping):
                    continue
                root = section
            self.path, self._root = path, root
            break
        self._presets, self._elsewhere = _presets(self._root)

    def moves(self, file: Named) -> Answer:
        """Whether it moves the digests of a file's images."""
        if not self.path:
            return Answer("no", "no Renovate configuration in the repository")
        if self._root is None:
            return self._answer("unknown", "it cannot be read, or is too large")
        if self._late():
            return self._answer("unknown", "there was no time left for this file")
        manager = update_bots().renovate.managers.get(file.kind)
        if manager is None:
            return self._answer("no", f"Renovate has no manager that reads images in {file.kind} files")
        for ask in (self._enabled, self._reads, self._passes_over, self._ruled_out, self._pins):
            answer = ask(file, manager)
            if answer is not None:
                return answer
        if self._elsewhere:
            return self._answer("unknown", f"it hangs on the preset {self._elsewhere[0]}, which is not here")
        return self._answer("no", "it updates tags and pins no digests: pinDigests is not set")

    def _answer(self, state: State, reason: str) -> Answer:
        return Answer(state, reason, self.path)

    def _enabled(self, file: Named, manager: Manager) -> Answer | None:  # noqa: ARG002 -- one form for all questions
        """No, when Renovate or the manager is switched off."""
        assert self._root is not None
        own = _flag(self._root, "enabled")
        enabled = own if own is not None else _last(self._presets, lambda preset: preset.enabled)
        if enabled is False:
            return self._answer("no", "Renovate is disabled")
        chosen = texts(child(self._root, "enabledManagers"))
        if chosen and manager.name not in chosen:
            return self._answer("no", f"enabledManagers leaves {manager.name} out")
        off = _flag(self._root, manager.name, "enabled")
        if off is None and manager.name == "dockerfile":
            off = _flag(self._root, "docker", "enabled")
        by_preset = any(manager.name in preset.disables for preset in self._presets)
        if off is False or (off is None and by_preset):
            return self._answer("no", f"the manager {manager.name} is disabled")
        return None

    def _reads(self, file: Named, manager: Manager) -> Answer | None:
        """No, when the manager does not take the file for one of its own."""
        if manager.claims(file.path):
            return None
        named = [
            pattern
            for key in ("managerFilePatterns", "fileMatch", "filePatterns")
            for pattern in texts(child(self._root, manager.name, key))
        ]
        found = [_selects(pattern, file.path) for pattern in named]
        if any(found):
            return None
        if None in found:
            return self._answer("unknown", f"regular expressions select the files of {manager.name}, and are not run")
        if self._elsewhere:
            return self._answer("unknown", f"it hangs on the preset {self._elsewhere[0]}, which is not here")
        return self._answer("no", f"{manager.name} does not look at files of this name")

    def _passes_over(self, file: Named, manager: Manager) -> Answer | None:  # noqa: ARG002 -- see above
        """No, when the file is ignored; the repository's own list takes the place of a preset's."""
        ignored = child(self._root, "ignorePaths")
        paths = _last(self._presets, lambda preset: preset.ignores) or [] if ignored is None else texts(ignored)
        for pattern in paths:
            if pattern in file.path or glob_matches(pattern, file.path):
                return self._answer("no", f"ignorePaths has {pattern}")
        only = texts(child(self._root, "includePaths"))
        if only and not any(pattern == file.path or glob_matches(pattern, file.path) for pattern in only):
            return self._answer("no", "includePaths leaves it out")
        return None

    def _ruled_out(self, file: Named, manager: Manager) -> Answer | None:
        """No, when digests are not updated here; unknown, when a rule for some packages says so."""
        off = _flag(self._root, "digest", "enabled")
        if off is False or (off is None and _last(self._presets, lambda preset: preset.digests) is False):
            return self._answer("no", "updates of digests are disabled")
        for rule in self._rules(file, manager):
            if _flag(rule, "enabled") is False:
                if set(_matchers(rule)) <= _UNDERSTOOD:
                    return self._answer("no", f"packageRules disables it (line {rule.line})")
                return self._answer("unknown", f"packageRules disables some packages (line {rule.line})")
        return None

    def _pins(self, file: Named, manager: Manager) -> Answer | None:
        """Yes, when digests that are there are moved, or new ones pinned."""
        if file.pinned and not self._elsewhere:
            return self._answer("yes", f"the manager {manager.name} moves the digests that are there")
        pins = _last(self._presets, lambda preset: preset.pins)
        for path in (["pinDigests"] if manager.pins else [], [manager.name, "pinDigests"]):
            own = _flag(self._root, *path) if path else None
            pins = own if own is not None else pins
        if manager.name == "dockerfile" and (own := _flag(self._root, "docker", "pinDigests")) is not None:
            pins = own
        for rule in self._rules(file, manager):
            if (own := _flag(rule, "pinDigests")) is not None and set(_matchers(rule)) <= _UNDERSTOOD:
                pins = own
        if pins:
            return self._answer("yes", f"the manager {manager.name} pins digests and moves them")
        return None

    def _rules(self, file: Named, manager: Manager) -> Iterator[Mapping]:
        """Rules that are about this manager, kind of update and file, or may be."""
        for rule in items(child(self._root, "packageRules")):
            if not isinstance(rule, Mapping):
                continue
            managers, sources = texts(child(rule, "matchManagers")), texts(child(rule, "matchDatasources"))
            updates, files = texts(child(rule, "matchUpdateTypes")), texts(child(rule, "matchFileNames"))
            if managers and manager.name not in managers:
                continue
            if sources and "docker" not in sources:
                continue
            if updates and not _DIGESTS.intersection(updates):
                continue
            if files and not any(_selects(pattern, file.path) is not False for pattern in files):
                continue
            yield rule


def _presets(root: Node | None) -> tuple[list[Preset], list[str]]:
    """What the presets say that are known, those they extend first, and the names of those that are elsewhere."""
    known = update_bots().renovate
    found: list[Preset] = []
    elsewhere: list[str] = []

    def add(name: str, depth: int) -> None:
        preset = known.presets.get(name)
        if preset is not None and depth < _DEEPEST:
            for below in preset.extends:
                add(below, depth + 1)
            found.append(preset)
        elif preset is None and (">" in name or not name.startswith(tuple(known.harmless))):
            elsewhere.append(name[:200])

    ignored = set(texts(child(root, "ignorePresets")))
    for name in texts(child(root, "extends")):
        if name not in ignored:
            add(name, 0)
    return found, elsewhere


def _last(presets: list[Preset], value: Callable[[Preset], T | None]) -> T | None:
    """What the last preset says that says anything."""
    return next((said for preset in reversed(presets) if (said := value(preset)) is not None), None)


def _flag(node: Node | None, *path: str) -> bool | None:
    return {"true": True, "false": False}.get(text(child(node, *path)))


def _matchers(rule: Mapping) -> list[str]:
    return [key for key in rule.entries if key.startswith(("match", "exclude"))]


def _selects(pattern: str, path: str) -> bool | None:
    """Whether a pattern selects a path; None for a regular expression, and for what is not understood."""
    if pattern.startswith(("/", "!", "^")) or pattern.endswith("$"):
        return None
    return glob_matches(pattern, path)
