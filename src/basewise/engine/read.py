"""Reading: each distinct layer is read once, and each image is merged once, however many workloads run it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from basewise.engine.interface import Tools
from basewise.model.contents import ImageContents, LayerContents
from basewise.model.errors import ImageError
from basewise.model.evidence import Status
from basewise.model.image import Descriptor, Image, Layer
from basewise.model.reference import Reference
from basewise.scan.layer import read_layer
from basewise.scan.merge import merge


def read_images(
    images: Mapping[str, Image], where: Mapping[str, Reference], tools: Tools
) -> tuple[dict[str, ImageContents], dict[str, LayerContents]]:
    """Merged contents of every image; layers are read only for images that the workspace does not hold.

    Args:
        where: for each manifest digest, a reference under which its blobs can be asked for.
    """
    contents: dict[str, ImageContents] = {}
    for digest in images:
        kept = tools.workspace.contents(digest)
        if kept is not None:
            contents[digest] = kept
    new = [image for digest, image in images.items() if digest not in contents]
    layers = _read_layers([(where[image.digest], layer) for image in new for layer in image.layers], tools)
    for image in new:
        stack = [layers[layer.digest] for layer in image.layers]
        contents[image.digest] = merge(image.digest, stack)
        if all(layer.diff_id for layer in stack):
            tools.workspace.keep_contents(image.digest, contents[image.digest])
    return contents, layers


def _read_layers(wanted: Sequence[tuple[Reference, Layer]], tools: Tools) -> dict[str, LayerContents]:
    """Contents of each distinct blob, from the store or read now; largest first, so that no core waits at the end."""
    unique = {layer.digest: (reference, layer) for reference, layer in reversed(wanted)}
    read: dict[str, LayerContents] = {}
    for blob in list(unique):
        kept = tools.layers.get(blob)
        if kept is not None:
            read[blob] = kept
            del unique[blob]
    todo = sorted(unique.values(), key=lambda item: item[1].size, reverse=True)

    def one(item: tuple[Reference, Layer]) -> LayerContents:
        found = read_blob(item[0], item[1], tools)
        tools.layers.put(found)
        tools.progress.advance("layers", size=item[1].size)
        return found

    tools.progress.begin("layers", len(todo), "layers")
    with ThreadPoolExecutor(max_workers=max(1, tools.jobs)) as pool:
        for contents in pool.map(one, todo):
            read[contents.blob] = contents
    tools.progress.end("layers")
    return read


def read_blob(reference: Reference, layer: Layer, tools: Tools) -> LayerContents:
    """Reads one layer from its source; a blob that cannot even be opened comes back as not assessed."""
    descriptor = Descriptor(layer.media_type, layer.digest, layer.size)
    try:
        with tools.images.blob(reference, descriptor) as chunks:
            return read_layer(chunks, descriptor, tools.limits, tools.monotonic)
    except ImageError as error:
        return LayerContents(blob=layer.digest, diff_id="", status=Status("not_assessed", error.diagnostics()))


def read_stack(key: str, stack: Sequence[Layer], layers: Mapping[str, LayerContents], tools: Tools) -> ImageContents:
    """Merged contents of a stack of layers that belongs to no scanned image of its own: a base known by its layers."""
    kept = tools.workspace.contents(key)
    if kept is not None:
        return kept
    read = [layers.get(layer.digest) or tools.layers.get(layer.digest) for layer in stack]
    merged = merge(key, [layer for layer in read if layer is not None])
    if None in read:
        return msgspec.structs.replace(merged, status=Status("partial", "some of its layers were not read in this run"))
    if all(layer is not None and layer.diff_id for layer in read):
        tools.workspace.keep_contents(key, merged)
    return merged
