"""Whether Dependabot moves the digests that a file names, by .github/dependabot.yml.

Follows "Dependabot options reference" of docs.github.com: an ecosystem is read in the directories that are named and
not below them; `directories` takes globs. Dependabot moves a digest that is there, and adds none.
"""

from __future__ import annotations

from collections.abc import Callable

from basewise.catalogue.update_bots import update_bots
from basewise.discover.git.owners import Open
from basewise.discover.git.renovate import Named
from basewise.discover.nodes import Mapping, Node
from basewise.discover.path_patterns import glob_matches
from basewise.discover.reading import child, integer, items, text, texts
from basewise.model.evidence import Answer
from basewise.model.limits import Limits

_CONFIGURATIONS = (".github/dependabot.yml", ".github/dependabot.yaml")


class Dependabot:
    """The configuration of one clone."""

    def __init__(self, open_file: Open, limits: Limits, late: Callable[[], bool]) -> None:
        self._late = late
        self.path = ""
        """Empty when there is none."""
        self._updates: list[Node] | None = None
        for path in _CONFIGURATIONS:
            file = open_file(path)
            if file is not None:
                self.path = path
                mappings = file.mappings if len(file.data) <= limits.bot_configuration_bytes else []
                if len(mappings) == 1 and not file.problems:
                    self._updates = items(child(mappings[0], "updates"))
                break

    def moves(self, file: Named) -> Answer:
        """Whether it moves the digests of a file's images."""
        if not self.path:
            return Answer("no", "no Dependabot configuration in the repository")
        if self._updates is None:
            return Answer("unknown", "it cannot be read, or is too large", self.path)
        if self._late():
            return Answer("unknown", "there was no time left for this file", self.path)
        ecosystem = update_bots().dependabot.ecosystems.get(file.kind)
        name = file.path.rpartition("/")[2]
        if ecosystem is None or not ecosystem.claims(name):
            return Answer("no", f"Dependabot reads no images in a {file.kind} file of this name", self.path)
        entries = [one for one in self._updates if text(child(one, "package-ecosystem")) == ecosystem.name]
        if not entries:
            return Answer("no", f"the ecosystem {ecosystem.name} is not listed", self.path)
        covering = [one for one in entries if _covers(one, file.path)]
        if not covering:
            return Answer("no", f"no entry of {ecosystem.name} covers its directory", self.path)
        active = [one for one in covering if integer(child(one, "open-pull-requests-limit")) != 0]
        if not active:
            return Answer("no", "open-pull-requests-limit is 0", self.path)
        if all(_ignores_everything(one) for one in active):
            return Answer("no", "it ignores every dependency", self.path)
        if not file.pinned:
            return Answer("no", "it updates tags and pins no digests", self.path)
        return Answer("yes", f"the ecosystem {ecosystem.name} covers its directory", self.path)


def _covers(entry: Node, path: str) -> bool:
    """True when one of an entry's directories is that of the file, and nothing excludes the file."""
    folder = path.rpartition("/")[0]
    single = text(child(entry, "directory"))
    directories = [*([single] if single else []), *texts(child(entry, "directories"))]
    excluded = any(glob_matches(pattern, path) for pattern in texts(child(entry, "exclude-paths")))
    return not excluded and any(_is_directory(directory, folder) for directory in directories)


def _is_directory(pattern: str, folder: str) -> bool:
    plain = "/".join(part for part in pattern.split("/") if part not in ("", "."))
    return plain == folder or bool(glob_matches(plain, folder))


def _ignores_everything(entry: Node) -> bool:
    return any(
        isinstance(rule, Mapping)
        and text(child(rule, "dependency-name")) == "*"
        and not {"versions", "update-types"} & set(rule.entries)
        for rule in items(child(entry, "ignore"))
    )
