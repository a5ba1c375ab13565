import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.interface import Discovered
from basewise.discover.kubernetes import KubernetesSource
from basewise.discover.source_file import SourceFile
from basewise.discover.tekton import TektonSource
from basewise.model.limits import Limits

TASK = """\
params:
  - {name: builder, default: "golang:1.23"}
  - {name: tag}
stepTemplate: {image: "alpine:3.20"}
steps:
  - {name: own}
  - name: build
    image: $(params.builder)
  - {name: old, image: "$(inputs.params.builder)"}
  - {name: quoted, image: "r.test/x:$(params['tag'])"}
sidecars:
  - {name: db, image: "postgres:16"}
"""


def read(content: str, path: str = "ci/task.yaml") -> Discovered:
    return TektonSource().read(SourceFile(path, content.encode(), Limits()))


def indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in text.splitlines())


def tekton(kind: str, spec: str, group: str = "tekton.dev/v1") -> str:
    return f"apiVersion: {group}\nkind: {kind}\nmetadata: {{name: x}}\nspec:\n{indented(spec, 2)}"


def images(found: Discovered) -> list[tuple[str, float, str]]:
    return [(u.reference, u.confidence, u.status.status) for u in found.usages]


EXPECTED = [
    ("docker.io/library/alpine:3.20", 1.0, "ok"),
    ("docker.io/library/golang:1.23", 0.9, "ok"),
    ("docker.io/library/golang:1.23", 0.9, "ok"),
    ("r.test/x:$(params['tag'])", 1.0, "not_assessed"),
    ("docker.io/library/postgres:16", 1.0, "ok"),
]


@pytest.mark.parametrize(
    "content",
    [
        tekton("Task", TASK),
        tekton("ClusterTask", TASK, "tekton.dev/v1beta1"),
        tekton("TaskRun", "taskSpec:\n" + indented(TASK, 2)),
        tekton("Pipeline", "tasks:\n  - name: a\n    taskSpec:\n" + indented(TASK, 6)),
        tekton("Pipeline", "finally:\n  - name: a\n    taskSpec:\n" + indented(TASK, 6)),
        tekton("PipelineRun", "pipelineSpec:\n  tasks:\n    - name: a\n      taskSpec:\n" + indented(TASK, 8)),
        "apiVersion: v1\nkind: List\nitems:\n- " + indented(tekton("Task", TASK), 2)[2:],
    ],
)
def test_steps_and_sidecars_are_jobs_of_ci(content: str) -> None:
    found = read(content)
    assert images(found) == EXPECTED
    assert {(u.kind, u.role, u.workload) for u in found.usages} == {("tekton", "ci", "")}
    assert found.usages[0].line == content[: content.index("alpine:3.20")].count("\n") + 1


def test_what_a_run_is_given_is_certain() -> None:
    spec = "params: [{name: tag, value: '7'}, {name: builder, value: 'node:22'}]\ntaskSpec:\n" + indented(TASK, 2)
    assert images(read(tekton("TaskRun", spec)))[1:4] == [
        ("docker.io/library/node:22", 1.0, "ok"),
        ("docker.io/library/node:22", 1.0, "ok"),
        ("r.test/x:7", 1.0, "ok"),
    ]


def test_a_pipeline_hands_its_parameters_to_its_tasks() -> None:
    spec = (
        "params: [{name: version, default: '3.13'}]\n"
        "tasks:\n"
        "  - params: [{name: v, value: $(params.version)}]\n"
        "    taskSpec: {params: [{name: v}], steps: [{image: 'python:$(params.v)'}]}\n"
        "  - taskSpec: {steps: [{image: 'python:$(params.version)-slim'}]}\n"
    )
    assert images(read(tekton("Pipeline", spec))) == [
        ("docker.io/library/python:3.13", 0.9, "ok"),
        ("docker.io/library/python:3.13-slim", 0.9, "ok"),
    ]


def test_a_step_action_and_a_trigger_template_are_read() -> None:
    action = tekton("StepAction", "image: alpine:3.20\n", "tekton.dev/v1beta1")
    run = "resourcetemplates:\n- " + indented(tekton("TaskRun", "taskSpec: {steps: [{image: 'node:22'}]}"), 2)[2:]
    trigger = tekton("TriggerTemplate", run, "triggers.tekton.dev/v1beta1")
    assert [u.reference for u in read(f"{action}---\n{trigger}").usages] == [
        "docker.io/library/alpine:3.20",
        "docker.io/library/node:22",
    ]


def test_tekton_is_no_workload_of_the_cluster() -> None:
    content = tekton("Task", TASK).encode()
    assert KubernetesSource().read(SourceFile("t.yaml", content, Limits())) == Discovered()


@pytest.mark.parametrize(
    "content",
    [
        "apiVersion: v1\nkind: Task\nspec: {steps: [{image: a}]}\n# tekton.dev/\n",
        tekton("Pipeline", "tasks: [{taskRef: {name: image}}]"),
        "image: tekton.dev/a\n",
        "",
    ],
)
def test_what_holds_no_step_says_nothing(content: str) -> None:
    assert read(content) == Discovered()


def test_a_value_that_grows_without_end_is_cut_off() -> None:
    spec = f"params: [{{name: a, default: {'x' * 3000}}}]\nsteps: [{{image: '{'$(params.a)' * 1000}'}}]"
    (usage,) = read(tekton("Task", spec)).usages
    assert (usage.status.status, len(usage.reference) < 300) == ("not_assessed", True)


@given(st.text(alphabet="$()[]{}'\"params.x:\n -", max_size=60))
def test_no_text_is_ever_an_exception(text: str) -> None:
    found = read(tekton("Task", "params: [{name: x, default: y}]\nsteps:\n- image: |\n" + indented(text, 4)))
    assert all(u.status.is_ok or u.status.reason for u in found.usages)
