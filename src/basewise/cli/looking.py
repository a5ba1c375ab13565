"""From targets to what a check looks at: files below directories, single files, images by name."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from basewise.cli.checkout import Checkout
from basewise.cli.options import locations
from basewise.engine.files import Files
from basewise.model.errors import UsageError
from basewise.model.inventory import NotAssessed
from basewise.model.limits import Limits
from basewise.model.workload import Source, Usage
from basewise.phases.check import Looked, Problem

_NAMES_AN_IMAGE = re.compile(r"[/:@]")
"""A word alone is rather a directory that was misspelt."""


def look(targets: Sequence[str], checkout: Checkout, limits: Limits) -> Looked:
    """Reads the targets, under paths from the root of the checkout.

    Raises:
        UsageError: a target is neither a directory, a file nor an image.
    """
    files = Files(limits)
    for target in targets:
        if Path(target).exists():
            files.add(Path(target))
        elif not _NAMES_AN_IMAGE.search(target):
            raise UsageError(
                f"there is no file or directory {target}", remedy=f"Write docker://{target} if it is an image."
            )
        else:
            _add_images(target, files, limits)
    path = cache(checkout.path)
    return Looked(
        usages=[msgspec.structs.replace(one, file=path(one.file)) if one.file else one for one in files.usages],
        built=frozenset(image for build in files.builds for image in build.images),
        problems=[Problem(path(place), status) for place, status in files.read.items() if not status.is_ok],
        targets=[path(target) for target in targets if Path(target).exists()],
        not_assessed=[
            NotAssessed("source", source.locator, source.status, source.reason)
            for source in files.sources
            if source.status != "ok" and source.locator not in files.read and source.locator not in files.silent
        ],
    )


def _add_images(text: str, files: Files, limits: Limits) -> None:
    """What is no file here: images by the transports that `audit` takes."""
    # A hook that is given files pays for none of this.
    from basewise.engine.local import LocalImages  # noqa: PLC0415
    from basewise.engine.targets import FailedTarget, ImageTarget, parse_target  # noqa: PLC0415
    from basewise.oci.interface import Opening  # noqa: PLC0415

    with LocalImages(Opening(scratch=locations(os.environ).cache_dir, stdin=None, limits=limits)) as local:
        for target in parse_target(text, local):
            if isinstance(target, FailedTarget):
                files.sources.append(Source(target.text, "image", "not_assessed", target.reason))
            elif isinstance(target, ImageTarget):
                files.usages.append(Usage(reference=str(target.reference), kind="argument"))
