"""Containers of Argo Workflows: templates of a workflow, each one step that runs a pod.

Follows https://argo-workflows.readthedocs.io/en/latest/fields/: Template (container, script, containerSet, sidecars,
initContainers, and templates inline in steps and DAG tasks) and Parameter (value, default).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from basewise.discover.images import Lines
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.parameters import Parameters, Value
from basewise.discover.pods import PodContainer, read_container
from basewise.discover.reading import child, items, text
from basewise.model.workload import ContainerRole

SPECS: dict[str, tuple[str, ...]] = {
    "ClusterWorkflowTemplate": ("spec",),
    "CronWorkflow": ("spec", "workflowSpec"),
    "Workflow": ("spec",),
    "WorkflowTemplate": ("spec",),
}
"""Where each kind keeps its WorkflowSpec."""

_PARAMETER = re.compile(r"\{\{ {0,8}([\w.-]{1,200}) {0,8}\}\}")
_DEFAULT = 0.9  # whoever submits the workflow may give another value


def read_workflow(node: Mapping, kind: str, lines: Lines) -> list[PodContainer]:
    """The containers of a workflow, in the order of its templates."""
    spec = child(node, *SPECS[kind])
    nothing = Parameters(_PARAMETER, {})
    scope = nothing.with_values(_parameters(child(spec, "arguments"), "workflow.parameters", nothing))
    found: list[PodContainer] = []
    for template in (child(spec, "templateDefaults"), *items(child(spec, "templates"))):
        found += _template(template, scope, lines)
    return found


def _template(node: Node | None, outer: Parameters, lines: Lines) -> Iterator[PodContainer]:
    """One template; those inline in it are as deep as `yaml_depth` allows."""
    if not isinstance(node, Mapping):
        return
    name = text(child(node, "name"))
    scope = outer.with_values(_parameters(child(node, "inputs"), "inputs.parameters", outer))
    parts: list[tuple[Node, ContainerRole]] = [(one, "init") for one in items(child(node, "initContainers"))]
    parts += [(one, "main") for key in ("container", "script") if (one := child(node, key)) is not None]
    parts += [(one, "main") for one in items(child(node, "containerSet", "containers"))]
    parts += [(one, "sidecar") for one in items(child(node, "sidecars"))]
    for part, role in parts:
        container = read_container(part, role, lines, name=name, parameters=scope)
        if container is not None:
            yield container
    steps = [step for group in items(child(node, "steps")) for step in items(group)]
    for task in [*steps, *items(child(node, "dag", "tasks"))]:
        yield from _template(child(task, "inline"), outer, lines)


def _parameters(node: Node | None, prefix: str, outer: Parameters) -> dict[str, Value]:
    """Parameters with a value, or a default, by the name under which text refers to them."""
    known: dict[str, Value] = {}
    for parameter in items(child(node, "parameters")):
        written = child(parameter, "value") or child(parameter, "default")
        if isinstance(written, Scalar):
            value = outer.replace(text(written))
            known[f"{prefix}.{text(child(parameter, 'name'))}"] = Value(value.text, min(value.confidence, _DEFAULT))
    return known
