"""Kinds of the Kubernetes API and of its extensions: which of them run containers, and which never do."""

from __future__ import annotations

POD_SPECS: dict[str, tuple[str, ...]] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "Deployment": ("spec", "template", "spec"),
    "DeploymentConfig": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "Pod": ("spec",),
    "ReplicaSet": ("spec", "template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
}
"""Where each kind of workload keeps its PodSpec (Kubernetes API reference, "Workload Resources"; OpenShift's
DeploymentConfig, also under its old version `v1`)."""

BUILT_IN_GROUPS = frozenset({"", "apps", "batch", "extensions"})
CORE_GROUPS = BUILT_IN_GROUPS | {"apps.openshift.io"}
"""API groups of those kinds; Kubernetes' own among them have a schema with merge keys."""

_WORKLOADS_OF_EXTENSIONS = frozenset(
    {
        ("argoproj.io", "Rollout"),
        ("argoproj.io", "Experiment"),
        ("argoproj.io", "Workflow"),
        ("argoproj.io", "CronWorkflow"),
        ("serving.knative.dev", "Service"),
        ("serving.knative.dev", "Configuration"),
        ("serving.knative.dev", "Revision"),
        ("keda.sh", "ScaledJob"),
    }
)
"""Kinds of other groups that own the objects which run for them."""

TEMPLATES = frozenset(
    {
        ("", "PodTemplate"),
        ("argoproj.io", "AnalysisTemplate"),
        ("argoproj.io", "ClusterAnalysisTemplate"),
        ("argoproj.io", "AnalysisRun"),
        ("image.openshift.io", "ImageStream"),
        ("", "ImageStream"),
        ("build.openshift.io", "BuildConfig"),
        ("", "BuildConfig"),
        ("kustomize.toolkit.fluxcd.io", "Kustomization"),
        ("helm.toolkit.fluxcd.io", "HelmRelease"),
        ("argoproj.io", "Application"),
    }
)
"""Kinds that name images and are no workload of their own: what runs them is another object, or made by one."""

_SILENT_GROUPS = (
    # patterns of images that are admitted or refused
    *("kyverno.io", "gatekeeper.sh", "kubewarden.io", "sigstore.dev", "securesystemsengineering.connaisseur"),
    # repositories that are watched for new tags
    "image.toolkit.fluxcd.io",
    # disks of virtual machines
    *("infrastructure.cluster.x-k8s.io", "cnrm.cloud.google.com", "crossplane.io", "upbound.io"),
    # steps of CI, which have a source of their own
    "tekton.dev",
)
"""Groups, with all below them, in which a key called `image` is not what a cluster runs."""


DEFINITION = "CustomResourceDefinition"
"""The kind that defines other kinds."""


def group_of(api_version: str) -> str:
    """The group of an `apiVersion`; '' for the core group."""
    return api_version.rpartition("/")[0]


def is_workload(group: str, kind: str) -> bool:
    """True for a kind that stands for what it made, even where a file leaves it out."""
    return (group in CORE_GROUPS and kind in POD_SPECS) or (group, kind) in _WORKLOADS_OF_EXTENSIONS


def is_extension(group: str) -> bool:
    """True for a group that is not Kubernetes' own, and in which images are what a cluster runs."""
    if "." not in group or group.endswith(".k8s.io"):
        return False
    return not any(group == silent or group.endswith(f".{silent}") for silent in _SILENT_GROUPS)
