"""Custom resources: pod templates wherever they stand, and images by convention with the confidence said."""

import pytest

from basewise.discover.interface import Discovered
from basewise.discover.kubernetes import KubernetesSource
from basewise.discover.source_file import SourceFile
from basewise.model.limits import Limits

POD = "{containers: [{name: c, image: 'nginx:1.27'}], initContainers: [{name: i, image: 'busybox:1'}]}"
DIGEST = "b" * 64
PROMETHEUS = ("monitoring.coreos.com/v1", "Prometheus")
ALERTMANAGER = ("monitoring.coreos.com/v1", "Alertmanager")
ELASTICSEARCH = ("elasticsearch.k8s.elastic.co/v1", "Elasticsearch")
ZALANDO = ("acid.zalan.do/v1", "postgresql")
CLOUD_NATIVE = ("postgresql.cnpg.io/v1", "Cluster")


def read(content: str) -> Discovered:
    return KubernetesSource().read(SourceFile("deploy/x.yaml", content.encode(), Limits()))


def custom(api: str, kind: str, spec: str) -> str:
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: x, namespace: shop}}\nspec: {spec}\n"


@pytest.mark.parametrize(
    ("api", "kind", "spec"),
    [
        ("argoproj.io/v1alpha1", "Rollout", f"{{replicas: 2, template: {{spec: {POD}}}}}"),
        ("argoproj.io/v1alpha1", "Experiment", f"{{templates: [{{name: a, template: {{spec: {POD}}}}}]}}"),
        ("serving.knative.dev/v1", "Service", f"{{template: {{spec: {POD}}}}}"),
        ("serving.knative.dev/v1", "Configuration", f"{{template: {{spec: {POD}}}}}"),
        ("serving.knative.dev/v1", "Revision", POD),
        ("keda.sh/v1alpha1", "ScaledJob", f"{{jobTargetRef: {{template: {{spec: {POD}}}}}}}"),
        ("apps.openshift.io/v1", "DeploymentConfig", f"{{template: {{spec: {POD}}}}}"),
        ("v1", "DeploymentConfig", f"{{template: {{spec: {POD}}}}}"),
        ("ray.io/v1", "RayCluster", f"{{headGroupSpec: {{template: {{spec: {POD}}}}}}}"),
        ("jobset.x-k8s.io/v1alpha2", "JobSet", f"{{jobs: [{{template: {{spec: {{template: {{spec: {POD}}}}}}}}}]}}"),
        ("kibana.k8s.elastic.co/v1", "Kibana", f"{{podTemplate: {{spec: {POD}}}}}"),
    ],
)  # fmt: skip
def test_a_pod_template_below_spec_makes_a_workload_of_that_kind(api: str, kind: str, spec: str) -> None:
    found = read(custom(api, kind, spec))
    assert found.status.is_ok
    (workload,) = found.workloads
    assert workload.id == f"shop/{kind}/x"
    assert [(c.role, c.reference) for c in workload.containers] == [
        ("init", "docker.io/library/busybox:1"),
        ("main", "docker.io/library/nginx:1.27"),
    ]
    assert {usage.confidence for usage in found.usages} == {1.0}
    assert {usage.workload for usage in found.usages} == {workload.id}


def test_replicas_are_told_where_they_stand_and_unknown_elsewhere() -> None:
    known = custom("argoproj.io/v1alpha1", "Rollout", f"{{replicas: 4, template: {{spec: {POD}}}}}")
    unknown = custom("monitoring.coreos.com/v1", "Prometheus", "{image: 'quay.io/prometheus/prometheus:v3.0.0'}")
    assert [w.replicas for w in (*read(known).workloads, *read(unknown).workloads)] == [4, None]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{image: 'quay.io/strimzi/kafka:0.45.0'}", [("quay.io/strimzi/kafka:0.45.0", "", 0.7)]),
        (
            "{kafka: {image: 'q.io/kafka:1'}, entityOperator: {topicOperator: {image: 'q.io/operator:2'}}}",
            [("q.io/kafka:1", "kafka", 0.7), ("q.io/operator:2", "topicOperator", 0.7)],
        ),
        ("{sidecars: [{name: log, image: 'fluent/fluent-bit:3'}]}", [("docker.io/fluent/fluent-bit:3", "log", 0.7)]),
        ("{image: postgres}", [("docker.io/library/postgres", "", 0.5)]),
    ],
)
def test_a_key_called_image_near_the_top_is_an_image_by_convention(
    spec: str, expected: list[tuple[str, str, float]]
) -> None:
    found = read(custom("example.com/v1", "Thing", spec))
    (workload,) = found.workloads
    assert [(u.reference, u.confidence) for u in found.usages] == [(r, c) for r, _, c in expected]
    assert [(c.reference, c.name) for c in workload.containers] == [(r, n) for r, n, _ in expected]


@pytest.mark.parametrize(
    ("api", "kind", "spec"),
    [
        ("example.com/v1", "Thing", "{image: 'Not A Reference'}"),
        ("example.com/v1", "Thing", "{image: {deep: 1}}"),
        ("example.com/v1", "Thing", "{a: {b: {c: {d: {image: 'too/deep:1'}}}}}"),
        ("example.com/v1", "Thing", "{description: 'image: nginx:1'}"),
        ("kyverno.io/v1", "ClusterPolicy", "{rules: [{validate: {pattern: {spec: {containers: [{image: '*:1'}]}}}}]}"),
        ("constraints.gatekeeper.sh/v1beta1", "K8sAllowedRepos", "{parameters: {image: 'nginx:1'}}"),
        ("image.toolkit.fluxcd.io/v1beta2", "ImageRepository", "{image: ghcr.io/acme/app}"),
        ("infrastructure.cluster.x-k8s.io/v1", "HetznerMachine", "{image: ubuntu-24.04}"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition", f"{{template: {{spec: {POD}}}}}"),
        ("v1", "ConfigMap", "{image: 'nginx:1'}"),
    ],
)
def test_what_is_no_image_of_a_workload_says_nothing(api: str, kind: str, spec: str) -> None:
    assert read(custom(api, kind, spec)) == Discovered()


@pytest.mark.parametrize("written", ["${IMAGE}", "registry.test/x:${TAG}", "{{ .Values.image }}"])
def test_a_variable_in_a_custom_resource_is_not_assessed(written: str) -> None:
    (usage,) = read(custom("example.com/v1", "Thing", f"{{image: '{written}'}}")).usages
    assert (usage.reference, usage.status.status) == (written, "not_assessed")
    assert "filled in later" in usage.status.reason


@pytest.mark.parametrize(
    ("resource", "spec", "reference", "line"),
    [
        (PROMETHEUS, "version: v2.45.0", "quay.io/prometheus/prometheus:v2.45.0", 5),
        (PROMETHEUS, "baseImage: r.test/p\n  tag: v1\n  version: v9", "r.test/p:v1", 6),
        (ALERTMANAGER, f"sha: {DIGEST}", f"quay.io/prometheus/alertmanager@sha256:{DIGEST}", 5),
        (ELASTICSEARCH, "version: 8.15.0", "docker.elastic.co/elasticsearch/elasticsearch:8.15.0", 5),
        (ZALANDO, "dockerImage: ghcr.io/zalando/spilo-16:3.2", "ghcr.io/zalando/spilo-16:3.2", 5),
        (CLOUD_NATIVE, "imageName: ghcr.io/cnpg/postgresql:17", "ghcr.io/cnpg/postgresql:17", 5),
    ],
)
def test_documented_keys_of_operators_are_read(resource: tuple[str, str], spec: str, reference: str, line: int) -> None:
    api, kind = resource
    content = f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: x, labels: {{app: image}}}}\nspec:\n  {spec}\n"
    (usage,) = read(content).usages
    assert (usage.reference, usage.line, usage.workload) == (reference, line, f"default/{kind}/x")
    assert usage.confidence < 1


def test_an_image_that_is_named_goes_before_a_version() -> None:
    spec = "{image: 'r.test/p:v3', version: v2.45.0, containers: [{name: prometheus, args: []}]}"
    assert [u.reference for u in read(custom("monitoring.coreos.com/v1", "Prometheus", spec)).usages] == ["r.test/p:v3"]


@pytest.mark.parametrize(
    "content",
    [
        f"apiVersion: v1\nkind: PodTemplate\nmetadata: {{name: x}}\ntemplate: {{spec: {POD}}}\n",
        custom(
            "argoproj.io/v1alpha1",
            "AnalysisTemplate",
            f"{{metrics: [{{name: m, provider: {{job: {{spec: {{template: {{spec: {POD}}}}}}}}}}}]}}",
        ),
    ],
)
def test_templates_name_images_and_are_no_workload(content: str) -> None:
    found = read(content)
    assert found.workloads == []
    assert sorted(u.reference for u in found.usages) == ["docker.io/library/busybox:1", "docker.io/library/nginx:1.27"]
    assert {(u.workload, u.role) for u in found.usages} == {("", "runtime")}


@pytest.mark.parametrize("api", ["build.openshift.io/v1", "v1"])
def test_a_build_config_names_what_it_builds_on(api: str) -> None:
    spec = (
        "{source: {images: [{from: {kind: DockerImage, name: 'node:22'}}]}, strategy: {dockerStrategy: {from: "
        "{kind: DockerImage, name: 'python:3.13'}}}, output: {to: {kind: DockerImage, name: 'own/app:1'}}}"
    )
    found = read(custom(api, "BuildConfig", spec))
    assert [(u.reference, u.role, u.workload) for u in found.usages] == [
        ("docker.io/library/python:3.13", "build", ""),
        ("docker.io/library/node:22", "build", ""),
    ]


def test_an_image_stream_tag_is_known_to_the_cluster_only() -> None:
    spec = "{strategy: {sourceStrategy: {from: {kind: ImageStreamTag, name: 'nodejs:18-ubi8'}}}}"
    (usage,) = read(custom("build.openshift.io/v1", "BuildConfig", spec)).usages
    assert (usage.reference, usage.status.status) == ("nodejs:18-ubi8", "not_assessed")
    assert "only the cluster knows" in usage.status.reason


def test_a_dockerfile_inside_a_build_config_is_said() -> None:
    found = read(custom("build.openshift.io/v1", "BuildConfig", '{source: {dockerfile: "FROM image"}}'))
    assert (found.status.status, found.status.reason[:6]) == ("partial", "line 1")


def test_an_image_stream_follows_images_of_registries() -> None:
    tags = "{name: a, from: {kind: DockerImage, name: 'redis:7'}}, {name: b, from: {kind: ImageStreamTag, name: a}}"
    found = read(custom("image.openshift.io/v1", "ImageStream", f"{{tags: [{tags}]}}"))
    assert [(u.reference, u.role) for u in found.usages] == [("docker.io/library/redis:7", "runtime")]


def owned(api: str, kind: str, name: str, owner: str, spec: str, extra: str = "") -> str:
    version, _, rest = owner.partition(" ")
    owner_kind, _, owner_name = rest.partition(" ")
    reference = f"{{apiVersion: {version}, kind: {owner_kind}, name: {owner_name}, controller: true}}"
    return (
        f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop, {extra}"
        f"ownerReferences: [{reference}]}}\nspec: {spec}\n"
    )


def test_what_an_extension_made_is_no_workload_of_its_own() -> None:
    template = f"{{template: {{spec: {POD}}}}}"
    dump = "---\n".join(
        [
            custom("serving.knative.dev/v1", "Service", template),
            owned("serving.knative.dev/v1", "Configuration", "x", "serving.knative.dev/v1 Service x", template),
            owned("serving.knative.dev/v1", "Revision", "x-1", "serving.knative.dev/v1 Configuration x", POD),
            owned("apps/v1", "Deployment", "x-1-d", "serving.knative.dev/v1 Revision x-1", template),
            owned("apps/v1", "ReplicaSet", "x-1-d-5f", "apps/v1 Deployment x-1-d", template),
            owned("v1", "Pod", "x-1-d-5f-a", "apps/v1 ReplicaSet x-1-d-5f", POD),
        ]
    )
    found = read(dump)
    assert [w.id for w in found.workloads] == ["shop/Service/x"]
    assert len(found.usages) == 2


def test_a_rollout_that_a_dump_leaves_out_is_known_by_its_replica_set() -> None:
    labels = "labels: {rollouts-pod-template-hash: 5f}, "
    template = f"{{template: {{spec: {POD}}}}}"
    found = read(owned("apps/v1", "ReplicaSet", "x-5f", "argoproj.io/v1alpha1 Rollout x", template, labels))
    assert [w.id for w in found.workloads] == ["shop/Rollout/x"]


def test_an_operators_object_stands_for_what_it_made_only_where_it_is_read() -> None:
    own = custom("example.com/v1", "Thing", "{image: 'r.test/a:1'}")
    made = owned("apps/v1", "StatefulSet", "x-0", "example.com/v1 Thing x", f"{{template: {{spec: {POD}}}}}")
    assert [w.id for w in read(f"{own}---\n{made}").workloads] == ["shop/Thing/x"]
    assert [w.id for w in read(made).workloads] == ["shop/StatefulSet/x-0"]


def test_a_service_of_kubernetes_own_is_no_workload() -> None:
    assert read(custom("v1", "Service", f"{{template: {{spec: {POD}}}}}")) == Discovered()
