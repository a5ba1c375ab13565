"""Which base each image of a fleet stands on: evidence in its order, and an honest answer when there is none.

The ladder: the image is run as it is; the layer chain against every image that the run knows; layers that several
images share; the layer that brought the operating system. The last two cannot give a name: such a base is
`unidentified:<chain ID>`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from basewise.bases.chain import by_layer_chain, shared_beginning
from basewise.bases.interface import KnownImage
from basewise.catalogue.registries import origin_of
from basewise.model.digest import chain_id
from basewise.model.facts import Identified
from basewise.model.image import Image
from basewise.model.inventory import BaseMethod, ImageBase
from basewise.model.reference import Reference

SCRATCH = "scratch"
UNIDENTIFIED = "unidentified:"


def identify(
    image: Image,
    references: Sequence[Reference],
    known: Sequence[KnownImage],
    fleet: Sequence[Image],
    os_layers: int,
) -> Identified:
    """Names the base of `image`.

    Args:
        references: the names under which workloads run the image; the first is used when it is its own base.
        known: every image that has a name in this run, `image` itself included where it has one.
        fleet: all images of the run, for layers in common.
        os_layers: how many layers, from the bottom, it takes until the operating system's package database has
            appeared; 0 when the image has none.
    """
    below = by_layer_chain(image, known)
    if is_run_as_is(image, references, known, below):
        return Identified(_itself(image, references, below), "external" if _is_public(references) else "unknown")
    if below is not None:
        return Identified(below, "own")
    return Identified(_unnamed(image, fleet, os_layers), "unknown")


def is_run_as_is(
    image: Image, references: Sequence[Reference], known: Sequence[KnownImage], below: ImageBase | None
) -> bool:
    """True for an image that is its own row of the audit.

    That is an image which somebody builds on (a Dockerfile or a person names it as a base), and a publisher's image
    that is run without being rebuilt (postgres:16, a sidecar). An image from a public registry that stands on a base
    which the fleet's own Dockerfiles name was most likely built here, unless it is an official one.
    """
    if any(k.image.digest == image.digest and k.named_by in {"argument", "from-line"} for k in known):
        return True
    if not _is_public(references):
        return False
    if any(k.image.digest == image.digest and k.is_official for k in known):
        return True
    from_lines = {k.id for k in known if k.named_by in {"argument", "from-line"}}
    return below is None or below.id not in from_lines


def parents(base: ImageBase, known: Sequence[KnownImage], images: Mapping[str, Image]) -> list[str]:
    """Known bases below a base, nearest first."""
    found: list[str] = []
    image = images.get(base.digest)
    while image is not None:
        below = by_layer_chain(image, known)
        if below is None or below.id in found or below.id == base.id:
            break
        found.append(below.id)
        image = images.get(below.digest)
    return found


def _is_public(references: Sequence[Reference]) -> bool:
    return any(origin_of(reference) != "internal" for reference in references)


def _itself(image: Image, references: Sequence[Reference], below: ImageBase | None) -> ImageBase:
    return ImageBase(
        id=references[0].line,
        digest=image.digest,
        method="self",
        confidence=1.0,
        layer_count=len(image.layers),
        candidates=[] if below is None else below.candidates,
    )


def _unnamed(image: Image, fleet: Sequence[Image], os_layers: int) -> ImageBase:
    shared = shared_beginning(image, fleet)
    if shared:
        return _unidentified(image, shared, "shared-layers", 0.6)
    if os_layers:
        return _unidentified(image, os_layers, "package-database", 0.4)
    return ImageBase(id=SCRATCH, method="package-database", confidence=0.5, layer_count=0)


def _unidentified(image: Image, count: int, method: BaseMethod, confidence: float) -> ImageBase:
    layers = image.layers[:count]
    key = chain_id([layer.diff_id or layer.digest for layer in layers])
    return ImageBase(id=UNIDENTIFIED + key, method=method, confidence=confidence, layer_count=count)
