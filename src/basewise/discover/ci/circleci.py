"""Images that CircleCI runs: the `docker` executors of jobs. Images of virtual machines are none.

Follows CircleCI's documentation, "Configuration reference" and "Reusable configuration reference": parameters have the
values that workflows and jobs pass, else their defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.matrix import lists, product
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.reading import child, items, scalars, text
from basewise.discover.recorder import Recorder
from basewise.discover.resolved import DEFAULTED, Resolved, fill
from basewise.discover.scripts import read_script
from basewise.discover.source_file import SourceFile
from basewise.model.workload import UsageKind

_PATH = re.compile(r"(?:.*/)?\.circleci/[^/]+\.ya?ml")
_PARAMETER = re.compile(r"<<\s*(pipeline\.)?parameters\.([\w.-]+)\s*>>")
_OPENING = "<<"

Parameters = dict[str, Node]
"""Values that a caller passes."""


class CircleCiSource(UsageSource):
    """`.circleci/config.yml` and the files that continue it."""

    kind: UsageKind = "circleci"

    def claims(self, path: str) -> bool:
        return bool(_PATH.fullmatch(path))

    def read(self, file: SourceFile) -> Discovered:
        """The images of the jobs, executors and commands of one file, orbs that are written there included."""
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        if "image" not in (file.text or "") and "docker" not in (file.text or ""):
            return Discovered()
        recorder = Recorder(file, self.kind, "ci")
        for root in recorder.roots():
            _Reader(root, root, recorder).read()
            orbs = child(root, "orbs")
            for orb in orbs.entries.values() if isinstance(orbs, Mapping) else []:
                if isinstance(orb, Mapping):
                    _Reader(orb, root, recorder).read()
        return recorder.discovered()


class _Reader:
    """A configuration, or an orb that stands in one."""

    def __init__(self, node: Mapping, root: Mapping, recorder: Recorder) -> None:
        self._node = node
        self._root = root
        self._recorder = recorder
        self._calls = _calls(node, recorder)

    def read(self) -> None:
        for name, job in self._named("jobs"):
            self._take(job, self._calls.get(name, [{}]))
            self._read_steps(child(job, "steps"))
        for name, executor in self._named("executors"):
            self._take(executor, self._uses(name))
        for _, command in self._named("commands"):
            self._read_steps(child(command, "steps"))

    def _named(self, key: str) -> Iterator[tuple[str, Node]]:
        found = child(self._node, key)
        if isinstance(found, Mapping):
            yield from found.entries.items()

    def _take(self, node: Node, calls: list[Parameters]) -> None:
        """Adds the images of a job or executor, for each way in which it is called."""
        for item in items(child(node, "docker")):
            image = child(item, "image")
            if isinstance(image, Scalar) and text(image):
                for call in self._recorder.affordable(calls, 1, image.line):
                    self._recorder.image(image.value, image.line, self._resolve(image.value, node, call))

    def _resolve(self, written: str, owner: Node, call: Parameters) -> Resolved:
        """The text with its parameters replaced."""

        def value(match: re.Match[str]) -> Resolved:
            name = match[2]
            passed = None if match[1] else call.get(name)
            found = passed or child(self._root if match[1] else owner, "parameters", name, "default")
            if not isinstance(found, Scalar) or _OPENING in found.value:
                return Resolved(match[0], problem=f"the parameter {name} has no value here")
            return Resolved(found.value, 1.0 if passed else DEFAULTED)

        resolved = fill(written, _PARAMETER, value, self._recorder.file.limits.interpolated_characters)
        if not resolved.problem and _OPENING in resolved.value:
            return Resolved(written, problem="an expression is filled in later")
        return resolved

    def _uses(self, name: str) -> list[Parameters]:
        """The parameters that jobs pass to an executor."""
        found: list[Parameters] = []
        for _, job in self._named("jobs"):
            executor = child(job, "executor")
            if text(executor) == name:
                found.append({})
            elif isinstance(executor, Mapping) and text(child(executor, "name")) == name:
                found.append(executor.entries)
        return found or [{}]

    def _read_steps(self, steps: Node | None) -> None:
        """Reads the scripts of steps; those under a condition have steps in them, as deep as YAML is read."""
        for step in items(steps):
            run = child(step, "run")
            script = child(run, "command") if isinstance(run, Mapping) else run
            folder = text(child(run, "working_directory"))
            read_script(self._recorder, scalars(script), _unknown, "" if folder.startswith(("~", "/")) else folder)
            for condition in ("when", "unless"):
                self._read_steps(child(step, condition, "steps"))


def _unknown(_: str) -> Resolved | None:
    return None


def _calls(node: Mapping, recorder: Recorder) -> dict[str, list[Parameters]]:
    """For each job, what the workflows pass to it; one set for each combination of a matrix."""
    found: dict[str, list[Parameters]] = {}
    workflows = child(node, "workflows")
    for workflow in workflows.entries.values() if isinstance(workflows, Mapping) else []:
        for item in items(child(workflow, "jobs")):
            if isinstance(item, Scalar):
                found.setdefault(item.value, []).append({})
            for name, passed in item.entries.items() if isinstance(item, Mapping) else []:
                own = passed.entries if isinstance(passed, Mapping) else {}
                rows = product(lists(child(passed, "matrix", "parameters")), recorder.file.limits)
                found.setdefault(name, []).extend({**own, **row} for row in rows)
    return {name: _distinct(calls) for name, calls in found.items()}


def _distinct(calls: list[Parameters]) -> list[Parameters]:
    """Calls that pass the same texts count once."""
    texts = {
        tuple((name, value.value) for name, value in call.items() if isinstance(value, Scalar)): call for call in calls
    }
    return list(texts.values())
