"""One image out of an audit: the same judgement, narrowed to what concerns a single digest."""

from __future__ import annotations

from datetime import datetime

from basewise.model.facts import Facts
from basewise.model.image_report import ImageReport
from basewise.model.inventory import Weights
from basewise.phases.audit import audit


def image_report(facts: Facts, digest: str, *, now: datetime, tool: str, weights: Weights = Weights()) -> ImageReport:
    """Everything known of the image with this manifest digest.

    Args:
        facts: of a run that gathered the image, and any base it may stand on.
    """
    inventory = audit(facts, now=now, tool=tool, weights=weights)
    return ImageReport(
        generated_at=inventory.generated_at,
        tool=tool,
        inputs=inventory.inputs,
        image=next(image for image in inventory.images if image.digest == digest),
        packages=facts.contents[digest].packages,
        findings=[
            finding
            for finding in inventory.findings
            if any(digest in base.images for base in finding.bases) or any(own.image == digest for own in finding.own)
        ],
        feeds=inventory.feeds,
        not_assessed=inventory.not_assessed,
    )
