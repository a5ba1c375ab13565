import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.interface import Discovered
from basewise.discover.kubernetes import KubernetesSource
from basewise.discover.source_file import SourceFile
from basewise.model.limits import Limits

SOURCE = KubernetesSource()
LIMITS = Limits()

ORDERS = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
  namespace: shop
spec:
  replicas: 3
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      initContainers:
        - name: migrate
          image: registry.example.com/shop/orders-migrate:1.4.0
        - name: mesh
          image: envoyproxy/envoy:v1.31-latest
          restartPolicy: Always
      containers:
        - name: orders
          image: "registry.example.com/shop/orders:1.4.0"
          command: [/app/orders]
          args: ["--port", "8080"]
          ports:
            - containerPort: 8080
            - {name: metrics, containerPort: 9090}
      ephemeralContainers:
        - name: look
          image: busybox
"""

BROKEN = "apiVersion: v1\nkind: Pod\nimage: [\n"
DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n"


def read(content: str, path: str = "deploy/orders.yaml", limits: Limits = LIMITS) -> Discovered:
    return SOURCE.read(SourceFile(path, content.encode(), limits))


def workload(kind: str, name: str = "x", image: str = "nginx:1.27", extra: str = "") -> str:
    pod = f"{{containers: [{{name: c, image: '{image}'}}]}}"
    spec = {"Pod": pod, "CronJob": f"{{jobTemplate: {{spec: {{template: {{spec: {pod}}}}}}}}}"}
    body = spec.get(kind, f"{{template: {{spec: {pod}}}}}")
    return f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n{extra}spec: {body}\n"


def test_a_deployment_gives_its_workload_and_a_usage_for_every_container() -> None:
    found = read(ORDERS)
    assert found.status.is_ok
    (orders,) = found.workloads
    assert (orders.id, orders.namespace, orders.kind, orders.name) == (
        "shop/Deployment/orders",
        "shop",
        "Deployment",
        "orders",
    )
    assert (orders.source, orders.replicas) == ("deploy/orders.yaml:1", 3)
    assert [(c.name, c.role) for c in orders.containers] == [
        ("migrate", "init"),
        ("mesh", "sidecar"),
        ("orders", "main"),
        ("look", "ephemeral"),
    ]
    main = orders.containers[2]
    assert (main.command, main.args, main.ports) == (["/app/orders"], ["--port", "8080"], [8080, 9090])
    assert [(u.reference, u.line, u.workload) for u in found.usages] == [
        ("registry.example.com/shop/orders-migrate:1.4.0", 14, orders.id),
        ("docker.io/envoyproxy/envoy:v1.31-latest", 16, orders.id),
        ("registry.example.com/shop/orders:1.4.0", 20, orders.id),
        ("docker.io/library/busybox", 28, orders.id),
    ]
    assert {(u.kind, u.file) for u in found.usages} == {("kubernetes", "deploy/orders.yaml")}


@pytest.mark.parametrize(
    "kind",
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod", "Job", "CronJob"],
)
def test_every_kind_of_workload_is_read(kind: str) -> None:
    found = read(workload(kind))
    assert [w.id for w in found.workloads] == [f"default/{kind}/x"]
    assert [u.reference for u in found.usages] == ["docker.io/library/nginx:1.27"]


def test_json_says_the_same_as_yaml() -> None:
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "orders", "annotations": {"note": "\U0001f600 a\\/b"}},
        "spec": {"template": {"spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}}},
    }
    found = read(json.dumps(manifest, indent="\t"), "orders.json")
    assert found.status.is_ok
    assert [w.id for w in found.workloads] == ["default/Deployment/orders"]
    assert found.usages[0].line == 16


def test_lists_hold_workloads_with_and_without_their_own_kind() -> None:
    plain = "apiVersion: v1\nkind: List\nitems:\n- " + workload("Pod").replace("\n", "\n  ")
    item = "{metadata: {name: x}, spec: {template: {spec: {containers: [{image: nginx}]}}}}"
    typed = f"apiVersion: apps/v1\nkind: DeploymentList\nitems: [{item}]\n"
    assert [w.id for w in read(plain).workloads] == ["default/Pod/x"]
    assert [w.id for w in read(typed).workloads] == ["default/Deployment/x"]


def test_a_broken_document_costs_only_itself() -> None:
    found = read(workload("Pod", "a") + "---\nkind: [\n---\n" + workload("Pod", "b"))
    assert [w.name for w in found.workloads] == ["a", "b"]
    assert found.status.status == "partial"
    assert found.status.reason.startswith("line ")


def test_a_helm_template_is_not_assessed_and_the_reason_says_what_to_do() -> None:
    found = read("{{- if .Values.enabled }}\napiVersion: apps/v1\nkind: Deployment\n{{- end }}\n")
    assert found.status.status == "not_assessed"
    assert found.status.reason.startswith("line 1: ")
    assert "helm template" in found.status.reason
    assert not found.usages


def test_a_template_that_happens_to_be_yaml_loses_no_image() -> None:
    found = read(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  template:\n    spec:\n"
        "      containers:\n        - name: a\n          image: nginx:1.27\n"
        "        - name: b\n          image: {{ .Values.image }}\n"
        "        - name: c\n          image: '{{ .Values.repository }}:{{ .Values.tag }}'\n"
    )
    assert found.status.status == "partial"
    assert "helm template" in found.status.reason
    assert found.workloads == []
    assert [(u.reference, u.line, u.status.is_ok) for u in found.usages] == [
        ("docker.io/library/nginx:1.27", 10, True),
        ("{{ .Values.image }}", 12, False),
        ("{{ .Values.repository }}:{{ .Values.tag }}", 14, False),
    ]


@pytest.mark.parametrize(
    "content",
    [
        f"{DEPLOYMENT}spec: {{template: {{spec: {{containers: {{{{ .Values.c }}}}}}}}}}\n",
        "apiVersion: apps/v1\nkind: {{ .Values.kind }}\nmetadata: {name: x}\n",
        f"{DEPLOYMENT}spec: {{{{ toYaml .Values.spec }}}}\n",
    ],
)
def test_a_template_that_hides_its_containers_is_said(content: str) -> None:
    found = read(content)
    assert found.status.status == "partial"
    assert "filled in later" in found.status.reason


@pytest.mark.parametrize(
    ("written", "reason"),
    [("Nginx:1", "not an image reference"), ("nginx:${TAG}", "variable"), ("nginx@sha256:12", "invalid digest")],
)
def test_text_that_is_no_reference_is_kept_as_written_with_the_reason(written: str, reason: str) -> None:
    (usage,) = read(workload("Pod", image=written)).usages
    assert usage.reference == written
    assert usage.status.status == "not_assessed"
    assert reason in usage.status.reason


def test_a_pinned_image_keeps_its_digest_on_the_container() -> None:
    digest = "sha256:" + "a" * 64
    (found,) = read(workload("Pod", image=f"nginx:1.27@{digest}")).workloads
    assert found.containers[0].digest == digest
    assert found.containers[0].reference == f"docker.io/library/nginx:1.27@{digest}"


@pytest.mark.parametrize(
    "content",
    [
        "image:\n  repository: nginx\n  tag: 1.27\nreplicaCount: 1\n",  # values.yaml
        "stages: [build]\nbuild:\n  image: golang:1.23\n  script: [make]\n",  # GitLab CI
        "services:\n  web:\n    image: nginx\n",  # compose
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {image: nginx}\n",
        f"{DEPLOYMENT}spec: {{template: {{spec: {{containers: [{{name: c, env: []}}]}}}}}}\n",  # an overlay's patch
        "Resources:\n  A: !Ref B\n  C: !GetAtt [D, Arn]\n",  # CloudFormation
        "- a\n- b\n",
        "text",
        "# nothing\n",
        "",
    ],
)
def test_yaml_that_names_no_workload_image_says_nothing_and_is_no_failure(content: str) -> None:
    assert read(content) == Discovered()


DEFINITION = "# Copyright\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {image: a}\n"


def test_files_that_only_define_kinds_are_not_even_parsed() -> None:
    assert read(DEFINITION.replace("}", "")) == Discovered()
    assert [one.name for one in read(f"{DEFINITION}---\n{workload('Pod')}").workloads] == ["x"]
    flow = "---\n{kind: Pod, apiVersion: v1, metadata: {name: y}, spec: {containers: [{image: a}]}}\n"
    assert [one.name for one in read(DEFINITION + flow).workloads] == ["y"]


def test_json_that_cannot_hold_an_object_is_not_even_parsed() -> None:
    assert read('{"compilerOptions": {/* comment */}}', "tsconfig.json") == Discovered()


@pytest.mark.parametrize("path", ["a.yaml", "a.yml", "A.YAML", "x/a.json"])
def test_manifests_are_claimed_by_their_ending(path: str) -> None:
    assert SOURCE.claims(path)


@pytest.mark.parametrize("path", ["yaml", "a.yaml.gotmpl", "a.jsonnet", "Dockerfile"])
def test_other_files_are_not_claimed(path: str) -> None:
    assert not SOURCE.claims(path)


def owned(kind: str, name: str, owner: tuple[str, str], extra: str = "", image: str = "nginx:1.27") -> str:
    reference = f"  ownerReferences: [{{apiVersion: v1, kind: {owner[0]}, name: {owner[1]}, controller: true}}]\n"
    return workload(kind, name, image, extra + reference)


HASHED = "  labels: {pod-template-hash: 6d4cf56db6}\n"


def test_what_a_controller_made_is_no_workload_of_its_own() -> None:
    dump = "---\n".join(
        [
            workload("Deployment", "web"),
            owned("ReplicaSet", "web-6d4cf56db6", ("Deployment", "web")),
            owned("Pod", "web-6d4cf56db6-x2x4z", ("ReplicaSet", "web-6d4cf56db6"), HASHED),
            workload("CronJob", "report"),
            owned("Job", "report-28391", ("CronJob", "report")),
            owned("Pod", "report-28391-abcde", ("Job", "report-28391")),
        ]
    )
    found = read(dump)
    assert [w.id for w in found.workloads] == ["default/Deployment/web", "default/CronJob/report"]
    assert len(found.usages) == 2


def test_pods_alone_stand_for_the_controller_that_made_them() -> None:
    pods = "---\n".join(
        owned("Pod", f"web-6d4cf56db6-{i}", ("ReplicaSet", "web-6d4cf56db6"), HASHED, image)
        for i, image in enumerate(["nginx:1.27", "nginx:1.27", "nginx:1.28"])
    )
    found = read(pods)
    assert [w.id for w in found.workloads] == ["default/Deployment/web"]
    assert [u.reference for u in found.usages] == ["docker.io/library/nginx:1.27", "docker.io/library/nginx:1.28"]
    assert [c.reference for c in found.workloads[0].containers] == [u.reference for u in found.usages]


def test_a_pod_of_a_controller_that_is_no_workload_is_its_own() -> None:
    found = read(owned("Pod", "etcd-node1", ("Node", "node1")))
    assert [w.id for w in found.workloads] == ["default/Pod/etcd-node1"]


def test_old_revisions_that_run_nothing_do_not_stand_for_their_deployment() -> None:
    old = owned("ReplicaSet", "web-old", ("Deployment", "web")).replace("spec: {", "spec: {replicas: 0, ")
    assert read(old).workloads == []


def test_owners_in_a_circle_lose_no_workload() -> None:
    ring = "---\n".join(owned("Job", a, ("Job", b)) for a, b in [("a", "b"), ("b", "c"), ("c", "a")])
    assert len(read(ring).workloads) == 3


def test_a_file_above_the_limit_is_not_assessed_and_names_the_limit() -> None:
    found = read(ORDERS, limits=Limits(yaml_bytes=100))
    assert found.status.status == "not_assessed"
    assert found.status.reason == "larger than yaml_bytes = 100"


def test_bytes_that_are_no_text_are_not_assessed() -> None:
    found = SOURCE.read(SourceFile("a.yaml", b"a: \xff\xfe\x00", LIMITS))
    assert (found.status.status, found.status.reason) == ("not_assessed", "not text in UTF-8 or UTF-16")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_obstacle(encoding: str) -> None:
    found = SOURCE.read(SourceFile("a.yaml", ORDERS.encode(encoding), LIMITS))
    assert [w.name for w in found.workloads] == ["orders"]


def test_many_problems_are_counted_not_listed() -> None:
    found = read(f"---\n{BROKEN}" * 10)
    assert found.status.status == "not_assessed"
    assert found.status.reason.endswith("and 7 more")


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
IMAGES = st.builds("{}:{}".format, NAMES, NAMES)


@given(st.lists(st.tuples(NAMES, IMAGES), unique_by=lambda pair: pair[0], max_size=6), st.integers(0, 6))
def test_every_readable_workload_of_a_file_is_found_in_order(pairs: list[tuple[str, str]], broken_at: int) -> None:
    parts = [workload("StatefulSet", name, image) for name, image in pairs]
    parts.insert(broken_at, BROKEN)
    found = read("---\n".join(parts))
    assert [(w.name, w.containers[0].reference) for w in found.workloads] == [
        (name, f"docker.io/library/{image}") for name, image in pairs
    ]
    assert found.status.status == ("partial" if pairs else "not_assessed")


@given(st.binary(max_size=200))
def test_no_bytes_are_ever_an_exception(data: bytes) -> None:
    for path in ("a.yaml", "a.json"):
        found = SOURCE.read(SourceFile(path, data, LIMITS))
        assert found.status.is_ok or found.status.reason
