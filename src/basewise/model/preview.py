"""The preview: what an audit would read, before it reads a layer."""

from __future__ import annotations

import msgspec

from basewise.model.evidence import Outcome, Status
from basewise.model.inventory import NotAssessed, status_with
from basewise.model.workload import Source, Usage, Workload

PREVIEW_SCHEMA = "basewise.dev/preview/v1"


class Layers(msgspec.Struct, frozen=True):
    """How many blobs, and their compressed size."""

    count: int = 0
    bytes: int = 0


class PreviewedImage(msgspec.Struct, frozen=True, kw_only=True):
    """One reference, and what reading its image would take."""

    reference: str
    digest: str = ""
    """Manifest digest; empty when it could not be resolved."""
    registry: str = ""
    """Where it would be pulled from; empty for an image that lies here."""
    layers: Layers = Layers()
    unread: Layers = Layers()
    """Those that no earlier run has read."""
    status: Outcome = "ok"
    reason: str = ""


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The document of `basewise audit --dry-run`."""

    schema: str = PREVIEW_SCHEMA
    generated_at: str
    tool: str
    sources: list[Source] = []
    usages: list[Usage] = []
    workloads: list[Workload] = []
    images: list[PreviewedImage] = []
    """One per reference, in the order of their names."""
    local: Layers = Layers()
    """Distinct layers that would be read from layouts, archives and stores here."""
    pulled: Layers = Layers()
    """Distinct layers that would be pulled from registries."""
    not_assessed: list[NotAssessed] = []

    @property
    def status(self) -> Status:
        """`ok` only when everything that was asked for could be looked at."""
        return status_with(self.not_assessed)
