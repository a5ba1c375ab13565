"""Images that Kubernetes manifests name: git's YAML as well as dumps of a cluster.

Knows the workloads of the Kubernetes API, sections Workloads and PodTemplateSpec. What is YAML but no Kubernetes object
(values files, CI configuration) says nothing here and is no failure.
"""

from __future__ import annotations

from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.pods import Lines, read_containers
from basewise.discover.reading import child, integer, items, text
from basewise.discover.source_file import SourceFile
from basewise.discover.workloads import POD_SPECS, Object, Owner, Workloads
from basewise.model.evidence import OK, Status
from basewise.model.workload import UsageKind

_EXTENSIONS = (".yaml", ".yml", ".json")
_TEMPLATE_EXPRESSION = "{{"
_TEMPLATE_HINT = "this looks like a Helm template; render it with 'helm template' and audit the result"
_SHOWN_PROBLEMS = 3

_KUSTOMIZATIONS = frozenset({"kustomization.yaml", "kustomization.yml"})
_NOT_APPLIED = (
    "a kustomization is not applied, so images, namespaces and replicas are those of its resources as written; "
    "render it with 'kubectl kustomize' and audit the result"
)


class KubernetesSource(UsageSource):
    """Manifests in YAML or JSON: several documents to a file, `List` kinds, every workload that has a pod template."""

    kind: UsageKind = "kubernetes"

    def claims(self, path: str) -> bool:
        return path.lower().endswith(_EXTENSIONS)

    def read(self, file: SourceFile) -> Discovered:
        """The workloads of one file and the images they run.

        A document that cannot be read makes the file `partial`, with its line, when another document could be read,
        and `not_assessed` when none could.
        """
        if file.name.lower() in _KUSTOMIZATIONS:
            return Discovered(status=Status("partial", _NOT_APPLIED))
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        text = file.text or ""
        if file.path.lower().endswith(".json") and not _may_hold_objects(text):
            return Discovered()
        return _File(file, text).read()


class _File:
    """One file while it is read."""

    def __init__(self, file: SourceFile, text: str) -> None:
        self._file = file
        self._lines = Lines(text)
        self._templated = _TEMPLATE_EXPRESSION in text
        self._workloads = Workloads()
        self._problems: list[str] = []

    def read(self) -> Discovered:
        read = 0
        for document in self._file.documents:
            if document.problem:
                self._problems.append(document.problem)
            elif isinstance(document.root, Mapping):
                read += 1
                self._take(document.root)
        found = self._workloads.resolve(self._file.path)
        return Discovered(usages=found.usages, workloads=found.workloads, status=self._status(read))

    def _take(self, node: Mapping, kind: str = "", depth: int = 0) -> None:
        """Reads one object, or the items of a list; `kind` is what items of a typed list leave out."""
        written = child(node, "kind")
        if isinstance(written, Mapping) and child(node, "apiVersion") is not None:
            self._problems.append(f"line {written.line}: the kind of this object is filled in later")
            return
        kind = text(written) or kind
        if kind.endswith("List") and child(node, "items") is not None:
            for item in items(child(node, "items")):
                if isinstance(item, Mapping) and depth == 0:
                    self._take(item, kind.removesuffix("List"), depth + 1)
            return
        if kind not in POD_SPECS or not (text(child(node, "apiVersion")) or depth):
            return
        self._take_workload(node, kind)

    def _take_workload(self, node: Mapping, kind: str) -> None:
        containers = read_containers(child(node, *POD_SPECS[kind]), self._lines)
        metadata = child(node, "metadata")
        name = text(child(metadata, "name")) or text(child(metadata, "generateName"))
        namespace_node = child(metadata, "namespace")
        namespace = text(namespace_node) or "default"
        if not containers:
            if node.templated:
                self._problems.append(f"line {node.line}: the containers of this {kind} are filled in later")
            return
        if not name or isinstance(namespace_node, Mapping) or _TEMPLATE_EXPRESSION in name + namespace:
            self._problems.append(f"line {node.line}: this {kind} has no name of its own")
            self._workloads.add_nameless(containers)
            return
        replicas = integer(child(node, "spec", "replicas"))
        workload = Object(
            namespace, kind, name, node.line, containers, replicas, _owner(node), _pod_template_hash(node)
        )
        self._workloads.add(workload)

    def _status(self, read: int) -> Status:
        if not self._problems:
            return OK
        reasons = self._problems[:_SHOWN_PROBLEMS]
        if len(self._problems) > _SHOWN_PROBLEMS:
            reasons.append(f"and {len(self._problems) - _SHOWN_PROBLEMS} more")
        if self._templated:
            reasons.append(_TEMPLATE_HINT)
        return Status("partial" if read else "not_assessed", "; ".join(reasons))


def _owner(node: Node) -> Owner | None:
    """The controller that made this object, if it is a workload itself (metav1 OwnerReference)."""
    references = items(child(node, "metadata", "ownerReferences"))
    controllers = [reference for reference in references if text(child(reference, "controller")) == "true"]
    for reference in controllers or references:
        kind, name = text(child(reference, "kind")), text(child(reference, "name"))
        if kind in POD_SPECS and name:
            return Owner(kind, name)
    return None


def _pod_template_hash(node: Node) -> str:
    """The label by which a Deployment marks its ReplicaSets and their pods."""
    label = child(node, "metadata", "labels", "pod-template-hash")
    return label.value if isinstance(label, Scalar) else ""


def _may_hold_objects(content: str) -> bool:
    """False for the many JSON files that lack the two keys which every Kubernetes object has."""
    return '"kind"' in content and '"apiVersion"' in content
