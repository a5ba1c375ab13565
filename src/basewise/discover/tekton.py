"""Images of Tekton: the steps and sidecars of tasks, alone or inside pipelines and runs.

Follows https://tekton.dev/docs/pipelines/: Tasks ("Defining Steps", "Specifying a Step template", "Specifying
Sidecars", "Specifying Parameters"), Pipelines (`taskSpec`, `finally`), TaskRuns, PipelineRuns ("Parameters
propagation"), and StepActions. Triggers hold runs inside a TriggerTemplate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from basewise.discover.api_kinds import group_of
from basewise.discover.charts import chart_of_template
from basewise.discover.images import Lines, read_image
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.kubernetes import EXTENSIONS
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.parameters import Parameters, Value
from basewise.discover.reading import child, items, text
from basewise.discover.source_file import SourceFile
from basewise.model.workload import Usage, UsageKind

_GROUPS = ("tekton.dev", "triggers.tekton.dev")
_PARAMETER = re.compile(
    r"\$\((?:inputs\.)?params(?:\.([\w.-]{1,200})|\[\"([^\"\]]{1,200})\"\]|\['([^'\]]{1,200})'\])\)"
)
_DEFAULT = 0.9  # whoever starts the run may give another value


class TektonSource(UsageSource):
    """Tasks, pipelines and their runs, in YAML or JSON; other documents of the same file are of another kind."""

    kind: UsageKind = "tekton"

    def claims(self, path: str) -> bool:
        return path.lower().endswith(EXTENSIONS)

    def read(self, file: SourceFile) -> Discovered:
        """The images of every step and sidecar; a parameter without default or value leaves one not assessed."""
        text = file.text or ""
        if "tekton.dev/" not in text or "mage" not in text or chart_of_template(file) is not None:
            return Discovered()
        lines = Lines(file.path, text)
        roots = [one for root in file.mappings for one in _objects(root)]
        usages = [usage for root in roots for usage in _object(root, lines)]
        return Discovered(usages=usages)  # every such file is a manifest too, whose source says what is broken in it


def _objects(root: Mapping) -> Iterator[Mapping]:
    """An object, or the items of a list of them."""
    if not text(child(root, "kind")).endswith("List"):
        yield root
    for item in items(child(root, "items")):
        if isinstance(item, Mapping):
            yield item


def _object(node: Mapping, lines: Lines) -> Iterator[Usage]:
    if group_of(text(child(node, "apiVersion"))) not in _GROUPS:
        return
    spec, kind = child(node, "spec"), text(child(node, "kind"))
    scope = Parameters(_PARAMETER, {})
    if kind == "TriggerTemplate":
        for template in items(child(spec, "resourcetemplates")):
            if isinstance(template, Mapping) and text(child(template, "kind")) != kind:
                yield from _object(template, lines)
    elif kind in {"Task", "ClusterTask"}:
        yield from _task(spec, scope, lines)
    elif kind == "StepAction":
        yield from _image(spec, _declared(spec, scope), lines)
    elif kind == "TaskRun":
        yield from _task(child(spec, "taskSpec"), scope, lines, spec)
    elif kind == "Pipeline":
        yield from _pipeline(spec, scope, lines)
    elif kind == "PipelineRun":
        yield from _pipeline(child(spec, "pipelineSpec"), scope, lines, spec)


def _pipeline(spec: Node | None, outer: Parameters, lines: Lines, run: Node | None = None) -> Iterator[Usage]:
    """The tasks that a pipeline holds itself; those that it refers to are objects of their own."""
    scope = _declared(spec, outer).with_values(_given(run, outer))
    for task in (*items(child(spec, "tasks")), *items(child(spec, "finally"))):
        yield from _task(child(task, "taskSpec"), scope, lines, task)


def _task(spec: Node | None, outer: Parameters, lines: Lines, run: Node | None = None) -> Iterator[Usage]:
    """One task.

    Args:
        outer: what the pipeline around it knows.
        run: what starts it, with the parameters that it is given.
    """
    scope = _declared(spec, outer).with_values(_given(run, outer))
    parts = [child(spec, "stepTemplate"), *items(child(spec, "steps")), *items(child(spec, "sidecars"))]
    for part in parts:
        yield from _image(part, scope, lines)


def _image(node: Node | None, scope: Parameters, lines: Lines) -> Iterator[Usage]:
    usage = read_image(child(node, "image"), lines, "tekton", scope)
    if usage is not None:
        yield msgspec.structs.replace(usage, role="ci")


def _declared(spec: Node | None, outer: Parameters) -> Parameters:
    """The parameters that a task or pipeline declares, with their defaults."""
    declared = [*items(child(spec, "params")), *items(child(spec, "inputs", "params"))]
    return outer.with_values(
        {text(child(one, "name")): Value(found.value, _DEFAULT)
         for one in declared if isinstance(found := child(one, "default"), Scalar)}
    )  # fmt: skip


def _given(run: Node | None, outer: Parameters) -> dict[str, Value]:
    """The parameters that whatever starts a task or pipeline sets."""
    given = [(text(child(one, "name")), child(one, "value")) for one in items(child(run, "params"))]
    return {name: outer.replace(value.value) for name, value in given if isinstance(value, Scalar)}
