"""Looks at what a run would read: references are resolved and manifests read, layers are not."""

from __future__ import annotations

from basewise.engine.interface import Request, Tools
from basewise.engine.resolve import open_all, references
from basewise.model.evidence import Status
from basewise.model.facts import Outlook
from basewise.model.image import Image


def outlook(request: Request, tools: Tools) -> Outlook:
    """Resolves everything that `request` names, and asks what earlier runs have kept."""
    opened = open_all(list(references(request)), request.platform, tools)
    images = {reference: found for reference, found in opened.items() if isinstance(found, Image)}
    digests = {image.digest for image in images.values()}
    layers = {layer.digest for image in images.values() for layer in image.layers}
    return Outlook(
        sources=request.sources,
        usages=request.usages,
        workloads=request.workloads,
        images={str(reference): image for reference, image in images.items()},
        unresolved={str(ref): found for ref, found in opened.items() if isinstance(found, Status)},
        remote=frozenset(str(reference) for reference in images if tools.images.is_remote(reference)),
        read_images=frozenset(digest for digest in digests if tools.workspace.contents(digest) is not None),
        read_layers=frozenset(digest for digest in layers if tools.layers.holds(digest)),
    )
