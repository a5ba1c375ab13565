"""Images of OpenShift's own kinds: what a BuildConfig builds on, and what an ImageStream stands for.

Follows the OpenShift API reference, BuildConfig [build.openshift.io/v1] and ImageStream [image.openshift.io/v1]: an
object reference of kind DockerImage holds an image; ImageStreamTag and ImageStreamImage name one that only the cluster
knows.
"""

from __future__ import annotations

import msgspec

from basewise.discover.images import Lines, read_image
from basewise.discover.nodes import Mapping, Node
from basewise.discover.reading import child, items, text
from basewise.model.evidence import Status
from basewise.model.workload import Usage, UsageRole

_STRATEGIES = ("dockerStrategy", "sourceStrategy", "customStrategy")


def read_build_config(node: Mapping, lines: Lines) -> list[Usage]:
    """What an OpenShift build starts from, and the images that it copies files out of."""
    spec = child(node, "spec")
    sources = [child(spec, "strategy", strategy, "from") for strategy in _STRATEGIES]
    sources += [child(image, "from") for image in items(child(spec, "source", "images"))]
    return [usage for source in sources for usage in _reference(source, "build", lines)]


def read_image_stream(node: Mapping, lines: Lines) -> list[Usage]:
    """The images that the tags of a stream follow."""
    tags = items(child(node, "spec", "tags"))
    return [usage for tag in tags for usage in _reference(child(tag, "from"), "runtime", lines)]


def _reference(node: Node | None, role: UsageRole, lines: Lines) -> list[Usage]:
    usage = read_image(child(node, "name"), lines)
    if usage is None:
        return []
    kind = text(child(node, "kind"))
    if kind != "DockerImage":
        if role == "runtime":
            return []  # a tag that follows another tag of the cluster names no image
        status = Status("not_assessed", f"'{usage.reference}' is an {kind or 'object'}, which only the cluster knows")
        name = text(child(node, "name"))
        return [msgspec.structs.replace(usage, reference=name, role=role, status=status)]
    return [msgspec.structs.replace(usage, role=role)]
