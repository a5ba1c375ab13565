"""What gathering is asked, and what it works with."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from basewise.model.image import Descriptor, Platform
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.progress import Progress, Silent
from basewise.model.reference import Reference
from basewise.model.repository import Introduction, Repository
from basewise.model.workload import Build, Source, Usage, Workload
from basewise.oci.interface import ImageSource
from basewise.workspace.interface import Workspace
from basewise.workspace.layers import LayerStore


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What one run is asked to look at."""

    sources: list[Source] = []
    usages: list[Usage] = []
    workloads: list[Workload] = []
    builds: list[Build] = []
    repositories: list[Repository] = []
    introductions: list[Introduction] = []
    """Since when files of repositories name base lines."""
    own: list[str] = []
    """Beginnings of names (`ghcr.io/acme`) that are the company's own although the registry is public."""
    known_bases: list[Reference] = []
    """Named by a person as bases (`--known-base`)."""
    layout_tags: list[tuple[Reference, Descriptor]] = []
    """Images of local layouts and archives: what each is called, what it points to."""
    platform: Platform = Platform()


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What gathering works with."""

    images: ImageSource
    workspace: Workspace
    layers: LayerStore
    limits: Limits = DEFAULT_LIMITS
    jobs: int = 1
    """Layers read, and references resolved, at the same time."""
    progress: Progress = Silent()
    monotonic: Callable[[], float] = time.monotonic
