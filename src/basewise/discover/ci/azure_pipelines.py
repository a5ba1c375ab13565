"""Images that Azure Pipelines run: of jobs and their services, named in place or as resources; and its Docker task.

Follows Microsoft's documentation, "YAML schema reference for Azure Pipelines" (resources.containers, jobs.job), "Define
variables" and "Docker@2". Templates are read where they stand, with their own defaults.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, MutableMapping
from functools import cached_property

from basewise.discover.build_commands import ImageBuild
from basewise.discover.expressions import Contexts, Found, evaluate
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.reading import child, items, scalars, text
from basewise.discover.recorder import Recorder
from basewise.discover.resolved import DEFAULTED, Lookup, Resolved, fill
from basewise.discover.scripts import read_arguments, read_script
from basewise.discover.source_file import SourceFile
from basewise.model.workload import UsageKind

_PATH = re.compile(r"(?:.*/)?(?:azure-pipelines?[^/]*|\.azure-pipelines/.+|\.azuredevops/.+)\.ya?ml")
_MARK = re.compile(r"container|[Dd]ocker|services|podman|buildah")
_RUNTIME = re.compile(r"\$\[\s*variables(?:\.(\w[\w.]*)|\['([^']*)'\])\s*\]")
_MACRO = re.compile(r"\$\((\w[\w.]*)\)")
_WORKSPACE = re.compile(
    r"\$\((?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory|Build\.Repository\.LocalPath)\)"
)
_SCRIPTS = ("script", "bash", "pwsh", "powershell")
_BUILDS = {"build", "buildandpush"}
_ANY_DOCKERFILE = "**/Dockerfile"

Values = MutableMapping[str, Resolved]


class AzurePipelinesSource(UsageSource):
    """`azure-pipelines*.yml`, and what lies below `.azure-pipelines/` and `.azuredevops/`."""

    kind: UsageKind = "azure-pipelines"

    def claims(self, path: str) -> bool:
        return bool(_PATH.fullmatch(path))

    def read(self, file: SourceFile) -> Discovered:
        """The images of one file."""
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        if not _MARK.search(file.text or ""):
            return Discovered()
        recorder = Recorder(file, self.kind, "ci")
        for root in recorder.roots():
            _Reader(root, recorder).read()
        return recorder.discovered()


class _Reader:
    """One pipeline or template."""

    def __init__(self, root: Mapping, recorder: Recorder) -> None:
        self._root = root
        self._recorder = recorder
        self._parameters = _defaults(child(root, "parameters"))
        containers = [node for node in items(child(root, "resources", "containers")) if isinstance(node, Mapping)]
        self._containers = {text(child(node, "container")): node for node in containers}

    def read(self) -> None:
        variables = self._variables(self._root, {})
        for container in self._containers.values():
            self._image(child(container, "image"), [variables])
        for job, values in self._jobs(self._root, variables):
            rows: list[Values] = [ChainMap(row, values) for row in _rows(child(job, "strategy", "matrix"))]
            self._container(child(job, "container"), rows)
            services = child(job, "services")
            for node in services.entries.values() if isinstance(services, Mapping) else []:
                self._container(node, rows)
            environment = _Environment(values)
            for step in _nested(child(job, "steps")):
                self._step(step, values, environment.get)

    def _jobs(self, node: Node, variables: Values) -> Iterator[tuple[Node, Values]]:
        """The mappings that are jobs, or stand for one, each with the variables that hold in it."""
        yield node, variables
        for key in ("stages", "jobs"):
            for inner in _nested(child(node, key)):
                yield from self._jobs(inner, self._variables(inner, variables))

    def _variables(self, node: Node, above: Values) -> Values:
        """Variables of a level: a table, or a list of `name` and `value`."""
        written = child(node, "variables")
        found: Values = dict(above) if written is not None else above
        entries = written.entries.items() if isinstance(written, Mapping) else []
        named = [(text(child(item, "name")), child(item, "value")) for item in items(written)]
        for name, value in [*entries, *named]:
            if name and isinstance(value, Scalar):
                found[name] = self._resolve(value.value, found)
        return found

    def _container(self, node: Node | None, rows: list[Values]) -> None:
        """Adds the image of a job, which is text or a table; text may be the name of a resource."""
        image = child(node, "image") if isinstance(node, Mapping) else node
        if isinstance(image, Scalar) and image.value not in self._containers:
            self._image(image, rows)

    def _image(self, image: Node | None, rows: list[Values]) -> None:
        if not isinstance(image, Scalar) or not text(image):
            return
        for values in self._recorder.affordable(rows, 1, image.line):
            resolved = self._resolve(image.value, values)
            if resolved.problem or resolved.value not in {"", *self._containers}:
                self._recorder.image(image.value, image.line, resolved)

    def _resolve(self, written: str, values: Values) -> Resolved:
        """The text with its expressions and variables replaced."""
        longest = self._recorder.file.limits.interpolated_characters

        def value(match: re.Match[str]) -> Resolved:
            name = next(group for group in match.groups() if group)
            return values.get(name) or Resolved(match[0], problem=f"{name} has no value here")

        found = evaluate(written, self._contexts(values), longest)
        confidence = found.confidence
        for pattern in (_RUNTIME, _MACRO):
            if found.problem:
                return Resolved(written, problem=found.problem)
            found = fill(found.value, pattern, value, longest)
            confidence = min(confidence, found.confidence)
        if "$[" in found.value:
            return Resolved(written, problem="an expression is evaluated when it runs")
        return Resolved(written if found.problem else found.value, confidence, found.problem)

    def _contexts(self, values: Values) -> Contexts:
        def get(path: tuple[str, ...]) -> Found | Resolved | None:
            if path[0] == "parameters" and len(path) > 1:
                found = child(self._parameters.get(path[1]), *path[2:])
                return Found(found, DEFAULTED) if found is not None else None
            return values.get(".".join(path[1:])) if path[0] == "variables" else None

        return get

    def _step(self, step: Node, values: Values, lookup: Lookup) -> None:
        for key in _SCRIPTS:
            script = scalars(child(step, key))
            folder = self._path(text(child(step, "workingDirectory")), values)
            read_script(self._recorder, script, lookup, folder)
        task = child(step, "task")
        if isinstance(task, Scalar) and task.value.startswith("Docker@"):
            self._docker(child(step, "inputs"), task.line, values, lookup)

    def _docker(self, inputs: Node | None, line: int, values: Values, lookup: Lookup) -> None:
        """Adds what the task builds; its command is buildAndPush by itself."""

        def value(*names: str) -> str:
            written = next((text(child(inputs, name)) for name in names if text(child(inputs, name))), "")
            return self._path(written, values)

        if value("command").lower() not in {"", *_BUILDS}:
            return
        dockerfile, context = value("Dockerfile", "dockerfile", "dockerFile"), value("buildContext")
        if dockerfile.startswith("**/"):
            dockerfile = dockerfile.removeprefix("**/")
        elif not dockerfile:
            dockerfile = _ANY_DOCKERFILE.removeprefix("**/")
        context = (dockerfile.rpartition("/")[0] or ".") if context in {"", "**"} else context
        registry, repository = value("containerRegistry"), value("repository")
        prefix = f"$({registry})/" if registry else ""  # the address stands in a service connection
        tags = [tag.strip() for tag in value("tags").replace(",", "\n").split("\n") if tag.strip()]
        names = [f"{prefix}{repository}:{tag}" for tag in tags] or [f"{prefix}{repository}"]
        build = ImageBuild(dockerfile=dockerfile, context=context, tags=names if repository else [])
        read_arguments(self._recorder, build, line, lookup)

    def _path(self, written: str, values: Values) -> str:
        """A text with its variables replaced, as written when they are not known; the checkout is `.`."""
        checked_out = _WORKSPACE.sub(".", written)
        found = self._resolve(checked_out, values)
        return checked_out if found.problem else found.value


def _nested(node: Node | None) -> Iterator[Node]:
    """The entries of a list; those under a template expression (`${{ if … }}:`) are lists of their own."""
    for item in items(node):
        yield item
        for key, inner in item.entries.items() if isinstance(item, Mapping) else []:
            if key.startswith("${{"):
                yield from _nested(inner)


def _rows(matrix: Node | None) -> list[Values]:
    """The variables of each job of a matrix, which is a table of tables."""
    rows = matrix.entries.values() if isinstance(matrix, Mapping) else []
    found: list[Values] = [
        {name: Resolved(value.value) for name, value in row.entries.items() if isinstance(value, Scalar)}
        for row in rows
        if isinstance(row, Mapping)
    ]
    return found or [{}]


def _defaults(parameters: Node | None) -> dict[str, Node]:
    """Defaults of parameters: a list with `default`, or in old templates a table."""
    if isinstance(parameters, Mapping):
        return parameters.entries
    named = ((text(child(item, "name")), child(item, "default")) for item in items(parameters))
    return {name: default for name, default in named if name and default is not None}


class _Environment:
    """Variables as scripts see them: upper case, with underscores for dots."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def get(self, name: str) -> Resolved | None:
        return self._known.get(name)

    @cached_property
    def _known(self) -> dict[str, Resolved]:
        return {name.upper().replace(".", "_"): value for name, value in self._values.items()}
