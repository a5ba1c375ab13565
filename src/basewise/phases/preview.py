"""Phase 0, preview: an outlook in, a preview out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from basewise.model.facts import Outlook
from basewise.model.image import Layer
from basewise.model.moments import rfc3339
from basewise.model.preview import Layers, Preview, PreviewedImage
from basewise.model.reference import Reference
from basewise.phases.gaps import gaps_before_reading


def preview(outlook: Outlook, *, now: datetime, tool: str) -> Preview:
    """What an audit would read, image by image and all together.

    Args:
        now: with time zone; the date of the document.
        tool: name and version of the program.
    """
    unread = {reference: _unread(reference, outlook) for reference in outlook.images}
    local = {
        digest: layer
        for reference, new in unread.items()
        if reference not in outlook.remote
        for digest, layer in new.items()
    }
    remote = {
        digest: layer
        for reference, new in unread.items()
        if reference in outlook.remote
        for digest, layer in new.items()
    }
    rows = [_row(reference, new, outlook) for reference, new in unread.items()]
    rows += [
        PreviewedImage(reference=reference, status=status.status, reason=status.reason)
        for reference, status in outlook.unresolved.items()
    ]
    return Preview(
        generated_at=rfc3339(now),
        tool=tool,
        sources=outlook.sources,
        usages=outlook.usages,
        workloads=outlook.workloads,
        images=sorted(rows, key=lambda row: row.reference),
        local=_layers(local.values()),
        pulled=_layers(layer for digest, layer in remote.items() if digest not in local),
        not_assessed=gaps_before_reading(outlook.sources, outlook.usages, outlook.unresolved),
    )


def _unread(reference: str, outlook: Outlook) -> Mapping[str, Layer]:
    """By digest, the layers of an image that would be read for it."""
    image = outlook.images[reference]
    if image.digest in outlook.read_images:
        return {}
    return {layer.digest: layer for layer in image.layers if layer.digest not in outlook.read_layers}


def _row(reference: str, unread: Mapping[str, Layer], outlook: Outlook) -> PreviewedImage:
    image = outlook.images[reference]
    return PreviewedImage(
        reference=reference,
        digest=image.digest,
        registry=Reference.parse(reference).registry if reference in outlook.remote else "",
        layers=_layers(image.layers),
        unread=_layers(unread.values()),
    )


def _layers(layers: Iterable[Layer]) -> Layers:
    sizes = [layer.size for layer in layers]
    return Layers(len(sizes), sum(sizes))
