"""Objects of the Kubernetes API, one by one: what each runs, and where it names the images for it."""

from __future__ import annotations

from basewise.discover import argo_workflows, openshift
from basewise.discover.api_kinds import CORE_GROUPS, POD_SPECS, TEMPLATES, group_of, is_extension, is_workload
from basewise.discover.custom import read_custom, read_templates
from basewise.discover.helm_values import Chart, read_values
from basewise.discover.images import Lines
from basewise.discover.kustomize_images import image_entries, usage_of
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.pods import PodContainer, read_containers
from basewise.discover.reading import child, integer, items, text
from basewise.discover.workloads import Object, Owner, Workloads
from basewise.model.workload import Usage

_TEMPLATE_EXPRESSION = "{{"
_HASHES = ("pod-template-hash", "rollouts-pod-template-hash")
"""Labels by which a Deployment, and an Argo Rollout, mark their ReplicaSets and pods."""


class Manifests:
    """Collects what the objects of one target name."""

    def __init__(self) -> None:
        self.workloads = Workloads()
        self.problems: list[str] = []
        """What could not be read, each with its line."""

    def take(self, node: Mapping, lines: Lines, within: str = "", kind: str = "") -> None:
        """Reads one object, or the items of a list.

        Args:
            lines: the file it stands in.
            within: `apiVersion` of the list that it is an item of, and
            kind: what items of that list are; both are what items of a typed list leave out.
        """
        written = child(node, "kind")
        if isinstance(written, Mapping) and child(node, "apiVersion") is not None:
            self.problems.append(f"line {written.line}: the kind of this object is filled in later")
            return
        version = text(child(node, "apiVersion")) or within
        kind = text(written) or kind
        if kind.endswith("List") and child(node, "items") is not None:
            for item in items(child(node, "items")):
                if isinstance(item, Mapping) and not within:
                    self.take(item, lines, version or "v1", kind.removesuffix("List"))
            return
        if version and kind:
            self._take_object(node, group_of(version), kind, lines)

    def _take_object(self, node: Mapping, group: str, kind: str, lines: Lines) -> None:
        if (group, kind) in TEMPLATES:
            self._take_template(node, group, kind, lines)
        elif group in CORE_GROUPS:
            if kind in POD_SPECS:
                self._take_workload(node, group, kind, read_containers(child(node, *POD_SPECS[kind]), lines), lines)
        elif group == "argoproj.io" and kind in argo_workflows.SPECS:
            self._take_workload(node, group, kind, argo_workflows.read_workflow(node, kind, lines), lines)
        elif (group, kind) == ("serving.knative.dev", "Revision"):
            self._take_workload(node, group, kind, read_containers(child(node, "spec"), lines), lines)
        elif is_extension(group):
            self._take_workload(node, group, kind, read_custom(node, group, kind, lines), lines)

    def _take_template(self, node: Mapping, group: str, kind: str, lines: Lines) -> None:
        """Takes images that some other object runs."""
        self.workloads.add_loose(_images_run_elsewhere(node, group, kind, lines))
        if kind == "BuildConfig" and text(child(node, "spec", "source", "dockerfile")):
            self.problems.append(f"line {node.line}: the Dockerfile inside this BuildConfig is not read")

    def _take_workload(
        self, node: Mapping, group: str, kind: str, containers: list[PodContainer], lines: Lines
    ) -> None:
        metadata = child(node, "metadata")
        name = text(child(metadata, "name")) or text(child(metadata, "generateName"))
        namespace_node = child(metadata, "namespace")
        namespace = text(namespace_node) or "default"
        if not containers:
            if node.templated and is_workload(group, kind):
                self.problems.append(f"line {node.line}: the containers of this {kind} are filled in later")
            return
        if not name or isinstance(namespace_node, Mapping) or _TEMPLATE_EXPRESSION in name + namespace:
            self.problems.append(f"line {node.line}: this {kind} has no name of its own")
            self.workloads.add_loose(one.usage for one in containers)
            return
        self.workloads.add(
            Object(
                file=lines.path,
                line=node.line,
                namespace=namespace,
                kind=kind,
                name=name,
                containers=containers,
                replicas=integer(child(node, "spec", "replicas")),
                owner=_owner(node),
                pod_template_hash=_pod_template_hash(node),
            )
        )


def _images_run_elsewhere(node: Mapping, group: str, kind: str, lines: Lines) -> list[Usage]:
    """The images of one of `TEMPLATES`."""
    spec = child(node, "spec")
    if kind == "ImageStream":
        return openshift.read_image_stream(node, lines)
    if kind == "BuildConfig":
        return openshift.read_build_config(node, lines)
    if kind == "Kustomization":
        return [usage_of(entry, lines.path) for entry in image_entries(child(spec, "images"))]
    if kind == "HelmRelease":
        return list(read_values(child(spec, "values"), lines.path, Chart(is_known=False)))
    if kind == "Application":
        sources = [child(spec, "source"), *items(child(spec, "sources"))]
        values = [child(source, "helm", "valuesObject") for source in sources]
        return [usage for one in values for usage in read_values(one, lines.path, Chart(is_known=False))]
    return [one.usage for one in read_templates(spec if group else child(node, "template"), lines)]


def _owner(node: Node) -> Owner | None:
    """The controller that made this object (metav1 OwnerReference); one that is no workload counts where it is read."""
    references = items(child(node, "metadata", "ownerReferences"))
    controllers = [reference for reference in references if text(child(reference, "controller")) == "true"]
    other: Owner | None = None
    for reference in controllers or references:
        group, kind = group_of(text(child(reference, "apiVersion"))), text(child(reference, "kind"))
        name = text(child(reference, "name"))
        if kind and name and is_workload(group, kind):
            return Owner(kind, name)
        if kind and name and other is None:
            other = Owner(kind, name, runs=False)
    return other


def _pod_template_hash(node: Node) -> str:
    labels = child(node, "metadata", "labels")
    found = [label.value for key in _HASHES if isinstance(label := child(labels, key), Scalar)]
    return found[0] if found else ""
