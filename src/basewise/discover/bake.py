"""Builds that Bake describes, and the images that they take as contexts.

Follows Docker's "Bake file reference". An override file is read together with the file that it overrides; a Compose
file, which Bake reads too, is read by itself. Variables have their defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from math import prod

import msgspec

from basewise.discover.build_commands import IMAGE_CONTEXT
from basewise.discover.dockerfile import DockerfileSource
from basewise.discover.hcl.from_json import body_of
from basewise.discover.hcl.parser import parse
from basewise.discover.hcl.syntax import Body, Expression, Object, Template, Tuple, UnreadableHcl
from basewise.discover.hcl.values import Named, Names, Scope, written
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.places import in_context, is_remote
from basewise.discover.recorder import Recorder
from basewise.discover.resolved import DEFAULTED
from basewise.discover.source_file import SourceFile
from basewise.model.evidence import Status
from basewise.model.workload import UsageKind

_NAME = re.compile(r"docker-bake(?:[._-][^/]*)?\.(?:hcl|json)")
_MERGED = ("docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl")
"""What Bake reads together, in this order; the last word counts."""
_BLOCKS = {"target": 1, "variable": 1, "group": 1, "function": 1}
_TABLES = {"args", "contexts", "labels"}
"""Attributes that are merged entry by entry."""
_SAYS_WHAT = {"context", "dockerfile", "dockerfile-inline", "tags", "target"}
_LOCAL = "cwd://"

Attributes = dict[str, Expression]


class BakeSource(UsageSource):
    """`docker-bake.hcl`, `docker-bake.json` and their overrides."""

    kind: UsageKind = "bake"

    def claims(self, path: str) -> bool:
        return bool(_NAME.fullmatch(path.rpartition("/")[2]))

    def read(self, file: SourceFile) -> Discovered:
        """The targets that one file begins, each with what the others add to it."""
        if len(file.data) > file.limits.hcl_bytes:
            return Discovered(status=Status("not_assessed", f"larger than hcl_bytes = {file.limits.hcl_bytes}"))
        if file.text is None:
            return Discovered(status=Status("not_assessed", "not text in UTF-8 or UTF-16"))
        if "target" not in file.text:
            return Discovered()
        recorder = Recorder(file, self.kind, "build")
        try:
            own = _body(file)
        except UnreadableHcl as error:
            recorder.note(error.message)
            return recorder.discovered()
        before, after = _beside(file, recorder)
        _Definition([*before, own, *after], recorder).read(own, before)
        return recorder.discovered()


def _body(file: SourceFile) -> Body:
    """The file as HCL; an empty one when it is JSON of another kind."""
    depth = file.limits.hcl_depth
    if not file.name.endswith(".json"):
        return parse(file.text or "", depth)
    if file.problems:
        raise UnreadableHcl(file.problems[0])
    return body_of(file.mappings[0], _BLOCKS, depth) if file.mappings else Body()


def _beside(file: SourceFile, recorder: Recorder) -> tuple[list[Body], list[Body]]:
    """The files that are merged with this one: those before it, and those after."""
    bodies: dict[bool, list[Body]] = {False: [], True: []}
    if file.name in _MERGED:
        own = _MERGED.index(file.name)
        for place, name in enumerate(_MERGED):
            other = file.beside(name) if place != own else None
            if other is None or len(other.data) > file.limits.hcl_bytes:
                continue
            try:
                bodies[place > own].append(_body(other))
            except UnreadableHcl as error:
                recorder.note(f"{name}, {error.message}")
    return bodies[False], bodies[True]


class _Definition:
    """Files that are merged, the later over the earlier."""

    def __init__(self, bodies: list[Body], recorder: Recorder) -> None:
        self._recorder = recorder
        self._limits = recorder.file.limits
        self._variables: dict[str, Expression] = {}
        self._targets: dict[str, list[Attributes]] = {}
        for body in bodies:
            for block in body.of_type("variable"):
                if block.labels and "default" in block.body.attributes:
                    self._variables[block.labels[0]] = block.body.attributes["default"]
            for block in body.of_type("target"):
                if block.labels:
                    self._targets.setdefault(block.labels[0], []).append(block.body.attributes)
        self._whole: dict[str, Attributes] = {}
        self._open: set[str] = set()
        self._plain = Scope(self._names({}), self._limits)
        self._inherited = {name for target in self._targets for name in self._parents(target)}

    def read(self, own: Body, before: list[Body]) -> None:
        """Adds the targets of a file that no file before it begins, and the images that it names."""
        begun = {block.labels[0] for body in before for block in body.of_type("target") if block.labels}
        for block in own.of_type("target"):
            for row in self._rows(block.body.attributes):
                scope = Scope(self._names(row), self._limits)
                self._images(block.body.attributes, scope)
                if block.labels and block.labels[0] not in begun:
                    self._build(block.labels[0], block.line, scope)

    def _names(self, row: Attributes) -> Names:
        def get(path: tuple[str, ...]) -> Named | None:
            if path[0] in row:
                return Named(row[path[0]], path[1:])
            if path[0] in self._variables:
                return Named(self._variables[path[0]], path[1:], DEFAULTED)
            return None

        return get

    def _rows(self, attributes: Attributes) -> list[Attributes]:
        matrix = attributes.get("matrix")
        axes = matrix.entries if isinstance(matrix, Object) else {}
        lists = {name: value.items for name, value in axes.items() if isinstance(value, Tuple) and value.items}
        if not lists or prod(map(len, lists.values())) > self._limits.matrix_rows:
            return [{}]
        return [dict(zip(lists, values, strict=True)) for values in product(*lists.values())]

    def _parents(self, name: str) -> list[str]:
        found: list[str] = []
        for attributes in self._targets.get(name, []):
            inherits = attributes.get("inherits")
            found += [self._plain.text(item).value for item in (inherits.items if isinstance(inherits, Tuple) else [])]
        return found

    def _merged(self, name: str) -> Attributes:
        """A target over what it inherits; targets that inherit from each other, which Bake refuses, add nothing."""
        if name in self._whole or name in self._open or len(self._open) >= self._limits.hcl_depth:
            return self._whole.get(name, {})
        self._open.add(name)
        layers = [self._merged(parent) for parent in dict.fromkeys(self._parents(name))]
        self._open.remove(name)
        merged: Attributes = {}
        for layer in [*layers, *self._targets.get(name, [])]:
            for key, value in layer.items():
                known = merged.get(key)
                if key in _TABLES and isinstance(known, Object) and isinstance(value, Object):
                    merged[key] = Object(value.line, {**known.entries, **value.entries})
                else:
                    merged[key] = value
        self._whole[name] = merged
        return merged

    def _images(self, attributes: Attributes, scope: Scope) -> None:
        contexts = attributes.get("contexts")
        for value in contexts.entries.values() if isinstance(contexts, Object) else []:
            text = written(value)
            if text.startswith(IMAGE_CONTEXT):
                found = scope.text(value)
                image = msgspec.structs.replace(found, value=found.value.removeprefix(IMAGE_CONTEXT))
                self._recorder.image(text.removeprefix(IMAGE_CONTEXT), value.line, image)
        inline = attributes.get("dockerfile-inline")
        if isinstance(inline, Template):
            self._inline(inline, scope)

    def _inline(self, inline: Template, scope: Scope) -> None:
        """Adds the images of a Dockerfile that stands in the file."""
        content = scope.text(inline)
        if content.problem:
            self._recorder.problem(inline.line, f"the Dockerfile that stands here is not complete: {content.problem}")
            return
        file = self._recorder.file
        found = DockerfileSource().read(SourceFile(file.path, content.value.encode(), file.limits))
        first = inline.line + inline.heredoc
        self._recorder.embedded(found, lambda usage: first + usage.line - 1, inline.line)

    def _build(self, name: str, line: int, scope: Scope) -> None:
        target = self._merged(name)
        if "dockerfile-inline" in target or (name in self._inherited and not _SAYS_WHAT & target.keys()):
            return
        context, dockerfile, stage = (
            scope.text(target[key]) if key in target else None for key in ("context", "dockerfile", "target")
        )
        if (context and context.problem) or (dockerfile and dockerfile.problem):
            self._recorder.problem(line, f"target {name} is built from a place that the file does not say")
            return
        directory = context.value.removeprefix(_LOCAL) if context else "."
        place = in_context(self._recorder.file.folder, directory or ".", dockerfile.value if dockerfile else "")
        if place is None:
            where = "a remote repository" if is_remote(directory) else "files outside of this directory"
            self._recorder.problem(line, f"target {name} is built from {where}")
            return
        self._recorder.build(
            line,
            place,
            target=stage.value if stage else "",
            arguments=dict(_known(target.get("args"), scope)),
            images=[scope.text(tag).value for tag in _items(target.get("tags"))],
            service=scope.text(target["name"]).value if "name" in target else name,
        )


def _known(arguments: Expression | None, scope: Scope) -> Iterator[tuple[str, str]]:
    """Build arguments whose values are written."""
    for name, value in arguments.entries.items() if isinstance(arguments, Object) else []:
        found = scope.text(value)
        if not found.problem:
            yield name, found.value


def _items(expression: Expression | None) -> list[Expression]:
    return expression.items if isinstance(expression, Tuple) else []
