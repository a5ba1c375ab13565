"""Objects of one file brought together into workloads.

A dump of a cluster holds a Deployment, the ReplicaSets it made and their pods; only the Deployment is a workload. When
the dump leaves it out, what it made stands for it under its name, so that git and every dump agree on the identity.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from basewise.discover.pods import PodContainer
from basewise.model.workload import Usage, Workload

_LONGEST_CHAIN = 8  # Pod, ReplicaSet, Deployment, and Knative's Revision, Configuration, Service; the rest is a loop


class Owner(msgspec.Struct, frozen=True):
    """The controller that made an object; always of its namespace."""

    kind: str
    name: str
    runs: bool = True
    """True for a workload, which stands for what it made even where the file leaves it out."""


class Object(msgspec.Struct, frozen=True):
    """A workload object as it stands in a file."""

    file: str
    line: int
    namespace: str
    kind: str
    name: str
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
        self._loose: list[Usage] = []

    def add(self, item: Object) -> None:
        """Adds an object. Of two with one identity, as in a file of variants, the images of both count."""
        self._objects.setdefault(item.identity, item)
        self._containers.setdefault(item.identity, []).extend(item.containers)

    def add_loose(self, usages: Iterable[Usage]) -> None:
        """Adds images that no workload runs, or one that cannot be told from others."""
        self._loose += usages

    def resolve(self) -> Found:
        """The workloads, in the order of the file, each under the identity of its top owner."""
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
                    usages.append(msgspec.structs.replace(found.usage, workload=identity))
                known.setdefault(key, found)
        usages += self._loose
        workloads = [_workload(item, identity, running[identity]) for identity, item in first.items()]
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
            above = f"{item.namespace}/{owner.kind}/{owner.name}"
            if not owner.runs and above not in self._objects:
                return identity
            identity = above
            suffix = f"-{item.pod_template_hash}"
            if owner.kind == "ReplicaSet" and identity not in self._objects and _is_revision(owner.name, suffix):
                return f"{item.namespace}/Deployment/{owner.name.removesuffix(suffix)}"
        return own


def _is_revision(name: str, suffix: str) -> bool:
    """True for a ReplicaSet that a Deployment made: it is named after the hash of its pod template."""
    return len(suffix) > 1 and name.endswith(suffix) and len(name) > len(suffix)


def _workload(item: Object, identity: str, running: dict[tuple[str, str], PodContainer]) -> Workload:
    namespace, kind, name = identity.split("/", 2)
    return Workload(
        id=identity,
        namespace=namespace,
        kind=kind,
        name=name,
        source=f"{item.file}:{item.line}",
        replicas=item.replicas,
        containers=[found.container for found in running.values()],
    )
