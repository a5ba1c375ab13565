import pytest

from basewise.discover.interface import Discovered
from basewise.discover.kubernetes import KubernetesSource
from basewise.discover.source_file import SourceFile
from basewise.model.limits import Limits

TEMPLATES = """\
entrypoint: main
templates:
  - name: main
    dag:
      tasks:
        - name: a
          inline: {container: {image: "alpine:3.20"}}
    steps:
      - - name: b
          inline: {script: {image: "python:3.13", source: "print(1)"}}
  - name: build
    inputs: {parameters: [{name: image, default: "golang:1.23"}, {name: other}]}
    initContainers: [{name: fetch, image: "alpine/git:2"}]
    container: {image: "{{inputs.parameters.image}}", command: [go]}
    sidecars: [{name: db, image: "postgres:16"}]
  - name: set
    containerSet:
      containers:
        - {name: one, image: "{{workflow.parameters.tool}}"}
        - {name: two, image: "{{ inputs.parameters.other }}"}
"""


def workflow(kind: str) -> str:
    spec = "arguments: {parameters: [{name: tool, value: 'r.test/tool:1'}]}\n" + TEMPLATES
    if kind == "CronWorkflow":
        spec = "schedule: '* * * * *'\nworkflowSpec:\n" + "".join(f"  {line}\n" for line in spec.splitlines())
    indented = "".join(f"  {line}\n" for line in spec.splitlines())
    return f"apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{generateName: x-}}\nspec:\n{indented}"


def read(content: str) -> Discovered:
    return KubernetesSource().read(SourceFile("w.yaml", content.encode(), Limits()))


@pytest.mark.parametrize("kind", ["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"])
def test_every_container_of_a_workflow_is_read_and_known_parameters_are_filled_in(kind: str) -> None:
    found = read(workflow(kind))
    (one,) = found.workloads
    assert one.kind == kind
    assert [(u.reference, u.confidence, u.status.status) for u in found.usages] == [
        ("docker.io/library/python:3.13", 1.0, "ok"),
        ("docker.io/library/alpine:3.20", 1.0, "ok"),
        ("docker.io/alpine/git:2", 1.0, "ok"),
        ("docker.io/library/golang:1.23", 0.9, "ok"),
        ("docker.io/library/postgres:16", 1.0, "ok"),
        ("r.test/tool:1", 0.9, "ok"),
        ("{{ inputs.parameters.other }}", 1.0, "not_assessed"),
    ]
    assert [(c.name, c.role) for c in one.containers][2:5] == [("fetch", "init"), ("build", "main"), ("db", "sidecar")]


@pytest.mark.parametrize(("levels", "found_images"), [(10, 1), (40, 0)])
def test_templates_inline_in_each_other_are_read_as_deep_as_yaml_may_be(levels: int, found_images: int) -> None:
    nested = "{container: {image: 'a:1'}}"
    for _ in range(levels):
        nested = f"{{steps: [[{{inline: {nested}}}]]}}"
    content = (
        f"apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {{name: x}}\nspec: {{templates: [{nested}]}}\n"
    )
    found = read(content)
    assert len(found.usages) == found_images
    assert found.status.is_ok == bool(found_images)


def test_a_parameter_that_names_itself_is_not_followed() -> None:
    itself = "'{{workflow.parameters.a}}'"
    parameters = f"{{parameters: [{{name: a, value: {itself}}}]}}"
    spec = f"{{arguments: {parameters}, templates: [{{container: {{image: {itself}}}}}]}}"
    (usage,) = read(f"apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {{name: x}}\nspec: {spec}\n").usages
    assert usage.status.status == "not_assessed"
