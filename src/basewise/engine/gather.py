"""Gathering: from usages to facts. Every manifest and layer is looked at once per run, whoever names it.

The order is fixed: resolve references, read the layers nobody has read before, merge them into images, name the bases.
A failure belongs to the reference or layer it happened to and is recorded there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from basewise.bases.identify import identify, parents
from basewise.bases.interface import KnownImage
from basewise.catalogue.registries import origin_of
from basewise.engine.interface import Request, Tools
from basewise.engine.read import NamedLayers, read_base, read_images
from basewise.engine.resolve import Opened, open_all, references
from basewise.model.contents import ImageContents
from basewise.model.errors import ImageError
from basewise.model.evidence import Status
from basewise.model.facts import Facts, Identified
from basewise.model.image import Image
from basewise.model.inventory import UNIDENTIFIED
from basewise.oci.image import open_image
from basewise.scan.databases import SYSTEM_TYPES


def gather(request: Request, tools: Tools) -> Facts:
    """Looks at everything that `request` names."""
    opened = open_all(list(references(request)), request.platform, tools)
    images = {image.digest: image for image in opened.values() if isinstance(image, Image)}
    contents, layers = read_images([(ref, one) for ref, one in opened.items() if isinstance(one, Image)], tools)
    images = {digest: _with_diff_ids(image, contents[digest]) for digest, image in images.items()}

    known = _known_images(request, opened, images, tools)
    identified = {
        digest: identify(image, known, _os_layers(image, contents[digest])) for digest, image in images.items()
    }
    below = _parents(identified, known, {k.image.digest: k.image for k in known})
    digests = _base_digests(identified, known, below)
    bases = _base_layers(identified, known, digests)
    for key, base in bases.items():
        if key not in contents:
            contents[key] = read_base(key, base, layers, tools)
    return Facts(
        own=request.own,
        sources=request.sources,
        usages=request.usages,
        workloads=request.workloads,
        builds=request.builds,
        repositories=request.repositories,
        introductions=request.introductions,
        resolved={str(ref): image.digest for ref, image in opened.items() if isinstance(image, Image)},
        unresolved={str(ref): status for ref, status in opened.items() if isinstance(status, Status)},
        images=images,
        contents=contents,
        identified=identified,
        parents=below,
        base_digests=digests,
        sizes={key: sum(layer.size for layer in base.layers) for key, base in bases.items()},
    )


def _with_diff_ids(image: Image, contents: ImageContents) -> Image:
    layers = [
        msgspec.structs.replace(layer, diff_id=diff_id)
        for layer, diff_id in zip(image.layers, contents.diff_ids, strict=True)
    ]
    return msgspec.structs.replace(image, layers=layers)


def _known_images(request: Request, opened: Opened, images: Mapping[str, Image], tools: Tools) -> list[KnownImage]:
    """Every image with a name: those that were asked for, then the tags of local layouts and archives."""
    uses: dict[str, int] = {}
    for usage in request.usages:
        uses[usage.reference] = uses.get(usage.reference, 0) + 1
    known = [
        KnownImage(
            reference=reference,
            image=images[image.digest],
            named_by=why,
            is_public=origin_of(reference, request.own) != "internal",
            uses=uses.get(str(reference), 1),
        )
        for reference, why in references(request).items()
        if isinstance(image := opened[reference], Image)
    ]
    named = {k.image.digest for k in known}
    for reference, descriptor in request.layout_tags:
        try:
            image = open_image(tools.images, reference.with_digest(descriptor.digest), request.platform, tools.limits)
        except ImageError:
            continue  # a tag that nothing names is a chance to name a base, not something that was asked for
        if image.digest not in named:
            is_public = origin_of(reference, request.own) != "internal"
            known.append(KnownImage(reference=reference, image=image, named_by="layout", is_public=is_public))
    return known


def _os_layers(image: Image, contents: ImageContents) -> int | None:
    """How many layers it takes, from the bottom, until the first package of a system has appeared.

    Libraries and programs do not count: an image may hold them and no system. None when nobody could look.
    """
    system = [package for package in contents.packages if package.type in SYSTEM_TYPES]
    if not system and not all(contents.diff_ids):
        return None
    order = {layer.digest: number for number, layer in enumerate(image.layers, start=1)}
    return min((order.get(package.layer, len(order)) for package in system), default=0)


def _parents(
    identified: Mapping[str, Identified], known: Sequence[KnownImage], images: Mapping[str, Image]
) -> dict[str, list[str]]:
    """Base id to the known bases below it, for every base that an image stands on or that is run as it is."""
    wanted = {found.base.id for found in identified.values()}
    found: dict[str, list[str]] = {}
    for candidate in known:
        if candidate.id in wanted or _is_itself(candidate, identified):
            found.setdefault(candidate.id, parents(candidate.image, known, images))
    return found


def _is_itself(candidate: KnownImage, identified: Mapping[str, Identified]) -> bool:
    """True for every name of an image that is its own base: which one it has depends on who runs it."""
    found = identified.get(candidate.image.digest)
    return found is not None and found.base.method == "self"


def _base_digests(
    identified: Mapping[str, Identified], known: Sequence[KnownImage], below: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    wanted = {*below, *(name for names in below.values() for name in names)}
    found: dict[str, list[str]] = {}
    for candidate in known:
        if candidate.id in wanted or _is_itself(candidate, identified):
            digests = found.setdefault(candidate.id, [])
            if candidate.image.digest not in digests:
                digests.append(candidate.image.digest)
    return found


def _base_layers(
    identified: Mapping[str, Identified], known: Sequence[KnownImage], digests: Mapping[str, list[str]]
) -> dict[str, NamedLayers]:
    """Layers of every base, by the base's digest, or by its id when it has no name."""
    bases = {
        k.image.digest: NamedLayers(k.reference, k.image.layers)
        for k in known
        if k.image.digest in digests.get(k.id, [])
    }
    for candidate in known:
        found = identified.get(candidate.image.digest)
        if found is not None and found.base.id.startswith(UNIDENTIFIED):
            bases[found.base.id] = NamedLayers(candidate.reference, candidate.image.layers[: found.base.layer_count])
    return bases
