"""The images of a pod that CI starts for a job."""

from __future__ import annotations

from collections.abc import Iterator

from basewise.discover.nodes import Node, Scalar
from basewise.discover.reading import child, items, text

_LISTS = ("initContainers", "containers", "ephemeralContainers")


def pod_images(spec: Node | None) -> Iterator[Scalar]:
    """The images that the containers of a PodSpec name (Kubernetes API reference, "PodSpec v1 core")."""
    for key in _LISTS:
        for container in items(child(spec, key)):
            image = child(container, "image")
            if isinstance(image, Scalar) and text(image):
                yield image
