"""The services of the benchmark: manifests and Dockerfiles in which every image of build-images.sh is in use."""

from __future__ import annotations

from pathlib import Path

_REGISTRY = "registry.test"
_BUILT = {
    "gateway": "nginx",
    "orders": "python",
    "billing": "python",
    "reports": "jre",
    "web": "node",
    "batch": "python",
}
_RUNTIMES = {
    "nginx": "base-debian11",
    "python": "base-debian11",
    "redis": "base-debian11",
    "node": "base-debian12",
    "jre": "base-debian12",
    "postgres": "base-debian12",
}
_AS_THEY_ARE = ("postgres", "redis", "hardened-python")
_MANIFEST = """\
apiVersion: apps/v1
kind: {kind}
metadata:
  name: {name}
  namespace: shop
spec:
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      containers:
        - name: {name}
          image: {image}
"""


def write_services(target: Path, tags: set[str]) -> None:
    """Writes Dockerfiles and manifests for those of the fleet's images that a layout has.

    Args:
        tags: the tags of the layout; the small set of images has five of the fifteen.
    """
    for name, base in (_BUILT | _RUNTIMES).items():
        if name in tags:
            _write(target / name / "Dockerfile", f"FROM {_REGISTRY}/{base}\n")
    for name in (*_BUILT, *_AS_THEY_ARE):
        if name in tags:
            kind = "StatefulSet" if name in ("postgres", "redis") else "Deployment"
            manifest = _MANIFEST.format(kind=kind, name=name, image=f"{_REGISTRY}/{name}")
            _write(target / name / "k8s.yaml", manifest)


def write_one(target: Path, name: str) -> None:
    """Writes the manifest of a single workload."""
    image = f"{_REGISTRY}/{name}"
    _write(target / f"{name}.yaml", _MANIFEST.format(kind="Deployment", name=name, image=image))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
