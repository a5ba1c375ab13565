"""Images that Drone and Woodpecker run: steps, services and plugins.

Follows Drone's documentation, "Docker pipelines" and "Substitution", and Woodpecker's, "Workflow syntax" and "Matrix
workflows". Variables come from a matrix alone; those of the build are not known before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from basewise.discover.build_commands import ImageBuild
from basewise.discover.dollars import interpolation
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.matrix import Row, lists, product
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.reading import child, items, scalars, text
from basewise.discover.recorder import Recorder
from basewise.discover.resolved import Lookup, Resolved
from basewise.discover.scripts import read_arguments, read_script
from basewise.discover.source_file import SourceFile
from basewise.model.workload import UsageKind

_PATH = re.compile(r"(?:.*/)?(?:\.drone\.ya?ml|\.woodpecker\.ya?ml|\.woodpecker/[^/]+\.ya?ml)")
_BUILDERS = re.compile(
    r"(?:.*/)?(?:plugins/(?:docker|kaniko|buildx|ecr|gcr|acr)|plugin-(?:docker-buildx|kaniko))(?:[:@].*)?"
)
_NO_CONTAINERS = {"exec", "ssh", "digitalocean", "macstadium"}
"""Types of pipelines whose steps run on a machine."""


class DroneSource(UsageSource):
    """`.drone.yml`, `.woodpecker.yml` and the files below `.woodpecker/`."""

    kind: UsageKind = "drone"

    def claims(self, path: str) -> bool:
        return bool(_PATH.fullmatch(path))

    def read(self, file: SourceFile) -> Discovered:
        """The images of every pipeline of one file."""
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        if "image" not in (file.text or ""):
            return Discovered()
        recorder = Recorder(file, self.kind, "ci")
        for root in recorder.roots():
            if text(child(root, "type")) not in _NO_CONTAINERS:
                _pipeline(root, recorder)
        return recorder.discovered()


def _pipeline(root: Mapping, recorder: Recorder) -> None:
    every = [_variables(row) for row in _rows(child(root, "matrix"), recorder)]
    interpolate = interpolation(recorder.file.limits)
    for key in ("clone", "steps", "pipeline", "services"):
        for step in _steps(child(root, key)):
            image = child(step, "image")
            if not isinstance(image, Scalar) or not text(image):
                continue
            pieces = 1 + len(image.value) // recorder.file.limits.interpolated_characters
            lookups = recorder.affordable(every, pieces, image.line)
            for lookup in lookups:
                recorder.image(image.value, image.line, interpolate(image.value, lookup))
            if _BUILDERS.fullmatch(image.value):
                _build(step, image.line, lookups, recorder)
            read_script(recorder, scalars(child(step, "commands")), lookups[0])


def _steps(node: Node | None) -> Iterator[Node]:
    """Steps in a list, or in a table by name (Woodpecker, and Drone before 1.0)."""
    yield from node.entries.values() if isinstance(node, Mapping) else items(node)


def _rows(matrix: Node | None, recorder: Recorder) -> list[Row]:
    included = [dict(item.entries) for item in items(child(matrix, "include")) if isinstance(item, Mapping)]
    return included[: recorder.file.limits.matrix_rows] or product(lists(matrix), recorder.file.limits)


def _variables(row: Row) -> Lookup:
    def get(name: str) -> Resolved | None:
        found = row.get(name)
        return Resolved(found.value) if isinstance(found, Scalar) else None

    return get


def _build(step: Node, line: int, lookups: Sequence[Lookup], recorder: Recorder) -> None:
    """Adds what a plugin builds; its settings stand in `settings`, before Drone 1.0 in the step."""
    settings = child(step, "settings") or step
    repositories = _texts(child(settings, "repo"))
    tags = _texts(child(settings, "tags")) or _texts(child(settings, "tag"))
    names = [f"{repository}:{tag}" for repository in repositories for tag in tags] or repositories
    arguments = [argument.partition("=") for argument in _texts(child(settings, "build_args"))]
    build = ImageBuild(
        dockerfile=text(child(settings, "dockerfile")),
        context=text(child(settings, "context")) or ".",
        target=text(child(settings, "target")),
        arguments={name: value for name, equals, value in arguments if equals and "$" not in value},
        tags=names,
    )
    for lookup in lookups:
        read_arguments(recorder, build, line, lookup)


def _texts(node: Node | None) -> list[str]:
    """A list of texts, or one text with commas."""
    if isinstance(node, Scalar):
        return [part.strip() for part in node.value.split(",") if part.strip()]
    return [text(item) for item in items(node) if text(item)]
