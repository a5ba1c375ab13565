"""Skaffold: which Dockerfile becomes which image, and the images that its other builders start from.

Follows https://skaffold.dev/docs/references/yaml/: build.artifacts (docker, kaniko, buildpacks, jib, ko), profiles,
verify and customActions. The image of an artifact is what is built, not what is used.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import msgspec

from basewise.discover.images import Lines, read_image
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.kubernetes import status_of
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.reading import child, items, text
from basewise.discover.references import read_reference
from basewise.discover.source_file import SourceFile
from basewise.model.workload import Build, Usage, UsageKind, UsageRole

_DOCKERFILE = "Dockerfile"
_STARTED_FROM = (
    ("buildpacks", "builder"),
    ("buildpacks", "runImage"),
    ("jib", "fromImage"),
    ("ko", "fromImage"),
)
"""Where builders other than Docker name the image that they start from."""
_DOCKER_BUILDERS = ("docker", "kaniko")


class SkaffoldSource(UsageSource):
    """Skaffold's configuration, under its usual names."""

    kind: UsageKind = "skaffold"

    def claims(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        return name.startswith("skaffold") and name.endswith((".yaml", ".yml"))

    def read(self, file: SourceFile) -> Discovered:
        """The builds of every configuration and profile in a file, and the images that they start from."""
        content = file.text or ""
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        if "skaffold/" not in content:
            return Discovered()
        lines = Lines(file.path, content)
        builds: list[Build] = []
        usages: list[Usage] = []
        for root in file.mappings:
            if not text(child(root, "apiVersion")).startswith("skaffold/"):
                continue
            for part in (root, *items(child(root, "profiles"))):
                for artifact in items(child(part, "build", "artifacts")):
                    builds += _build(artifact, file)
                    usages += _images_of_builders(artifact, lines)
                usages += _images_of_tasks(part, lines)
        status = status_of(file.problems, "", read=bool(file.mappings))
        return Discovered(usages=usages, builds=builds, status=status)


def _build(artifact: Node, file: SourceFile) -> Iterator[Build]:
    """The build of an artifact that has a Dockerfile: one that names no other builder has."""
    image = child(artifact, "image")
    if not isinstance(image, Scalar) or not isinstance(artifact, Mapping):
        return
    builder = next((one for name in _DOCKER_BUILDERS if (one := child(artifact, name)) is not None), None)
    if builder is None and any(name in artifact.entries for name in ("bazel", "buildpacks", "custom", "jib", "ko")):
        return
    context = posixpath.normpath(posixpath.join(file.folder, text(child(artifact, "context")) or "."))
    dockerfile = text(child(builder, "dockerfile")) or _DOCKERFILE
    arguments = child(builder, "buildArgs")
    written = arguments.entries if isinstance(arguments, Mapping) else {}
    reference, _ = read_reference(text(image))
    yield Build(
        kind="skaffold",
        file=file.path,
        line=image.line,
        dockerfile=posixpath.normpath(posixpath.join(context, dockerfile)),
        context="" if context == "." else context,
        target=text(child(builder, "target")),
        arguments={
            name: value.value
            for name, value in written.items()
            if isinstance(value, Scalar) and not (value.plain and not text(value)) and "{{" not in value.value
        },
        images=[reference],
        service=text(image),
    )


def _images_of_builders(artifact: Node, lines: Lines) -> Iterator[Usage]:
    for builder, key in _STARTED_FROM:
        yield from _image(child(artifact, builder, key), "build", lines)


def _images_of_tasks(part: Node, lines: Lines) -> Iterator[Usage]:
    """Containers that Skaffold runs to verify a deployment, or by hand."""
    for task in items(child(part, "verify")):
        yield from _image(child(task, "container", "image"), "ci", lines)
    for action in items(child(part, "customActions")):
        for container in items(child(action, "containers")):
            yield from _image(child(container, "image"), "ci", lines)


def _image(node: Node | None, role: UsageRole, lines: Lines) -> Iterator[Usage]:
    usage = read_image(node, lines, "skaffold")
    if usage is not None:
        yield msgspec.structs.replace(usage, role=role)
