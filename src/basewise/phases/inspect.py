"""One image out of an audit: the same judgement, narrowed to what concerns a single digest."""

from __future__ import annotations

from datetime import datetime

import msgspec

from basewise.model.facts import Facts, Identified
from basewise.model.image_report import ImageReport
from basewise.model.inventory import Inventory, Weights
from basewise.phases.audit import audit


def image_report(
    facts: Facts,
    digest: str,
    *,
    now: datetime,
    tool: str,
    fleet: Inventory | None = None,
    weights: Weights = Weights(),
) -> ImageReport:
    """Everything known of the image with this manifest digest.

    Args:
        facts: of a run that gathered the image, and any base it may stand on.
        fleet: the latest inventory. An image of it keeps the base that was found there, because a whole fleet tells
            more about bases than one image does.
    """
    inventory = audit(_as_in(fleet, facts, digest), now=now, tool=tool, weights=weights)
    image = next(image for image in inventory.images if image.digest == digest)
    names = {digest, *image.references}
    return ImageReport(
        generated_at=inventory.generated_at,
        tool=tool,
        inputs=inventory.inputs,
        weights=inventory.weights,
        image=image,
        packages=facts.contents[digest].packages,
        findings=[
            finding
            for finding in inventory.findings
            if any(digest in base.images for base in finding.bases) or any(own.image == digest for own in finding.own)
        ],
        feeds=inventory.feeds,
        not_assessed=[
            gap for gap in inventory.not_assessed if gap.kind not in {"image", "packages"} or gap.name in names
        ],
    )


def _as_in(fleet: Inventory | None, facts: Facts, digest: str) -> Facts:
    """Facts with the base that the fleet's inventory has for an image, unless this run knows better."""
    found = facts.identified[digest]
    for image in fleet.images if fleet is not None else ():
        if image.digest == digest and image.base is not None and image.base.confidence >= found.base.confidence:
            known = Identified(image.base, image.built_by)
            return msgspec.structs.replace(facts, identified={**facts.identified, digest: known})
    return facts
