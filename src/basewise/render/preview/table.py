"""The preview for people: where images are named, what each would take to read, and what cannot be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table

from basewise.model.preview import Layers, Preview
from basewise.render.console import grid, lay_out, not_assessed, safe
from basewise.render.interface import Page, Renderer
from basewise.render.words import UNKNOWN, familiar, plural, size

_COLUMNS = ("image", "from", "layers", "unread", "to read")
_NUMERIC = frozenset({"layers", "unread", "to read"})
_HERE = "here"


class PreviewTable(Renderer[Preview]):
    """Text of bounded width, coloured where the page is."""

    def render(self, document: Preview, page: Page) -> bytes:
        return lay_out(_parts(document), page)


def _parts(preview: Preview) -> Iterator[RenderableType]:
    yield safe(_places(preview))
    yield ""
    yield _table(preview)
    yield ""
    yield safe(_total(preview))
    yield from not_assessed(preview.not_assessed)


def _total(preview: Preview) -> str:
    """What it amounts to; a lower bound where an image could not be looked at, and nothing where none could."""
    unknown = sum(image.status != "ok" for image in preview.images)
    if unknown and unknown == len(preview.images):
        return "what would be pulled is not known: no image could be looked at"
    least = "at least " if unknown else ""
    return (
        f"would pull {least}{_amount(preview.pulled)} from {_registries(preview)}, "
        f"and read {least}{_amount(preview.local)} here"
    )


def _places(preview: Preview) -> str:
    """`12 places name images: 7 dockerfile, 5 kubernetes`."""
    kinds = Counter(usage.kind for usage in preview.usages)
    listed = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
    found = (
        f"{plural(len(preview.usages), 'place')} name images" if len(preview.usages) != 1 else "1 place names an image"
    )
    return f"{found}: {listed}" if listed else "no place names an image"


def _table(preview: Preview) -> Table:
    table = grid(_COLUMNS, numeric=_NUMERIC)
    for image in preview.images:
        name = safe(familiar(image.reference), "bold")
        if image.status != "ok":
            table.add_row(name, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
            continue
        unread = image.unread
        table.add_row(
            name, safe(image.registry or _HERE), str(image.layers.count), str(unread.count), size(unread.bytes)
        )
    return table


def _registries(preview: Preview) -> str:
    names = sorted({image.registry for image in preview.images if image.registry and image.unread.count})
    return ", ".join(names) or "no registry"


def _amount(layers: Layers) -> str:
    return f"{plural(layers.count, 'layer')} ({size(layers.bytes)})"
