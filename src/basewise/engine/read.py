"""Reading: each distinct layer is read once, and each image is merged once, however many workloads run it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from basewise.catalogue.distributions import catalogue_version
from basewise.engine.interface import Tools
from basewise.model.contents import ImageContents, LayerContents
from basewise.model.errors import ImageError
from basewise.model.evidence import Status
from basewise.model.image import Descriptor, Image, Layer
from basewise.model.reference import Reference
from basewise.scan.layer import read_layer
from basewise.scan.merge import merge


class NamedLayers(msgspec.Struct, frozen=True):
    """Layers, base layer first, and a reference under which their blobs can be asked for."""

    reference: Reference
    layers: list[Layer]


def read_images(
    images: Sequence[tuple[Reference, Image]], tools: Tools
) -> tuple[dict[str, ImageContents], dict[str, LayerContents]]:
    """Merged contents of every image; layers are read only for images that the workspace does not hold.

    Args:
        images: every reference with the image it names; an image may be named more than once.
    """
    contents: dict[str, ImageContents] = {}
    for digest in {image.digest for _, image in images}:
        kept = tools.workspace.contents(digest)
        if kept is not None and kept.catalogue == catalogue_version():
            contents[digest] = kept
    new = [(reference, image) for reference, image in images if image.digest not in contents]
    layers = _read_layers([NamedLayers(reference, image.layers) for reference, image in new], tools)
    distinct = {image.digest: image for _, image in new}
    read = {digest: merge(digest, [layers[one.digest] for one in image.layers]) for digest, image in distinct.items()}
    tools.workspace.keep_contents({key: found for key, found in read.items() if all(found.diff_ids)})
    return contents | read, layers


def read_base(key: str, base: NamedLayers, layers: Mapping[str, LayerContents], tools: Tools) -> ImageContents:
    """Merged contents of layers that belong to no scanned image of their own: a base known by its layers."""
    kept = tools.workspace.contents(key)
    if kept is not None and kept.catalogue == catalogue_version():
        return kept
    missing = [layer for layer in base.layers if layer.digest not in layers]
    read = {**layers, **_read_layers([NamedLayers(base.reference, missing)], tools)}
    merged = merge(key, [read[layer.digest] for layer in base.layers])
    if all(merged.diff_ids):
        tools.workspace.keep_contents({key: merged})
    return merged


def _read_layers(wanted: Sequence[NamedLayers], tools: Tools) -> dict[str, LayerContents]:
    """Contents of each distinct blob, from the store or read now; largest first, so that no core waits at the end."""
    places: dict[str, list[tuple[Reference, Layer]]] = {}
    for named in wanted:
        for layer in named.layers:
            places.setdefault(layer.digest, []).append((named.reference, layer))
    read: dict[str, LayerContents] = {}
    for blob in list(places):
        kept = tools.layers.get(blob)
        if kept is not None:
            read[blob] = kept
            del places[blob]
    todo = sorted(places.values(), key=lambda found: found[0][1].size, reverse=True)

    def one(found: list[tuple[Reference, Layer]]) -> LayerContents:
        contents = _read_blob(found, tools)
        tools.layers.put(contents)
        tools.progress.advance("layers", size=contents.blob_bytes)
        return contents

    tools.progress.begin("layers", len(todo), "layers")
    with ThreadPoolExecutor(max_workers=max(1, tools.jobs)) as pool:
        for contents in pool.map(one, todo):
            read[contents.blob] = contents
    tools.progress.end("layers")
    return read


def _read_blob(places: Sequence[tuple[Reference, Layer]], tools: Tools) -> LayerContents:
    """Reads one blob from the first place that has it whole.

    Every image that names the blob is a place: one registry that refuses, or one manifest that lies about size or media
    type, must not spoil the layer for the others.
    """
    contents = _attempt(*places[0], tools)
    for reference, layer in dict.fromkeys(places[1:]):
        if contents.diff_id:
            break
        again = _attempt(reference, layer, tools)
        contents = again if again.diff_id else contents
    return contents


def _attempt(reference: Reference, layer: Layer, tools: Tools) -> LayerContents:
    descriptor = Descriptor(layer.media_type, layer.digest, layer.size)
    try:
        with tools.images.blob(reference, descriptor) as chunks:
            return read_layer(chunks, descriptor, tools.limits, tools.monotonic)
    except ImageError as error:
        return LayerContents(blob=layer.digest, diff_id="", status=Status("not_assessed", error.diagnostics()))
