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
    return all(
        own.digest == other.digest or (own.diff_id != "" and own.diff_id == other.diff_id)
        for own, other in zip(layers, base, strict=False)
    )


def by_layer_chain(image: Image, known: Iterable[KnownImage]) -> ImageBase | None:
    """The known image that `image` was built on, or None when no known image is below it.

    An image is never its own base here. A known image with exactly the same layers counts only when a Dockerfile or a
    person names it as a base, because otherwise nothing tells which of the two stands on the other.
    """
    fitting = [candidate for candidate in known if _can_be_below(candidate, image)]
    if not fitting:
        return None
    fitting.sort(key=_rank, reverse=True)
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


def _can_be_below(candidate: KnownImage, image: Image) -> bool:
    if candidate.image.digest == image.digest or not begins_with(image.layers, candidate.image.layers):
        return False
    same_layers = len(candidate.image.layers) == len(image.layers)
    return not same_layers or candidate.named_by in {"argument", "from-line"}


def _rank(candidate: KnownImage) -> tuple[int, int, bool, int, str]:
    return (
        len(candidate.image.layers),
        STRENGTH[candidate.named_by],
        candidate.is_official,
        candidate.uses,
        candidate.id,
    )


def _runners_up(fitting: Sequence[KnownImage], best: KnownImage) -> list[BaseCandidate]:
    found: dict[str, BaseCandidate] = {}
    for other in fitting:
        line = other.id
        if line != best.id and line not in found:
            found[line] = BaseCandidate(line, "layer-chain", CONFIDENCE_SAME_LAYERS / 2, len(other.image.layers))
    return list(found.values())


def shared_beginning(image: Image, others: Iterable[Image]) -> int:
    """How many layers, from the bottom, `image` shares with the one of `others` it shares most with, short of all.

    Used for bases that nobody can name: what several images begin with is most likely what they were built on.
    """
    longest = 0
    for other in others:
        if other.digest == image.digest:
            continue
        shared = 0
        for own, theirs in zip(image.layers, other.layers, strict=False):
            if own.digest != theirs.digest and not (own.diff_id and own.diff_id == theirs.diff_id):
                break
            shared += 1
        if shared < len(image.layers):
            longest = max(longest, shared)
    return longest
