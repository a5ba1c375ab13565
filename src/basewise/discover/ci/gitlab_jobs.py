"""Jobs of GitLab CI with what they extend, and the variables that hold in them.

Follows GitLab's documentation, "CI/CD YAML syntax reference", keywords `extends`, `variables`, `parallel:matrix`
and `inherit`, and "Optimize GitLab CI/CD configuration files", section "!reference tags".
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator
from functools import cached_property

import msgspec

from basewise.discover.ci.gitlab_files import Configuration, ConfigurationFile
from basewise.discover.dollars import interpolation
from basewise.discover.matrix import Row, product
from basewise.discover.nodes import Mapping, Node, Scalar, Sequence
from basewise.discover.reading import child, items, text
from basewise.discover.resolved import DEFAULTED, Resolved, Variables, fill
from basewise.model.limits import Limits

_LONGEST = 50  # jobs that extend each other; GitLab allows eleven levels
_INPUT = re.compile(r"\$\[\[\s*inputs\.([\w-]+)\s*(?:\|[^\]]*)?\]\]")


class Value(msgspec.Struct, frozen=True):
    """A value with the file that writes it."""

    node: Node
    file: ConfigurationFile


class Job(msgspec.Struct, frozen=True):
    """A job or template: what it says, then what it extends, then the defaults."""

    name: str
    links: list[Value]
    defaults: list[ConfigurationFile]

    @property
    def is_hidden(self) -> bool:
        """True for a template, which runs only through the jobs that extend it."""
        return self.name.startswith(".")

    def value(self, key: str) -> Value | None:
        """What the job has under a key."""
        for link in self.links:
            node = child(link.node, key)
            if node is not None:
                return Value(node, link.file)
        for file in self.defaults:
            node = file.default(key)
            if node is not None:
                return Value(node, file)
        return None


class Jobs:
    """All jobs of a configuration."""

    def __init__(self, configuration: Configuration, limits: Limits) -> None:
        self._files = configuration.files
        self._limits = limits
        self._combinations = 0
        self._interpolate = interpolation(limits)
        self._written: dict[str, list[Value]] = {}
        for file in configuration.files:
            for name, job in file.jobs:
                self._written.setdefault(name, []).append(Value(job, file))

    def __iter__(self) -> Iterator[Job]:
        for name in self._written:
            yield self.job(name)

    def job(self, name: str) -> Job:
        """A job with all that it extends; of several templates the last one wins."""
        links: list[Value] = []
        seen: set[str] = set()
        pending = [name]
        while pending and len(seen) < _LONGEST:
            current = pending.pop()
            if current in seen or not current:
                continue
            seen.add(current)
            for link in self._written.get(current, []):
                links.append(link)
                extended = child(link.node, "extends")
                pending += [text(node) for node in [extended, *items(extended)]]
        return Job(name, links, self._files if _inherits(links) else [])

    def referenced(self, value: Value) -> Value | None:
        """What a `!reference [job, key]` stands for; the value itself when it is none."""
        path = [text(item) for item in items(value.node) if isinstance(item, Scalar)]
        if not isinstance(value.node, Sequence) or len(path) < 2 or len(path) != len(value.node.items):
            return value
        for link in self._written.get(path[0], []):
            node = child(link.node, *path[1:])
            if node is not None and (path[0].startswith(".") or path[-1] in {"image", "services", "name"}):
                return Value(node, link.file)
        return None if path[0].startswith(".") else value

    def resolve(self, written: str, file: ConfigurationFile, job: Job) -> list[Resolved]:
        """A text with its variables replaced, once for each combination of the job's matrix."""
        inputs = _with_inputs(written, file, self._limits.interpolated_characters)
        if inputs.problem or "$" not in inputs.value:
            return [inputs]
        if len(written) > self._limits.interpolated_characters:
            problem = f"it is longer than {self._limits.interpolated_characters} characters"
            return [Resolved(written, problem=problem)]
        own = self._job_variables(job)
        found: list[Resolved] = []
        for row in self._rows(job):
            variables = Variables(ChainMap(_texts(row), own, self._variables), self._interpolate)
            resolved = self._interpolate(inputs.value, variables.get)
            if resolved not in found:
                found.append(resolved)
        return found

    def variables(self, job: Job) -> Variables:
        """What holds in the scripts of a job, its matrix left aside."""
        return Variables(ChainMap(self._job_variables(job), self._variables), self._interpolate)

    @cached_property
    def _variables(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for file in reversed(self._files):
            found.update(_named(child(file.root, "variables")))
        return found

    def _job_variables(self, job: Job) -> dict[str, str]:
        found: dict[str, str] = {}
        for link in reversed(job.links):
            found.update(_named(child(link.node, "variables")))
        return found

    def _rows(self, job: Job) -> list[Row]:
        """The combinations of its matrix; one that says nothing when the file has more than can be followed."""
        matrix = job.value("parallel")
        rows: list[Row] = []
        for entry in items(child(matrix.node, "matrix")) if matrix else []:
            if isinstance(entry, Mapping):
                axes = {name: items(value) or [value] for name, value in entry.entries.items()}
                rows += product(axes, self._limits)
            if len(rows) > self._limits.matrix_rows:
                break
        self._combinations += len(rows)
        return rows if rows and self._combinations <= self._limits.matrix_values else [{}]


def _inherits(links: list[Value]) -> bool:
    """False for a job that says `inherit: {default: false}`."""
    return all(text(child(link.node, "inherit", "default")) != "false" for link in links)


def _named(node: Node | None) -> dict[str, str]:
    """Variables, short and with `value`."""
    entries = node.entries.items() if isinstance(node, Mapping) else []
    values = ((name, child(value, "value") if isinstance(value, Mapping) else value) for name, value in entries)
    return {name: value.value for name, value in values if isinstance(value, Scalar)}


def _texts(row: Row) -> dict[str, str]:
    return {name: value.value for name, value in row.items() if isinstance(value, Scalar)}


def _with_inputs(written: str, file: ConfigurationFile, longest: int) -> Resolved:
    """The text with the defaults of the file's inputs put in."""

    def value(match: re.Match[str]) -> Resolved:
        default = file.input_default(match[1])
        if not isinstance(default, Scalar):
            return Resolved(match[0], problem=f"the input {match[1]} has no default")
        return Resolved(default.value, DEFAULTED)

    return fill(written, _INPUT, value, longest)
