"""Images in custom resources: pod templates wherever they stand below `spec`, and the conventions of operators.

There is no schema to go by. A table with a list of containers is a PodSpec under any name; a key `image` near the top
of `spec` is an image by convention, which is said by a confidence below 1.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from basewise.catalogue.operators import OperatorImage, operator_image
from basewise.discover.images import Lines, read_image
from basewise.discover.nodes import Mapping, Node, Scalar, Sequence
from basewise.discover.pods import CONTAINER_LISTS, PodContainer, digest_of, is_pod_spec, read_containers
from basewise.discover.reading import child, text
from basewise.discover.references import read_reference
from basewise.model.workload import Container, Usage

_BY_CONVENTION, _BARE_WORD, _BY_VERSION = 0.7, 0.5, 0.6
"""Confidence of a key called `image`, of one whose text might as well be another name, and of an operator's default."""
_DEEPEST_CONVENTION = 3  # spec.image, spec.kafka.image, spec.backups.pgbackrest.image


def read_custom(node: Mapping, group: str, kind: str, lines: Lines) -> list[PodContainer]:
    """The containers of a custom resource, in the order of the file."""
    spec = child(node, "spec")
    if spec is None:
        return []
    operator = operator_image(group, kind)
    found = list(_walk(spec, lines))
    if operator is not None and not any(one.usage.confidence < 1 and not one.container.name for one in found):
        found += _documented(spec, operator, lines)
    return found


def read_templates(node: Node | None, lines: Lines) -> list[PodContainer]:
    """The containers of every pod template below a node, without conventions."""
    return [one for one in _walk(node, lines) if one.usage.confidence == 1] if node is not None else []


def _walk(spec: Node, lines: Lines) -> Iterator[PodContainer]:
    """Pod templates at any depth, and keys called `image`; lists add no level."""
    pending: list[tuple[Node, str, int]] = [(spec, "", 1)]
    while pending:
        node, name, depth = pending.pop()
        if isinstance(node, Sequence):
            pending += [(one, name, depth) for one in reversed(node.items) if not isinstance(one, Scalar)]
            continue
        if not isinstance(node, Mapping):
            continue
        entries = node.entries
        if is_pod_spec(node):
            yield from read_containers(node, lines)
            entries = {key: value for key, value in entries.items() if key not in CONTAINER_LISTS}
        if depth <= _DEEPEST_CONVENTION and isinstance(image := entries.get("image"), Scalar):
            yield from _conventional(image, text(entries.get("name")) or name, lines)
        pending += [
            (value, key, depth + 1) for key, value in reversed(entries.items()) if not isinstance(value, Scalar)
        ]


def _conventional(image: Scalar, name: str, lines: Lines) -> Iterator[PodContainer]:
    """A key called `image` whose text is a reference, or will be one when its variables are filled in."""
    usage = read_image(image, lines)
    if usage is None or (not usage.status.is_ok and not ("$" in image.value or "{{" in image.value)):
        return
    confidence = _BY_CONVENTION if any(mark in image.value for mark in "/:@") else _BARE_WORD
    yield _container(msgspec.structs.replace(usage, confidence=confidence), name)


def _documented(spec: Node, operator: OperatorImage, lines: Lines) -> Iterator[PodContainer]:
    """What an operator's documentation says about keys of other names."""
    for field in operator.fields:
        usage = read_image(child(spec, field), lines)
        if usage is not None:
            yield _container(msgspec.structs.replace(usage, confidence=_BY_CONVENTION), "")
            return
    bases = [node for key in operator.base if (node := child(spec, key)) is not None and text(node)]
    tags = [node for key in operator.tag if (node := child(spec, key)) is not None and text(node)]
    pinned = child(spec, operator.digest) if operator.digest else None
    named = pinned if text(pinned) else next(iter([*tags, *bases]), None)
    if named is None or not (bases or operator.default):
        return
    written = text(bases[0]) if bases else operator.default
    written += f"@sha256:{text(pinned)}" if text(pinned) else f":{text(tags[0])}" if tags else ""
    reference, status = read_reference(written)
    confidence = _BY_CONVENTION if bases else _BY_VERSION
    usage = Usage(
        reference=reference, kind="kubernetes", file=lines.path, line=named.line, confidence=confidence, status=status
    )
    yield _container(usage, "")


def _container(usage: Usage, name: str) -> PodContainer:
    container = Container(name=name, role="main", reference=usage.reference, digest=digest_of(usage))
    return PodContainer(container=container, usage=usage)
