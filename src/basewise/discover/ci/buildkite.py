"""Images that Buildkite runs: by the docker and kubernetes plugins, and by `image` on its Kubernetes and hosted agents.

Follows Buildkite's documentation, "Command step", "Build matrix" and "Environment variables", section "Runtime variable
interpolation"; the READMEs of the docker plugin and of agent-stack-k8s. The docker-compose plugin runs services of a
Compose file, which is read by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from basewise.discover.ci.pod_images import pod_images
from basewise.discover.dollars import interpolation
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.matrix import lists, product
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.reading import child, items, scalars, text
from basewise.discover.recorder import Recorder
from basewise.discover.resolved import Lookup, Resolved, Variables, fill
from basewise.discover.scripts import read_script
from basewise.discover.source_file import SourceFile
from basewise.model.workload import UsageKind

_PATH = re.compile(r"(?:.*/)?(?:\.buildkite/.+|\.?buildkite(?:\.pipeline)?)\.ya?ml")
_DEEPEST = 4  # groups hold steps; more levels are none that Buildkite knows
_MATRIX = re.compile(r"\{\{\s*matrix(?:\.([\w-]+))?\s*\}\}")
_ENDING = "-buildkite-plugin"


class BuildkiteSource(UsageSource):
    """Pipelines below `.buildkite/`, and `buildkite.yml`."""

    kind: UsageKind = "buildkite"

    def claims(self, path: str) -> bool:
        return bool(_PATH.fullmatch(path))

    def read(self, file: SourceFile) -> Discovered:
        """The images of the steps of one file."""
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        if "image" not in (file.text or "") and "docker" not in (file.text or ""):
            return Discovered()
        recorder = Recorder(file, self.kind, "ci")
        for root in recorder.roots():
            _Reader(root, recorder).read()
        return recorder.discovered()


class _Reader:
    """One pipeline."""

    def __init__(self, root: Mapping, recorder: Recorder) -> None:
        self._root = root
        self._recorder = recorder
        self._interpolate = interpolation(recorder.file.limits)
        self._variables = self._environment(root)

    def read(self) -> None:
        self._image(child(self._root, "image"), [{}])
        for step in _steps(child(self._root, "steps"), 0):
            self._step(step)

    def _step(self, step: Node) -> None:
        rows = self._rows(step)
        self._image(child(step, "image"), rows)
        for name, settings in _plugins(child(step, "plugins")):
            if name == "docker":
                self._image(child(settings, "image"), rows)
            elif name == "kubernetes":
                for key in ("podSpec", "podSpecPatch"):
                    for image in pod_images(child(settings, key)):
                        self._image(image, rows)
        for key in ("command", "commands"):
            node = child(step, key)
            read_script(self._recorder, scalars(node), self._variables)

    def _image(self, node: Node | None, rows: list[dict[str, str]]) -> None:
        if not isinstance(node, Scalar) or not text(node):
            return
        longest = self._recorder.file.limits.interpolated_characters
        for row in self._recorder.affordable(rows, 1, node.line):
            resolved = fill(node.value, _MATRIX, _values(row), longest)
            if not resolved.problem:
                resolved = self._interpolate(resolved.value, self._variables)
            self._recorder.image(node.value, node.line, resolved)

    def _rows(self, step: Node) -> list[dict[str, str]]:
        """The combinations of a matrix: a list, whose values have no name, or a table `setup` of lists."""
        matrix = child(step, "matrix")
        setup = child(matrix, "setup") or matrix
        axes = lists(setup) if isinstance(setup, Mapping) else {"": items(setup)}
        rows = product(axes, self._recorder.file.limits)
        return [{name: value.value for name, value in row.items() if isinstance(value, Scalar)} for row in rows]

    def _environment(self, root: Mapping) -> Lookup:
        written = child(root, "env")
        entries = written.entries.items() if isinstance(written, Mapping) else []
        return Variables({name: text(value) for name, value in entries}, self._interpolate).get


def _values(row: dict[str, str]) -> Callable[[re.Match[str]], Resolved]:
    """The values of one combination; a matrix without names has the one value `''`."""

    def value(match: re.Match[str]) -> Resolved:
        found = row.get(match[1] or "")
        return Resolved(match[0], problem="its matrix is not written here") if found is None else Resolved(found)

    return value


def _steps(node: Node | None, depth: int) -> Iterator[Node]:
    """Steps, and those of groups."""
    for step in items(node):
        yield step
        if depth < _DEEPEST:
            yield from _steps(child(step, "steps"), depth + 1)


def _plugins(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Plugins by their short name, each with its settings; a list of tables, or one table."""
    for table in [node] if isinstance(node, Mapping) else items(node):
        if isinstance(table, Mapping):
            for source, settings in table.entries.items():
                yield _plugin_name(source), settings


def _plugin_name(source: str) -> str:
    """`docker` for `docker#v5.0.0` and for `https://github.com/buildkite-plugins/docker-buildkite-plugin.git#v5`."""
    return source.partition("#")[0].rpartition("/")[2].removesuffix(".git").removesuffix(_ENDING)
