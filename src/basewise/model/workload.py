"""Where images are named, and what runs them."""

from __future__ import annotations

from typing import Literal

import msgspec

from basewise.model.evidence import OK, Outcome, Status

UsageKind = Literal[
    "argument",
    "dockerfile",
    "kubernetes",
    "kustomize",
    "helm",
    "compose",
    "bake",
    "skaffold",
    "devcontainer",
    "terraform",
    "tekton",
    "github-actions",
    "gitlab-ci",
    "jenkins",
    "buildkite",
    "circleci",
    "drone",
    "azure-pipelines",
    "cloud-build",
]
"""`argument`: named on the command line."""
UsageRole = Literal["runtime", "build", "ci", "dev"]
"""What an image is for there: it runs in production, builds another image, runs a job of CI, or is developed in."""
ContainerRole = Literal["init", "main", "sidecar", "ephemeral"]


class Source(msgspec.Struct, frozen=True):
    """A place that was asked for image references, with how far that got."""

    locator: str
    """Directory, file, registry or cluster as given."""
    kind: str
    status: Outcome = "ok"
    reason: str = ""


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """One place that names one image."""

    reference: str
    """Canonical, or the text as written when it is no valid reference, without a login."""
    kind: UsageKind
    file: str = ""
    line: int = 0
    """From 1; 0 when there is no file."""
    column: int = 0
    """Where the name of the image begins in that line, from 1 in characters; 0 when it is not known."""
    role: UsageRole = "runtime"
    build_stage: str = ""
    """Name or number of the Dockerfile stage that begins from it; empty where an image is not built upon."""
    final: bool = False
    """True when this names what production runs: the FROM of the stage that becomes the image, a compose service."""
    workload: str = ""
    """Id of the workload, for manifests; name of the service, for compose."""
    confidence: float = 1.0
    """0..1; below 1 where a default may be changed, or a convention says that this is an image."""
    status: Status = OK

    @property
    def is_built_upon(self) -> bool:
        """True for a FROM line: another image begins with this one."""
        return self.build_stage != ""


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """One place that says which Dockerfile becomes which image."""

    kind: UsageKind
    file: str
    line: int
    dockerfile: str
    """Path relative to the directory target, as usages name it."""
    context: str = ""
    """Path of the directory that is sent to the builder; '' for the directory target itself."""
    target: str = ""
    """Stage that is built; empty for the last."""
    arguments: dict[str, str] = {}
    """Build arguments whose values are written there."""
    images: list[str] = []
    """Canonical references that it is tagged as; those with variables as written."""
    service: str = ""
    """Name of the service or artifact."""


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """One container of a pod template."""

    name: str
    role: ContainerRole
    reference: str
    """Canonical text of the image reference."""
    digest: str = ""
    command: list[str] = []
    args: list[str] = []
    ports: list[int] = []


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """A Kubernetes workload: what a cluster, or a manifest meant for one, runs."""

    id: str
    """`[cluster/]namespace/Kind/name`."""
    namespace: str
    kind: str
    name: str
    source: str = ""
    """`file:line`."""
    cluster: str = ""
    replicas: int | None = None
    containers: list[Container] = []
