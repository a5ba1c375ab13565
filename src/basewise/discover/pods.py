"""The containers of a pod, with the place where each image is named."""

from __future__ import annotations

import msgspec

from basewise.discover.images import Lines, read_image
from basewise.discover.nodes import Mapping, Node
from basewise.discover.parameters import NO_PARAMETERS, Parameters
from basewise.discover.reading import child, integer, items, text, texts
from basewise.model.workload import Container, ContainerRole, Usage

CONTAINER_LISTS: dict[str, ContainerRole] = {
    "initContainers": "init",
    "containers": "main",
    "ephemeralContainers": "ephemeral",
}
"""The lists of a PodSpec (Kubernetes API reference, "PodSpec v1 core") and what their containers are."""


class PodContainer(msgspec.Struct, frozen=True, kw_only=True):
    """A container and where its image is named."""

    container: Container
    usage: Usage
    """Without its workload, which is known when the objects of a file are brought together."""


def read_containers(spec: Node | None, lines: Lines) -> list[PodContainer]:
    """The containers of a PodSpec that name an image; one that names none gets it from elsewhere (an overlay)."""
    found: list[PodContainer] = []
    for key, role in CONTAINER_LISTS.items():
        for node in items(child(spec, key)):
            container = read_container(node, role, lines)
            if container is not None:
                found.append(container)
    return found


def is_pod_spec(node: Mapping) -> bool:
    """True for a table with a list of containers as a PodSpec has it, whatever it is called."""
    return any(isinstance(one, Mapping) for key in CONTAINER_LISTS for one in items(node.entries.get(key)))


def read_container(
    node: Node, role: ContainerRole, lines: Lines, *, name: str = "", parameters: Parameters = NO_PARAMETERS
) -> PodContainer | None:
    """One container; None when it names no image.

    Args:
        name: what it is called when it has no name of its own.
        parameters: what the variables of its image stand for.
    """
    usage = read_image(child(node, "image"), lines, parameters=parameters)
    if usage is None:
        return None
    if role == "init" and text(child(node, "restartPolicy")) == "Always":
        role = "sidecar"  # KEP-753: an init container that keeps running
    container = Container(
        name=text(child(node, "name")) or name,
        role=role,
        reference=usage.reference,
        digest=digest_of(usage),
        command=texts(child(node, "command")),
        args=texts(child(node, "args")),
        ports=_ports(node),
    )
    return PodContainer(container=container, usage=usage)


def digest_of(usage: Usage) -> str:
    """The digest that an image is pinned by, or nothing."""
    return usage.reference.partition("@")[2] if usage.status.is_ok else ""


def _ports(node: Node) -> list[int]:
    ports = [integer(child(port, "containerPort")) for port in items(child(node, "ports"))]
    return [port for port in ports if port is not None]
