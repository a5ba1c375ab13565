"""Manifests of Kubernetes and its extensions, with known images."""

from __future__ import annotations

import random as randoms
from collections.abc import Iterator
from typing import Any

from tests.corpus.documents import COUNT, DocumentPage, Expected, Image, image

_VERSIONS = {
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "ReplicaSet": "apps/v1",
    "Job": "batch/v1",
    "Rollout": "argoproj.io/v1alpha1",
    "DeploymentConfig": "apps.openshift.io/v1",
    "Service": "serving.knative.dev/v1",
}


def files(random: randoms.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content, and the usages that are known to stand in it."""
    for number in range(COUNT):
        page = DocumentPage(random, "kubernetes", "runtime")
        if random.random() < 0.1:
            page.json(_workload(random, f"j{number}"))
            yield f"kubernetes/{number}.json", page.content, page.expected
            continue
        documents = [_document(random, f"w{number}-{part}") for part in range(random.randint(1, 4))]
        if random.random() < 0.1:
            documents = [{"apiVersion": "v1", "kind": "List", "items": documents}]
        for document in documents:
            page.document(document)
        yield f"kubernetes/{number}.{random.choice(['yaml', 'yml'])}", page.content, page.expected


def _document(random: randoms.Random, name: str) -> dict[str, Any]:
    make = random.choice([_workload, _workload, _workload, _workload, _workflow, _operator, _noise])
    return make(random, name)


def _workload(random: randoms.Random, name: str) -> dict[str, Any]:
    kind = random.choice([*_VERSIONS, "Pod", "CronJob", "ScaledJob"])
    pod = pod_spec(random)
    template = {"metadata": {"labels": {"app": name, "image": "nginx"}}, "spec": pod}
    if kind == "Pod":
        return _object("v1", kind, name, pod)
    if kind == "CronJob":
        return _object(
            "batch/v1", kind, name, {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}}
        )
    if kind == "ScaledJob":
        return _object("keda.sh/v1alpha1", kind, name, {"jobTargetRef": {"template": template}})
    return _object(_VERSIONS[kind], kind, name, {"replicas": random.randint(0, 9), "template": template})


def pod_spec(random: randoms.Random) -> dict[str, Any]:
    """A PodSpec with up to four containers, and keys that look like images and are none."""
    spec: dict[str, Any] = {"imagePullSecrets": [{"name": "registry"}]} if random.random() < 0.3 else {}
    if random.random() < 0.3:
        spec["initContainers"] = [_container(random, "init")]
    spec["containers"] = [_container(random, f"c{number}") for number in range(random.randint(1, 3))]
    if random.random() < 0.2:
        spec["nodeSelector"] = {"image": "golden:1"}
    return spec


def _container(random: randoms.Random, name: str) -> dict[str, Any]:
    container: dict[str, Any] = {"name": name, "image": image(random)}
    if random.random() < 0.3:
        container = {"image": container["image"], "name": name}
    if random.random() < 0.4:
        container["imagePullPolicy"] = "IfNotPresent"
    if random.random() < 0.4:
        container["env"] = [{"name": "IMAGE", "value": "busybox:1.36"}, {"name": "RUNNER_IMAGE", "value": "golang:1"}]
    if random.random() < 0.4:
        container["args"] = ["--image=alpine:3", "image: x:1"]
    if random.random() < 0.3:
        container["ports"] = [{"containerPort": 8080, "name": "image"}]
    return container


def _workflow(random: randoms.Random, name: str) -> dict[str, Any]:
    templates = [
        {"name": "a", "container": {"image": image(random), "command": ["sh"]}},
        {"name": "b", "script": {"image": image(random), "source": "echo image"}},
        {"name": "c", "containerSet": {"containers": [{"name": "x", "image": image(random)}]}},
        {"name": "d", "sidecars": [{"name": "y", "image": image(random)}], "container": {"image": image(random)}},
    ]
    chosen = random.sample(templates, random.randint(1, 4))
    return _object("argoproj.io/v1alpha1", "WorkflowTemplate", name, {"entrypoint": "a", "templates": chosen})


def _operator(random: randoms.Random, name: str) -> dict[str, Any]:
    """Custom resources whose image is one by convention; the text is always a reference with a tag or digest."""
    named = Image("quay.io/acme/engine:4.2", "quay.io/acme/engine:4.2")
    spec = random.choice(
        [
            {"image": named, "version": "4.2", "replicas": 3},
            {"server": {"image": named}, "backup": {"imagePullPolicy": "Always"}},
            {"podTemplate": {"spec": pod_spec(random)}},
            {"storage": {"a": {"b": {"c": {"image": "too/deep:1"}}}}},
        ]
    )
    return _object("example.acme.io/v1", random.choice(["Engine", "Cluster"]), name, spec)


def _noise(random: randoms.Random, name: str) -> dict[str, Any]:
    spec = random.choice(
        [
            {"rules": [{"validate": {"pattern": {"spec": {"containers": [{"image": "!*:latest"}]}}}}]},
            {"parameters": {"image": "nginx:1"}},
        ]
    )
    noise = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"image": "nginx:1.27"}},
        _object("kyverno.io/v1", "ClusterPolicy", name, spec),
        _object("v1", "Service", name, {"selector": {"image": "a"}, "ports": [{"port": 80}]}),
        _object("image.toolkit.fluxcd.io/v1beta2", "ImageRepository", name, {"image": "ghcr.io/acme/api"}),
    ]
    return random.choice(noise)


def _object(version: str, kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "annotations": {"image": "registry.test/annotated:1"}}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}
