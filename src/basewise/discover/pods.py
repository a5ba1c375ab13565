"""The containers of a pod, with the place where each image is named."""

from __future__ import annotations

from functools import cached_property

import msgspec

from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.reading import child, integer, items, text, texts
from basewise.discover.references import as_shown, read_reference
from basewise.model.evidence import OK, Status
from basewise.model.workload import Container, ContainerRole

_LISTS: tuple[tuple[str, ContainerRole], ...] = (
    ("initContainers", "init"),
    ("containers", "main"),
    ("ephemeralContainers", "ephemeral"),
)


class PodContainer(msgspec.Struct, frozen=True, kw_only=True):
    """A container and how its image was named."""

    container: Container
    line: int
    status: Status = OK


class Lines:
    """The lines of a file, split when the first is asked for."""

    def __init__(self, content: str) -> None:
        self._content = content

    @cached_property
    def _lines(self) -> list[str]:
        return self._content.split("\n")

    def after(self, key: str, line: int) -> str:
        """What stands behind `key` in a line, counted from 1; empty when it is not there."""
        return self._lines[line - 1].partition(key)[2].strip() if line <= len(self._lines) else ""


def read_containers(spec: Node | None, lines: Lines) -> list[PodContainer]:
    """The containers of a PodSpec that name an image; one that names none gets it from elsewhere (an overlay's base).

    Args:
        spec: the node of the PodSpec.
        lines: the file, from which text that is no value is quoted.
    """
    found: list[PodContainer] = []
    for key, role in _LISTS:
        for node in items(child(spec, key)):
            container = _container(node, role, lines)
            if container is not None:
                found.append(container)
    return found


def _container(node: Node, role: ContainerRole, lines: Lines) -> PodContainer | None:
    image = child(node, "image")
    if image is None or (isinstance(image, Scalar) and not text(image)):
        return None
    if role == "init" and text(child(node, "restartPolicy")) == "Always":
        role = "sidecar"  # KEP-753: an init container that keeps running
    reference, status = read_reference(text(image)) if isinstance(image, Scalar) else _template(image, lines)
    container = Container(
        name=text(child(node, "name")),
        role=role,
        reference=reference,
        digest=_digest(reference) if status.is_ok else "",
        command=texts(child(node, "command")),
        args=texts(child(node, "args")),
        ports=_ports(node),
    )
    return PodContainer(container=container, line=image.line, status=status)


def _template(image: Node, lines: Lines) -> tuple[str, Status]:
    """What stands where a value should: `{{ … }}` without quotes reads as a mapping."""
    written = lines.after("image:", image.line)
    if "{{" in written:
        return read_reference(written)
    kind = "mapping" if isinstance(image, Mapping) else "list"
    return as_shown(written), Status("not_assessed", f"line {image.line}: the image is a {kind}, not text")


def _digest(reference: str) -> str:
    return reference.partition("@")[2]


def _ports(node: Node) -> list[int]:
    ports = [integer(child(port, "containerPort")) for port in items(child(node, "ports"))]
    return [port for port in ports if port is not None]
