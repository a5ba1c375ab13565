"""Resolving: each distinct reference is asked for once and opened down to one platform's image."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from basewise.bases.interface import NamedBy
from basewise.engine.interface import Request, Tools
from basewise.model.errors import ImageError, InvalidReference
from basewise.model.evidence import Status
from basewise.model.image import Image, Platform
from basewise.model.inventory import SCRATCH
from basewise.model.reference import Reference
from basewise.oci.image import open_image

Opened = dict[Reference, Image | Status]
"""Each reference with the image it names, or why there is none."""


def references(request: Request) -> dict[Reference, NamedBy]:
    """Distinct references in the order they were met, with the strongest reason to know them."""
    found: dict[Reference, NamedBy] = dict.fromkeys(request.known_bases, "argument")
    for usage in request.usages:
        if not usage.status.is_ok or usage.reference == SCRATCH:
            continue
        try:
            reference = Reference.parse(usage.reference)
        except InvalidReference:
            continue  # its usage carries the reason
        why: NamedBy = "from-line" if usage.is_built_upon else "fleet"
        if found.get(reference) not in {"argument", "from-line"}:
            found[reference] = why
    return found


def open_all(wanted: Sequence[Reference], platform: Platform, tools: Tools) -> Opened:
    """Opens references at the same time; a reference that cannot be had comes back with its reason."""

    def one(reference: Reference) -> Image | Status:
        try:
            return open_image(tools.images, reference, platform, tools.limits)
        except ImageError as error:
            return Status("not_assessed", error.diagnostics())
        finally:
            tools.progress.advance("images")

    tools.progress.begin("images", len(wanted), "images")
    with ThreadPoolExecutor(max_workers=tools.limits.concurrent_requests) as pool:
        results = list(pool.map(one, wanted))
    tools.progress.end("images")
    return dict(zip(wanted, results, strict=True))
