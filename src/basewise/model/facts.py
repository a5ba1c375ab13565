"""Facts: what gathering hands to the audit. Everything that was looked at, keyed by digest, nothing judged yet."""

from __future__ import annotations

import msgspec

from basewise.model.advisory import Feed, Matches
from basewise.model.contents import ImageContents
from basewise.model.evidence import Status
from basewise.model.image import Image
from basewise.model.inventory import BuiltBy, ImageBase
from basewise.model.repository import Introduction, Repository
from basewise.model.workload import Build, Source, Usage, Workload


class Identified(msgspec.Struct, frozen=True):
    """The base of one image, and who built the image."""

    base: ImageBase
    built_by: BuiltBy


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """What a run would read, before it reads a layer. References are canonical texts."""

    sources: list[Source] = []
    usages: list[Usage] = []
    workloads: list[Workload] = []
    images: dict[str, Image] = {}
    """By reference."""
    unresolved: dict[str, Status] = {}
    """References that no source could answer for, with the reason."""
    remote: frozenset[str] = frozenset()
    """References whose blobs come over the network."""
    read_images: frozenset[str] = frozenset()
    """Manifest digests whose contents the workspace holds."""
    read_layers: frozenset[str] = frozenset()
    """Blob digests that an earlier run has read."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """One run's gathering. References are canonical texts."""

    own: list[str] = []
    """Beginnings of names that are the company's own."""
    sources: list[Source] = []
    usages: list[Usage] = []
    workloads: list[Workload] = []
    builds: list[Build] = []
    repositories: list[Repository] = []
    introductions: list[Introduction] = []
    resolved: dict[str, str] = {}
    """Reference to the manifest digest it names now."""
    unresolved: dict[str, Status] = {}
    """References that no source could answer for, with the reason."""
    images: dict[str, Image] = {}
    """By manifest digest; layers carry the diff IDs that were computed."""
    contents: dict[str, ImageContents] = {}
    """By manifest digest; of a base that was not scanned itself, merged from the layers of an image that stands on it,
    by the base's digest or, when it has no name, by its id."""
    identified: dict[str, Identified] = {}
    """By manifest digest."""
    parents: dict[str, list[str]] = {}
    """Base id to the ids of the known bases below it, nearest first."""
    base_digests: dict[str, list[str]] = {}
    """Base id to the manifest digests seen under it."""
    sizes: dict[str, int] = {}
    """Bytes of all layers, compressed, by key of `contents`."""
    matches: Matches = Matches()
    feeds: list[Feed] = []
