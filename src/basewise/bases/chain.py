"""The base of an image by its layer chain: the longest stack of known layers that the image begins with.

Layers are compared by blob digest, or by the diff ID that we computed ourselves, which survives recompression. What a
configuration says about its own layers is never compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from basewise.bases.interface import STRENGTH, KnownImage
from basewise.model.image import Image, Layer
from basewise.model.inventory import BaseCandidate, ImageBase

CONFIDENCE_UNIQUE = 0.99
"""One name fits: the same bytes in the same order, one publisher."""
CONFIDENCE_SAME_LAYERS = 0.9
"""Several names fit the same layers, and evidence beyond the layers picked one."""
CONFIDENCE_TAG_OF_LAYOUT = 0.9
"""The name is a tag of a local layout that nothing in the fleet's files mentions."""


def begins_with(layers: Sequence[Layer], base: Sequence[Layer]) -> bool:
    """True when `layers` starts with all of `base`. An empty base begins nothing: every image would stand on it."""
    if not base or len(base) > len(layers):
        return False
    return all(_is_same(own, other) for own, other in zip(layers, base, strict=False))


def by_layer_chain(image: Image, known: Sequence[KnownImage]) -> ImageBase | None:
    """The known image that `image` was built on, or None when no known image is below it.

    An image is never its own base here. A known image with exactly the same layers (the upper one only sets variables,
    say) counts only when a Dockerfile or a person names it as a base, because otherwise nothing tells which of the two
    stands on the other; and a base does not stand on another of the same layers unless that is the public one.
    """
    names = [candidate for candidate in known if candidate.image.digest == image.digest]
    fitting = sorted((candidate for candidate in known if _can_be_below(candidate, image, names)), key=preference)
    if not fitting:
        return None
    best = fitting[0]
    length = len(best.image.layers)
    rivals = {other.id for other in fitting if len(other.image.layers) == length}
    confidence = CONFIDENCE_UNIQUE if len(rivals) == 1 else CONFIDENCE_SAME_LAYERS
    if best.named_by == "layout":
        confidence = min(confidence, CONFIDENCE_TAG_OF_LAYOUT)
    return ImageBase(
        id=best.id,
        digest=best.image.digest,
        method="layer-chain",
        confidence=confidence,
        layer_count=length,
        candidates=_runners_up(fitting, best),
    )


def preference(candidate: KnownImage) -> tuple[int, int, bool, bool, int, str]:
    """Sorts names that fit, best first.

    Most layers; strongest witness; the company's own before the public one it was made from; an official image before
    a stranger's copy; the name in more places.
    """
    return (
        -len(candidate.image.layers),
        -STRENGTH[candidate.named_by],
        candidate.is_public,
        not candidate.is_official,
        -candidate.uses,
        candidate.id,
    )


def _can_be_below(candidate: KnownImage, image: Image, names: Sequence[KnownImage]) -> bool:
    if candidate.image.digest == image.digest or not begins_with(image.layers, candidate.image.layers):
        return False
    if len(candidate.image.layers) < len(image.layers):
        return True
    is_base_too = any(name.is_named_as_base for name in names)
    return candidate.is_named_as_base and (
        not is_base_too or (candidate.is_public and not any(name.is_public for name in names))
    )


def _runners_up(fitting: Sequence[KnownImage], best: KnownImage) -> list[BaseCandidate]:
    found: dict[str, BaseCandidate] = {}
    for other in fitting:
        if other.id != best.id and other.id not in found:
            length = len(other.image.layers)
            found[other.id] = BaseCandidate(other.id, "layer-chain", CONFIDENCE_SAME_LAYERS / 2, length)
    return list(found.values())


def shared_beginning(image: Image, others: Iterable[Image]) -> int:
    """How many layers, from the bottom, `image` shares with the one of `others` it shares most with, short of all.

    Used for bases that nobody can name: what images of different repositories begin with is most likely what they were
    built on. `others` must hold no other version of the same image: those share more than their base.
    """
    shared = (_shared(image.layers, other.layers) for other in others if other.digest != image.digest)
    return max((count for count in shared if count < len(image.layers)), default=0)


def _shared(layers: Sequence[Layer], others: Sequence[Layer]) -> int:
    count = 0
    for own, other in zip(layers, others, strict=False):
        if not _is_same(own, other):
            break
        count += 1
    return count


def _is_same(layer: Layer, other: Layer) -> bool:
    return layer.digest == other.digest or (layer.diff_id != "" and layer.diff_id == other.diff_id)
