"""Workloads as kustomizations make them: overlays with their own images, names, namespaces and replicas."""

from __future__ import annotations

from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.kubernetes import status_of
from basewise.discover.kustomization import NAMES, Exhausted, Kustomization
from basewise.discover.kustomize_resources import Resource
from basewise.discover.manifests import Manifests
from basewise.discover.reading import child, text
from basewise.discover.source_file import SourceFile
from basewise.model.evidence import Status
from basewise.model.workload import UsageKind

_HINT = "for the rest, render it with 'kubectl kustomize' and audit the result"


class KustomizeSource(UsageSource):
    """Kustomizations and components, applied to the files below the directory target."""

    kind: UsageKind = "kustomize"

    def claims(self, path: str) -> bool:
        return path.rpartition("/")[2] in NAMES

    def read(self, file: SourceFile) -> Discovered:
        """The workloads that a kustomization makes.

        An image stands where it is set: in the kustomization or a patch, else in the resource. `includes` are the files
        that were taken in, which count as part of this one. What was not applied makes it `partial`.
        """
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        if not file.mappings:
            return Discovered(status=status_of(file.problems, "", read=False))
        root = file.mappings[0]
        if text(child(root, "apiVersion")).startswith("kustomize.toolkit.fluxcd.io/"):
            return Discovered()  # an object of Flux that refers to a kustomization; read as a manifest
        kustomization = Kustomization(file)
        try:
            resources = kustomization.build()
        except Exhausted as error:
            return Discovered(status=Status("not_assessed", error.message))
        return _discovered(kustomization, resources, is_component=text(child(root, "kind")) == "Component")


def _discovered(kustomization: Kustomization, resources: list[Resource], *, is_component: bool) -> Discovered:
    manifests = Manifests()
    for resource in resources:
        manifests.take(resource.node, resource.lines)
    found = manifests.workloads.resolve()
    problems = [*kustomization.problems, *manifests.problems]
    unused = kustomization.unused if is_component or problems else []
    return Discovered(
        usages=[*found.usages, *unused],
        workloads=found.workloads,
        includes=list(kustomization.includes),
        status=status_of(problems, _HINT, read=True),
    )
