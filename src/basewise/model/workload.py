"""Where images are named, and what runs them."""

from __future__ import annotations

from typing import Literal

import msgspec

from basewise.model.evidence import OK, Outcome, Status

UsageKind = Literal["dockerfile", "kubernetes", "argument"]
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
    build_stage: str = ""
    """Name or number of the Dockerfile stage."""
    final: bool = False
    """True when this FROM begins the stage that becomes the image."""
    workload: str = ""
    """Id of the workload, for manifests."""
    confidence: float = 1.0
    status: Status = OK


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
