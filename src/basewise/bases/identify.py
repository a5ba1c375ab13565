"""Which base each image of a fleet stands on: evidence in its order, and an honest answer when there is none.

The ladder: the image is run as it is; the layer chain against every image that the run knows; layers that several
images share; the layer that brought the operating system. The last two give a name only when the run knows an image of
exactly those layers; else such a base is `unidentified:<chain ID>`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from basewise.bases.chain import begins_with, by_layer_chain, preference, shared_beginning
from basewise.bases.interface import KnownImage
from basewise.model.digest import chain_id
from basewise.model.facts import Identified
from basewise.model.image import Image, Layer
from basewise.model.inventory import SCRATCH, UNIDENTIFIED, BaseMethod, ImageBase


def identify(image: Image, known: Sequence[KnownImage], os_layers: int | None) -> Identified:
    """Names the base of `image`.

    Args:
        known: every image that has a name in this run, `image` itself among them.
        os_layers: how many layers, from the bottom, it takes until the first package has appeared; 0 when there is no
            package, None when layers could not be read.
    """
    names = sorted((k for k in known if k.image.digest == image.digest), key=preference)
    below = by_layer_chain(image, known)
    if is_run_as_is(image, names, known, below):
        is_public = any(name.is_public for name in names)
        return Identified(_itself(image, names[0], below), "external" if is_public else "unknown")
    if below is not None:
        return Identified(below, "own")
    return Identified(_by_layers_alone(image, known, names, os_layers), "unknown")


def is_run_as_is(
    image: Image, names: Sequence[KnownImage], known: Sequence[KnownImage], below: ImageBase | None
) -> bool:
    """True for an image that is its own row of the audit.

    That is an image which somebody builds on (a Dockerfile or a person names it as a base, or another image begins with
    it and nothing known is below it), and a publisher's image that is run without being rebuilt (postgres:16, a
    sidecar). An image from a public registry that stands on a base which the fleet's own Dockerfiles name was most
    likely built here, unless it is an official one.
    """
    if any(name.is_named_as_base for name in names):
        return True
    if names and below is None and any(_stands_on(other.image, image) for other in known):
        return True
    if not any(name.is_public for name in names):
        return False
    if any(name.is_official for name in names):
        return True
    return below is None or below.id not in {k.id for k in known if k.is_named_as_base}


def parents(image: Image, known: Sequence[KnownImage], images: Mapping[str, Image]) -> list[str]:
    """Ids of the known bases below an image, nearest first."""
    found: list[str] = []
    current: Image | None = image
    while current is not None:
        below = by_layer_chain(current, known)
        if below is None or below.id in found:
            break
        found.append(below.id)
        current = images.get(below.digest)
    return found


def _stands_on(other: Image, image: Image) -> bool:
    return len(other.layers) > len(image.layers) and begins_with(other.layers, image.layers)


def _itself(image: Image, name: KnownImage, below: ImageBase | None) -> ImageBase:
    return ImageBase(
        id=name.id,
        digest=image.digest,
        method="self",
        confidence=1.0,
        layer_count=len(image.layers),
        candidates=[] if below is None else below.candidates,
    )


def _by_layers_alone(
    image: Image, known: Sequence[KnownImage], names: Sequence[KnownImage], os_layers: int | None
) -> ImageBase:
    repositories = {name.reference.name for name in names}
    others = [k for k in known if k.reference.name not in repositories]
    shared = shared_beginning(image, (other.image for other in others))
    if shared:
        return _of_layers(image.layers[:shared], others, "shared-layers", 0.6)
    if os_layers is None:  # nothing tells where the base ends: all of it is unknown
        return _of_layers(image.layers, (), "none", 0.0)
    if os_layers:
        return _of_layers(image.layers[:os_layers], others, "package-database", 0.4)
    return ImageBase(id=SCRATCH, method="package-database", confidence=0.5, layer_count=0)


def _of_layers(
    layers: Sequence[Layer], known: Sequence[KnownImage], method: BaseMethod, confidence: float
) -> ImageBase:
    """The base that is exactly these layers, by its name where the run knows an image of them."""
    for candidate in sorted(known, key=preference):
        if len(candidate.image.layers) == len(layers) and begins_with(layers, candidate.image.layers):
            return ImageBase(
                id=candidate.id,
                digest=candidate.image.digest,
                method=method,
                confidence=confidence,
                layer_count=len(layers),
            )
    key = chain_id([layer.diff_id or layer.digest for layer in layers]) if layers else "no layers"
    return ImageBase(id=UNIDENTIFIED + key, method=method, confidence=confidence, layer_count=len(layers))
