"""Images that Terraform deploys: the attributes of resources that name one.

Knows the resources of the providers kubernetes, aws, google, azurerm, docker and helm, by their documentation in the
Terraform Registry. A name that a variable holds has the variable's default, or what `terraform.tfvars` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from basewise.discover.hcl.syntax import (
    Block,
    Body,
    Call,
    Expression,
    Object,
    Template,
    Traversal,
    Tuple,
    UnreadableHcl,
    named,
)
from basewise.discover.hcl.values import Scope, written
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.nodes import Mapping, Node, Scalar, documents
from basewise.discover.places import in_context
from basewise.discover.reading import items
from basewise.discover.recorder import Recorder
from basewise.discover.resolved import DEFAULTED, Resolved
from basewise.discover.source_file import SourceFile
from basewise.discover.terraform_module import Module, body_of_file
from basewise.model.evidence import Status
from basewise.model.workload import UsageKind, UsageRole

_MARK = re.compile(r"image|docker|container_definitions|container_properties")
_AWS_BUILD_IMAGES = "aws/codebuild/"
"""Images that CodeBuild has by itself, which lie in no registry (CodeBuild user guide, "Docker images provided")."""


class _Naming(msgspec.Struct, frozen=True):
    """Where resources of a type name images."""

    type: str
    """How the type begins."""
    attribute: str
    """Name of the attribute, at any depth."""
    role: UsageRole = "runtime"


_NAMING = (
    _Naming("kubernetes_", "image"),
    _Naming("google_cloud_run", "image"),
    _Naming("azurerm_container_", "image"),
    _Naming("docker_container", "image"),
    _Naming("docker_service", "image"),
    _Naming("aws_apprunner_service", "image_identifier"),
    _Naming("aws_lambda_function", "image_uri"),
    _Naming("aws_sagemaker_model", "image"),
    _Naming("aws_codebuild_project", "image", "ci"),
)
_DATA = ("kubernetes_config_map", "kubernetes_secret")
"""Resources in which `image` is a key like any other."""
_ENCODED = {"aws_ecs_task_definition": "container_definitions", "aws_batch_job_definition": "container_properties"}
"""Attributes that hold JSON, in which `image` names one."""
_HOLE = "\ue000"
"""A character for private use, which no image is named with."""
_HOLES = re.compile(f"{_HOLE}([0-9]+){_HOLE}")
_PARTS = ("registry", "repository", "tag", "digest")
_NAMED_ELSEWHERE = {"docker_image", "docker_registry_image", "data"}
"""Resources whose attributes stand for an image that is named where they are defined."""


class TerraformSource(UsageSource):
    """`*.tf` and `*.tf.json`."""

    kind: UsageKind = "terraform"

    def claims(self, path: str) -> bool:
        return path.endswith((".tf", ".tf.json"))

    def read(self, file: SourceFile) -> Discovered:
        """The images of the resources of one file."""
        if len(file.data) > file.limits.hcl_bytes:
            return Discovered(status=Status("not_assessed", f"larger than hcl_bytes = {file.limits.hcl_bytes}"))
        if file.text is None:
            return Discovered(status=Status("not_assessed", "not text in UTF-8 or UTF-16"))
        if not _MARK.search(file.text):
            return Discovered()
        recorder = Recorder(file, self.kind, "runtime")
        try:
            body = body_of_file(file)
        except UnreadableHcl as error:
            recorder.note(error.message)
            return recorder.discovered()
        reader = _Reader(recorder, Scope(Module(file, body).names, file.limits))
        for block in body.blocks:
            if block.type in {"resource", "data"} and len(block.labels) == 2:
                reader.resource(block)
        return recorder.discovered()


class _Reader:
    """The resources of one file."""

    def __init__(self, recorder: Recorder, scope: Scope) -> None:
        self._recorder = recorder
        self._scope = scope

    def resource(self, block: Block) -> None:
        """Adds the images of one resource."""
        kind, address = block.labels[0], ".".join(block.labels)
        for naming in _NAMING:
            if kind.startswith(naming.type) and not kind.startswith(_DATA):
                for value in named(block.body, naming.attribute):
                    self._image(value, address, naming.role)
        if kind in _ENCODED and _ENCODED[kind] in block.body.attributes:
            self._encoded(block.body.attributes[_ENCODED[kind]], address)
        if kind in {"docker_image", "docker_registry_image"} and "name" in block.body.attributes:
            self._docker_image(block, address)
        if kind == "helm_release":
            self._settings(block, address)

    def _image(self, value: Expression, address: str, role: UsageRole = "runtime") -> None:
        """Adds the image that an attribute names; what a resource brings is known when it was made."""
        if isinstance(value, Object | Tuple):
            return
        if isinstance(value, Traversal) and value.path[0] in _NAMED_ELSEWHERE:
            return
        found = self._scope.text(value)
        if found.value.startswith(_AWS_BUILD_IMAGES) or not (found.value or found.problem):
            return
        self._recorder.image(written(value), value.line, found, role=role, workload=address)

    def _encoded(self, value: Expression, address: str) -> None:
        """Adds the images of JSON that is written as an expression or as a text."""
        if isinstance(value, Call) and value.name == "jsonencode":
            for argument in value.arguments:
                for image in named(self._object(argument), "image"):
                    self._image(image, address)
        elif isinstance(value, Template):
            only = value.parts[0] if len(value.parts) == 1 else ""
            if isinstance(only, str):
                self._json(value, address)
            else:
                self._encoded(only, address)
        elif isinstance(value, Traversal) and (target := self._scope.target(value.path)):
            self._encoded(target.expression, address)
        else:
            self._recorder.problem(value.line, f"the containers of {address} are computed, or stand in another file")

    def _object(self, argument: Expression) -> Expression:
        """The argument, or what its name stands for."""
        target = self._scope.target(argument.path) if isinstance(argument, Traversal) else None
        return target.expression if target else argument

    def _json(self, value: Template, address: str) -> None:
        """Adds the images of JSON in a text; while it is read, marks stand for the interpolations in it."""
        parts: list[str] = []
        inside: list[Expression] = []
        for part in value.parts:
            if isinstance(part, str):
                parts.append(part)
            else:
                parts.append(f"{_HOLE}{len(inside)}{_HOLE}")
                inside.append(part)
        first = value.line + value.heredoc - 1
        for document in documents("".join(parts), self._recorder.file.limits):
            if document.problem:
                self._recorder.problem(value.line, f"the containers of {address}: {document.problem}")
            elif document.root is not None:
                for image in _images(document.root):
                    self._image(_restored(image.value, first + image.line, inside), address)

    def _docker_image(self, block: Block, address: str) -> None:
        """Adds an image that is pulled, or what is built under its name."""
        builds = list(block.body.of_type("build"))
        name = block.body.attributes["name"]
        if not builds:
            if block.type == "resource" and block.labels[0] == "docker_registry_image":
                return  # it is pushed, not pulled
            self._image(name, address)
            return
        values = {key: self._scope.text(value) for key, value in builds[0].body.attributes.items()}
        known = {key: "" if value.problem else value.value for key, value in values.items()}
        context = known.get("context", "").replace("path.module", ".")
        place = in_context(self._recorder.file.folder, context or ".", known.get("dockerfile", ""))
        if place is None or any(values[key].problem for key in ("context", "dockerfile") if key in values):
            self._recorder.problem(block.line, f"{address} is built from a place that the files do not say")
            return
        image = self._scope.text(name)
        self._recorder.build(block.line, place, target=known.get("target", ""), images=[image.value], service=address)

    def _settings(self, block: Block, address: str) -> None:
        """Adds the images that values of a Helm release name, by the conventions of charts."""
        settings: dict[str, Expression] = {}
        inner: list[Body | Object] = [one.body for one in block.body.of_type("set")]
        listed = block.body.attributes.get("set")
        inner += [
            item for item in (listed.items if isinstance(listed, Tuple) else [listed]) if isinstance(item, Object)
        ]
        for setting in inner:
            values = setting.attributes if isinstance(setting, Body) else setting.entries
            if "name" in values and "value" in values:
                settings[self._scope.text(values["name"]).value] = values["value"]
        for name, value in settings.items():
            prefix, _, last = name.rpartition(".")
            if last == "image":
                self._convention(value, self._scope.text(value), address)
            elif last == "repository" and prefix.rpartition(".")[2] == "image":
                self._convention(value, self._repository(prefix, settings), address)

    def _repository(self, prefix: str, settings: dict[str, Expression]) -> Resolved:
        """The reference that registry, repository, tag and digest make together."""
        parts = {key: self._scope.text(settings[f"{prefix}.{key}"]) for key in _PARTS if f"{prefix}.{key}" in settings}
        problem = next((part.problem for part in parts.values() if part.problem), "")
        registry, repository, tag, digest = (parts[key].value if key in parts else "" for key in _PARTS)
        name = f"{registry}/{repository}" if registry else repository
        value = name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
        return Resolved(value, min(part.confidence for part in parts.values()), problem)

    def _convention(self, value: Expression, found: Resolved, address: str) -> None:
        self._recorder.image(written(value), value.line, found, workload=address, confidence=DEFAULTED)


def _images(node: Node) -> Iterator[Scalar]:
    """The texts under `image`, wherever they stand."""
    if isinstance(node, Mapping):
        for key, value in node.entries.items():
            if key == "image" and isinstance(value, Scalar):
                yield value
            else:
                yield from _images(value)
    for item in items(node):
        yield from _images(item)


def _restored(text: str, line: int, inside: list[Expression]) -> Template:
    """A text with the interpolations that marks stand for."""
    pieces = _HOLES.split(text)
    parts: list[str | Expression] = []
    for number, piece in enumerate(pieces):
        if number % 2 and int(piece[:9]) < len(inside):
            parts.append(inside[int(piece[:9])])
        elif piece:
            parts.append(piece)
    return Template(line, parts)
