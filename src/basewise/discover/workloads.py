"""Objects of one file brought together into workloads.

A dump of a cluster holds a Deployment, the ReplicaSets it made and their pods; only the Deployment is a workload. When
the dump leaves it out, what it made stands for it under its name, so that git and every dump agree on the identity.
"""

from __future__ import annotations

import msgspec

from basewise.discover.pods import PodContainer
from basewise.model.workload import Usage, Workload

POD_SPECS: dict[str, tuple[str, ...]] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "Deployment": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "Pod": ("spec",),
    "ReplicaSet": ("spec", "template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
}
"""Where each kind of workload keeps its PodSpec (Kubernetes API reference, "Workload Resources")."""

_LONGEST_CHAIN = 4  # Pod, Job or ReplicaSet, CronJob or Deployment; the rest is a loop


class Owner(msgspec.Struct, frozen=True):
    """The controller that made an object; always of its namespace."""

    kind: str
    name: str


class Object(msgspec.Struct, frozen=True):
    """A workload object as it stands in a file."""

    namespace: str
    kind: str
    name: str
    line: int
    containers: list[PodContainer]
    replicas: int | None = None
    owner: Owner | None = None
    pod_template_hash: str = ""

    @property
    def identity(self) -> str:
        return f"{self.namespace}/{self.kind}/{self.name}"


class Found(msgspec.Struct, frozen=True):
    """The workloads of a file and every place where one names an image."""

    usages: list[Usage] = []
    workloads: list[Workload] = []


class Workloads:
    """Collects the objects of one file."""

    def __init__(self) -> None:
        self._objects: dict[str, Object] = {}
        self._containers: dict[str, list[PodContainer]] = {}
        self._nameless: list[PodContainer] = []

    def add(self, item: Object) -> None:
        """Adds an object. Of two with one identity, as in a file of variants, the images of both count."""
        self._objects.setdefault(item.identity, item)
        self._containers.setdefault(item.identity, []).extend(item.containers)

    def add_nameless(self, containers: list[PodContainer]) -> None:
        """Adds the images of a workload that cannot be told from others; they are usages without workload."""
        self._nameless += containers

    def resolve(self, path: str) -> Found:
        """The workloads of the file at `path`, in the order of the file, each under the identity of its top owner."""
        running: dict[str, dict[tuple[str, str], PodContainer]] = {}
        first: dict[str, Object] = {}
        usages: list[Usage] = []
        for own, item in self._objects.items():
            identity = self._top(item)
            if identity != own and self._is_covered(item, identity):
                continue
            first.setdefault(identity, item)
            known = running.setdefault(identity, {})
            for found in self._containers[own]:
                key = (found.container.name, found.container.reference)
                if identity == own or key not in known:  # a hundred pods of one owner name one image
                    usages.append(_usage(found, identity, path))
                known.setdefault(key, found)
        usages += [_usage(found, "", path) for found in self._nameless]
        workloads = [_workload(item, identity, running[identity], path) for identity, item in first.items()]
        return Found(usages, workloads)

    def _is_covered(self, item: Object, identity: str) -> bool:
        """True when the file has the owner itself, or when `item` is an old revision of it that runs nothing."""
        return identity in self._objects or item.replicas == 0

    def _top(self, item: Object) -> str:
        """Identity of the controller above all others; its own when owners run in a circle."""
        own = identity = item.identity
        for _ in range(_LONGEST_CHAIN):
            known = self._objects.get(identity)
            if known is None or known.owner is None:
                return identity
            owner, item = known.owner, known
            identity = f"{item.namespace}/{owner.kind}/{owner.name}"
            suffix = f"-{item.pod_template_hash}"
            if owner.kind == "ReplicaSet" and identity not in self._objects and _is_revision(owner.name, suffix):
                return f"{item.namespace}/Deployment/{owner.name.removesuffix(suffix)}"
        return own


def _is_revision(name: str, suffix: str) -> bool:
    """True for a ReplicaSet that a Deployment made: it is named after the hash of its pod template."""
    return len(suffix) > 1 and name.endswith(suffix) and len(name) > len(suffix)


def _workload(item: Object, identity: str, running: dict[tuple[str, str], PodContainer], path: str) -> Workload:
    namespace, kind, name = identity.split("/", 2)
    return Workload(
        id=identity,
        namespace=namespace,
        kind=kind,
        name=name,
        source=f"{path}:{item.line}",
        replicas=item.replicas,
        containers=[found.container for found in running.values()],
    )


def _usage(found: PodContainer, identity: str, path: str) -> Usage:
    return Usage(
        reference=found.container.reference,
        kind="kubernetes",
        file=path,
        line=found.line,
        workload=identity,
        status=found.status,
    )
