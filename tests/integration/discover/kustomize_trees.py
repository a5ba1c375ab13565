"""Random trees of kustomizations, from the fields of the kustomize reference."""

from __future__ import annotations

import json
import random as randoms
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

APPS = ("api", "web", "worker", "cache")
IMAGES = (
    *("nginx:1.27", "nginx", "docker.io/library/nginx:1.26", "registry.test:5000/shop/api:1.0"),
    *("registry.test/api", "redis:7@sha256:" + "a" * 64, "api", "busybox:1.36"),
)
TEMPLATED = ("Deployment", "StatefulSet", "DaemonSet", "Job", "Rollout")


def write_tree(root: Path, random: randoms.Random) -> list[Path]:
    """Writes a base, a component and overlays below `root`; gives the folders that can be built."""
    scaled = _write_base(root / "base", random)
    header = {"kind": "Component", "apiVersion": "kustomize.config.k8s.io/v1alpha1", "commonAnnotations": {"a": "b"}}
    _write(root / "component/kustomization.yaml", header | _changes(random, "component"))
    folders = [root / "base"]
    for number in range(random.randint(1, 3)):
        folder = root / "overlays" / f"o{number}"
        below = random.choice(folders)
        resources = [f"../../{below.relative_to(root).as_posix()}"]
        if random.random() < 0.3:
            _write_documents(folder / "own.yaml", [_object(f"own{number}", random)])
            resources.append("own.yaml")
        content: dict[str, Any] = {"resources": resources} | _changes(random, f"o{number}", scaled)
        if random.random() < 0.5:
            content["components"] = ["../../component"]
        if random.random() < 0.5:
            content |= _patches(folder, random)
        _write(folder / random.choice(["kustomization.yaml", "kustomization.yml", "Kustomization"]), content)
        folders.append(folder)
    return folders


def _write_base(folder: Path, random: randoms.Random) -> list[str]:
    """The base; gives the objects in it that have replicas."""
    names, scaled = [], []
    for number, app in enumerate(random.sample(APPS, random.randint(1, 3))):
        item = _object(app, random)
        scaled += [app] if item["kind"] in {"Deployment", "StatefulSet"} else []
        documents = [item, {"apiVersion": "v1", "kind": "Service", "metadata": {"name": app}}]
        _write_documents(folder / f"{number}.yaml", documents)
        names.append(f"{number}.yaml")
    _write(folder / "kustomization.yaml", {"resources": names} | _changes(random, "base", scaled))
    return scaled


def _object(name: str, random: randoms.Random) -> dict[str, Any]:
    kind = random.choice((*TEMPLATED, "CronJob", "Pod"))
    pod = {"containers": [_container("main", random)]}
    if random.random() < 0.5:
        pod["containers"].append(_container("side", random))
    if random.random() < 0.3:
        pod["initContainers"] = [_container("init", random)]
    spec: dict[str, Any] = {"template": {"spec": pod}}
    if kind == "Pod":
        spec = dict(pod)
    elif kind == "CronJob":
        spec = {"schedule": "0 0 * * *", "jobTemplate": {"spec": spec}}
    elif random.random() < 0.5:
        spec["replicas"] = random.randint(1, 5)
    version = {"Rollout": "argoproj.io/v1alpha1", "CronJob": "batch/v1", "Job": "batch/v1", "Pod": "v1"}
    metadata = {"name": name, "labels": {"app": name}}
    return {"apiVersion": version.get(kind, "apps/v1"), "kind": kind, "metadata": metadata, "spec": spec}


def _container(name: str, random: randoms.Random) -> dict[str, Any]:
    return {"name": name, "image": random.choice(IMAGES), "args": ["--image", "nginx:none"]}


def _changes(random: randoms.Random, name: str, scaled: Sequence[str] = ()) -> dict[str, Any]:
    """Names, namespace, images and replicas, each or not; `scaled` are objects that may have replicas."""
    content: dict[str, Any] = {}
    if random.random() < 0.5:
        content["namespace"] = f"ns-{name}"
    if random.random() < 0.3:
        content["namePrefix"] = f"{name}-"
    if random.random() < 0.3:
        content["nameSuffix"] = f"-{name}"
    if random.random() < 0.7:
        content["images"] = [_image(random) for _ in range(random.randint(1, 3))]
    if scaled and random.random() < 0.5:  # kustomize refuses those that fit nothing
        content["replicas"] = [{"name": random.choice(scaled), "count": random.randint(0, 9)}]
    return content


def _image(random: randoms.Random) -> dict[str, str]:
    entry = {"name": random.choice(IMAGES).split("@")[0].removesuffix(":1.27").removesuffix(":1.26")}
    change = random.choice(["newTag", "newName", "digest", "both", "all"])
    if change in {"newTag", "both", "all"}:
        entry["newTag"] = f"v{random.randint(1, 9)}"
    if change in {"newName", "both", "all"}:
        entry["newName"] = random.choice(["mirror.test/x", "nginx", "api"])
    if change in {"digest", "all"}:
        entry["digest"] = "sha256:" + "c" * 64
    return entry


def _patches(folder: Path, random: randoms.Random) -> dict[str, Any]:
    """Patches for every object of some kind, so that none is refused for fitting nothing."""
    kind = random.choice(TEMPLATED)
    container: dict[str, Any] = {"name": random.choice(["main", "added"]), "image": "patched:1"}
    merge = {"spec": {"replicas": 7, "template": {"spec": {"containers": [container]}}}}
    if random.random() < 0.3:
        container["$patch"] = "delete"
    operations: list[dict[str, Any]] = [
        {"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "json:2"},
        {"op": "add", "path": "/spec/template/spec/containers/-", "value": {"name": "last", "image": "json:3"}},
        {"op": "add", "path": "/spec/replicas", "value": 3},
        {"op": "remove", "path": "/metadata/labels"},
    ]
    chosen = random.sample(operations, random.randint(1, 4))
    target = {"kind": kind}
    if random.random() < 0.3:
        target["name"] = random.choice(["a.*", "api|web", ".*"])
    if random.random() < 0.3:
        target["labelSelector"] = "app=api"
    header = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "any"}}
    patch = header | merge if random.random() < 0.5 else chosen
    if random.random() < 0.5:
        _write_documents(folder / "patch.yaml", [patch])
        return {"patches": [{"path": "patch.yaml", "target": target}]}
    return {"patches": [{"patch": json.dumps(patch, indent=1) + "\n", "target": target}]}


def _write(path: Path, content: dict[str, Any]) -> None:
    _write_documents(path, [content])


def _write_documents(path: Path, documents: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("---\n".join(_yaml(document) for document in documents))


def _yaml(document: Any) -> str:
    """JSON is YAML; its first level is written as a block, as kustomizations are."""
    if isinstance(document, list):
        return json.dumps(document) + "\n"
    return "".join(_lines(document))


def _lines(document: dict[str, Any]) -> Iterator[str]:
    for key, value in document.items():
        yield f"{key}: {json.dumps(value)}\n"
