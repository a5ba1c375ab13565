"""From targets to a request: directories are searched, images are taken as they are named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from basewise.discover.git.survey import survey
from basewise.discover.sources import SOURCES
from basewise.engine.files import Files
from basewise.engine.interface import Request
from basewise.engine.targets import FailedTarget, ImageTarget, Target
from basewise.model.image import Descriptor, Platform
from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.model.workload import Source, Usage


def build_request(
    targets: Iterable[Target],
    *,
    tags: Sequence[tuple[Reference, Descriptor]] = (),
    known_bases: Sequence[Reference] = (),
    own: Sequence[str] = (),
    platform: Platform = Platform(),
    limits: Limits,
) -> Request:
    """Everything that a run is asked to look at.

    Args:
        own: beginnings of names that are the company's own although the registry is public.
        tags: names of the images that lie here, which may name a base that nothing else names.
    """
    files = Files(limits)
    for target in targets:
        if isinstance(target, FailedTarget):
            files.sources.append(Source(target.text, "image", "not_assessed", target.reason))
        elif isinstance(target, ImageTarget):
            files.sources.append(Source(target.reference.familiar, "image"))
            files.usages.append(Usage(reference=str(target.reference), kind="argument"))
        else:
            files.add(target.path)
    surveyed = survey(files.searched, files.named, list(SOURCES.values()), limits)
    return Request(
        own=list(own),
        sources=list(dict.fromkeys(files.sources)),  # two kinds of source say the same of a file that is too large
        usages=files.usages,
        workloads=files.workloads,
        builds=files.builds,
        repositories=surveyed.repositories,
        introductions=surveyed.introductions,
        known_bases=list(known_bases),
        layout_tags=list(tags),
        platform=platform,
    )
